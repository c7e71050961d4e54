"""`tipstaff.yml` beside the playbooks, as the commands see it."""

import json
import shutil
from pathlib import Path

import pytest

from tests.acceptance.stage import ROOT
from tests.acceptance.test_cli import tipstaff

NAME = "collaborator-made-admin.yml"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Make a folder as an operator has it: playbooks, lists, manifest and an overlay."""
    for name in ("playbooks", "lists"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "app.yml", tmp_path)
    (tmp_path / "tipstaff.yml").write_text(
        f"playbooks:\n  {NAME}:\n    level: critical\n    lists: {{approved_admins: [trudy]}}\n"
    )
    return tmp_path


def test_check_tells_what_holds_in_the_end(place: Path) -> None:
    """As text and as JSON: the overlay's value with the overlay's line, the rest as it was."""
    ended = tipstaff("check", "--effective", folder=place)
    assert ended.returncode == 0, ended.stdout
    assert "  level: critical  <- tipstaff.yml:3:12" in ended.stdout.splitlines()
    told = json.loads(tipstaff("check", "--effective", "--json", folder=place).stdout)
    (one,) = [each for each in told["effective"] if NAME in each["path"]]
    values = {value["key"]: value for value in one["values"]}
    assert values["level"] == {
        "key": "level",
        "value": "critical",
        "source": "tipstaff.yml:3:12",
    }
    assert values["lists.approved_admins"]["value"] == ["trudy"]
    assert values["mode"]["source"].startswith(f"playbooks/{NAME}:")


def test_check_fails_for_a_mistake_in_the_overlay(place: Path) -> None:
    """The line, and what was meant; so it is for an overlay that was named and is not there."""
    (place / "tipstaff.yml").write_text(f"playbooks: {{{NAME}: {{levle: low}}}}")
    ended = tipstaff("check", folder=place)
    assert ended.returncode == 1
    assert "tipstaff.yml:1:43: unknown key 'levle' in an entry; did you mean 'level'?" in (
        ended.stdout
    )
    assert tipstaff("check", "--config", "other.yml", folder=place).returncode == 1


def test_the_playbooks_tests_still_pass_beside_an_overlay(place: Path) -> None:
    """What a test gives as its own list comes before the overlay's."""
    ended = tipstaff("test", f"playbooks/{NAME}", folder=place)
    assert ended.returncode == 0, ended.stdout
