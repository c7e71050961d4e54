"""The playbooks as they hold in the end, with where each value was written."""

from pathlib import Path

import pytest

from bot.effective import effective, lines
from bot.playbooks import Loaded, load
from tests.detect.build import playbook

PLAYBOOK = playbook(
    "s: {user|expand: ['%names%', '%others%', '%org_owners%']}\ncondition: s",
    rest="response:\n  mode: ask\n  steps:\n"
    "    - {action: open-issue, with: {labels: [a], title: T}}\n    - action: revert\n",
)
OVERLAY = """\
playbooks:
  a.yml:
    level: low
    lists: {names: [eve]}
    steps: {open-issue: {labels: [b]}}
  b.yml: {disabled: true}
"""


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    """Load two playbooks, of which the overlay changes one and switches the other off."""
    for folder in ("playbooks", "lists"):
        (tmp_path / folder).mkdir()
    (tmp_path / "playbooks/a.yml").write_text(PLAYBOOK)
    (tmp_path / "playbooks/b.yml").write_text(playbook("s: {user: x}\ncondition: s", number=2))
    (tmp_path / "lists/names.yml").write_text("name: names\nvalues: [bob]")
    (tmp_path / "lists/others.yml").write_text("name: others\nvalues: [carol]")
    (tmp_path / "tipstaff.yml").write_text(OVERLAY)
    found = load(tmp_path / "playbooks", tmp_path / "lists", tmp_path / "tipstaff.yml")
    assert found.problems == ()
    return found


def test_every_value_names_its_source(loaded: Loaded, tmp_path: Path) -> None:
    """The overlay, the playbook, a list's file, GitHub, or the default; with line and column."""
    first, second = effective(loaded)
    found = {
        value["key"]: (value["value"], value["source"].replace(f"{tmp_path}/", ""))
        for value in first["values"]
    }
    assert found == {
        "mode": ("ask", "playbooks/a.yml:9:9"),
        "level": ("low", "tipstaff.yml:3:12"),
        "about": ("actor", "default"),
        "group-by": (["org", "repo", "user", "actor"], "default"),
        "steps.open-issue.labels": (["b"], "tipstaff.yml:5:34"),
        "steps.open-issue.title": ("T", "playbooks/a.yml:11:55"),
        "steps.revert": ({}, "playbooks/a.yml:12:7"),
        "lists.names": (["eve"], "tipstaff.yml:4:20"),
        "lists.others": (["carol"], "lists/others.yml:1:1"),
        "lists.org_owners": ("looked up when needed", "GitHub"),
    }
    assert second["values"][0] == {
        "key": "disabled",
        "value": True,
        "source": f"{tmp_path}/tipstaff.yml:6:21",
    }


def test_the_same_is_told_as_text(loaded: Loaded) -> None:
    """A block a playbook, a line a value, long values cut."""
    text = list(lines(effective(loaded)))
    assert text[0].startswith("T (")
    assert any(
        line.startswith("  level: low  <- ") and "tipstaff.yml:3:12" in line for line in text
    )
    assert text.count("") == 2


def test_a_file_that_is_gone_leaves_the_playbooks_own_place(loaded: Loaded, tmp_path: Path) -> None:
    """Nothing raises; the source is where the playbook was."""
    (tmp_path / "playbooks/a.yml").unlink()
    first, _ = effective(loaded)
    assert first["values"][0]["source"].endswith("a.yml:1:1")
