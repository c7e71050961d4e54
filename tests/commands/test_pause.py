"""The global stop, as an operator types it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.core.errors import ConfigurationError


def run(tmp_path: Path, *words: str) -> str:
    """Run a command on a database of the test's own; return what it printed."""
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path}/tipstaff.db"}
    found = CliRunner().invoke(app, words, env=environ)
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == 0
    return found.output


def test_a_pause_tells_since_when_by_whom_and_why(tmp_path: Path) -> None:
    """Again when it holds already; the reason is one line."""
    first = run(tmp_path, "pause", "--reason", "the\nmerger")
    assert first.startswith("paused: everything\n  Tipstaff is paused since ")
    assert first.rstrip().endswith("(operator): the merger.")
    again = run(tmp_path, "pause", "--reason", "another")
    assert again.startswith("nothing changed: paused already")
    assert "the merger" in again


def test_one_organisation_is_paused_by_itself(tmp_path: Path) -> None:
    """To end the pause of everything leaves it, and says so."""
    run(tmp_path, "pause")
    run(tmp_path, "pause", "--org", "Acme")
    ended = run(tmp_path, "resume")
    assert ended.startswith("resumed: everything\nstill paused:\n  Tipstaff is paused in acme")
    assert "no pause of everything" in run(tmp_path, "resume")
    assert run(tmp_path, "resume", "--org", "ACME") == "resumed: acme\n"


def test_a_machine_can_read_it(tmp_path: Path) -> None:
    """Whether anything changed, and what holds now."""
    told = json.loads(run(tmp_path, "pause", "--org", "acme", "--json"))
    assert told["began"] is True
    assert [each["org"] for each in told["pauses"]] == ["acme"]
    assert json.loads(run(tmp_path, "resume", "--json")) == {
        "ended": False,
        "pauses": told["pauses"],
    }


@pytest.mark.parametrize("org", ["", "a b", "*", "acme/site"])
def test_what_is_no_organisation_is_told(tmp_path: Path, org: str) -> None:
    """Rather than a pause that holds nowhere."""
    with pytest.raises(ConfigurationError, match="--org takes"):
        run(tmp_path, "pause", "--org", org)
