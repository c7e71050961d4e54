"""Loading playbooks and lists from folders."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.normalise.survey import SURVEY
from bot.detect.rule import Moment, PlaybookTest, Rule
from bot.detect.trial import run_tests
from bot.playbooks import load
from tests.detect.build import ID, event, playbook, selecting
from tests.detect.correlation.stage import base, correlation

ROOT = Path(__file__).parent.parent
SHIPPED = load(ROOT / "playbooks", ROOT / "lists")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder for playbooks beside one for lists."""
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "lists").mkdir()
    return tmp_path


def write(folder: Path, name: str, text: str | bytes) -> None:
    """Write a file into the folder, with what folders it needs."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def problems(folder: Path) -> list[str]:
    """Load both folders and return the problems, with paths as seen from there."""
    loaded = load(folder / "playbooks", folder / "lists")
    return [str(problem).replace(f"{folder}/", "") for problem in loaded.problems]


def test_playbooks_and_lists_become_a_ruleset(folder: Path) -> None:
    """What is in the folders, and the folders inside, judges events."""
    write(folder, "playbooks/a.yml", selecting("user|expand: '%names%'"))
    write(folder, "playbooks/team/b.yaml", playbook("s: {user: eve}\ncondition: s", number=2))
    write(folder, "playbooks/README.md", "not a playbook")
    write(folder, "lists/names.yml", "name: names\nvalues: [eve]")
    loaded = load(folder / "playbooks", folder / "lists")
    assert loaded.problems == ()
    assert [rule.playbook.id[-1] for rule in loaded.rules] == ["5", "2"]
    assert loaded.lists == {"names": ("eve",)}
    assert len(loaded.ruleset.match(event({"user": "eve"}))) == 2


def test_a_single_file_can_be_loaded(folder: Path) -> None:
    """`tipstaff check one.yml` needs no folder."""
    write(folder, "playbooks/a.yml", selecting("a: b"))
    assert len(load(folder / "playbooks" / "a.yml").rules) == 1


def test_one_bad_file_is_told_and_skipped(folder: Path) -> None:
    """The neighbours of a broken playbook stand guard all the same."""
    write(folder, "playbooks/a.yml", "title: [")
    write(folder, "playbooks/b.yml", selecting("a: b"))
    write(folder, "playbooks/c.yml", b"title: \xff\xfe")
    loaded = load(folder / "playbooks", folder / "lists")
    assert len(loaded.rules) == 1
    assert problems(folder) == [
        (
            "playbooks/a.yml:2:1: not YAML: did not find expected node content while parsing a "
            "flow node"
        ),
        "playbooks/c.yml:1:1: not UTF-8 (byte 7): save the file as UTF-8",
    ]
    assert len(loaded.errors) == 2


def test_an_id_may_be_used_once(folder: Path) -> None:
    """Alerts are told apart by the playbook's id, so the second one is refused."""
    write(folder, "playbooks/a.yml", selecting("a: b"))
    write(folder, "playbooks/b.yml", selecting("a: c"))
    assert problems(folder) == [
        (
            f"playbooks/b.yml:1:1: the id {ID} is already that of playbooks/a.yml:1:1: give each "
            "playbook its own"
        )
    ]


def test_an_unknown_action_is_told_at_its_step(folder: Path) -> None:
    """What a playbook wants done must be something that can be done."""
    text = selecting("a: b") + "response:\n  steps:\n    - action: open-isue\n"
    write(folder, "playbooks/x.yml", text)
    assert problems(folder) == [
        "playbooks/x.yml:11:7: unknown action 'open-isue'; did you mean 'open-issue'?"
    ]


def test_an_unknown_list_is_told(folder: Path) -> None:
    """A playbook that names a list nobody has is not used."""
    write(folder, "playbooks/a.yml", selecting("user|expand: '%nmes%'"))
    write(folder, "lists/names.yml", "name: names\nvalues: [eve]")
    assert problems(folder) == [
        "playbooks/a.yml:7:18: there is no list 'nmes'; did you mean 'names'?"
    ]
    assert load(folder / "playbooks", folder / "lists").rules == ()


COUNT = "type: event_count, rules: [a], timespan: 1h, condition: {gte: 3}"
BAD_STEP = "response: {mode: ask, steps: [{action: dance}]}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (correlation(COUNT, rest=BAD_STEP), True),  # readable, and yet not usable
        (correlation(COUNT + ", typ: x"), True),
        ("- a: {", False),  # no correlation
    ],
)
def test_what_a_broken_correlation_is_made_of_does_not_alert(
    folder: Path, text: str, told: bool
) -> None:
    """Its rules lie in another file, and stay silent; the problems, and so readiness, say so."""
    write(folder, "playbooks/base.yml", base("a"))
    write(folder, "playbooks/joined.yml", text)
    loaded = load(folder / "playbooks")
    assert loaded.errors
    assert [rule.quiet for rule in loaded.rules] == [told]
    assert ("it stays silent" in str(loaded.problems)) is told


def test_what_a_disabled_correlation_is_made_of_does_not_alert(folder: Path) -> None:
    """Whoever switches a correlation off wants fewer alerts, not those of its parts."""
    write(folder, "playbooks/base.yml", base("a"))
    write(folder, "playbooks/joined.yml", correlation(COUNT))
    write(folder, "tipstaff.yml", "playbooks: {joined.yml: {disabled: true}}")
    loaded = load(folder / "playbooks", None, folder / "tipstaff.yml")
    assert [rule.quiet for rule in loaded.rules] == [True]
    assert loaded.problems == ()


def test_a_lists_name_may_be_used_once(folder: Path) -> None:
    """Two lists of one name would make it a matter of luck which one counts."""
    write(folder, "lists/a.yml", "name: names\nvalues: [eve]")
    write(folder, "lists/b.yml", "name: names\nvalues: []")
    assert problems(folder) == [
        "lists/b.yml:1:1: the list 'names' is already in lists/a.yml:1:1: rename one of them"
    ]


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    """No playbooks because of a typing error must not look like no playbooks by choice."""
    loaded = load(tmp_path / "nowhere", tmp_path / "lists")
    assert [problem.message for problem in loaded.errors] == [
        "there is no such folder: create it, or say where the lists are",
        "there is no such folder: create it, or say where the playbooks are",
    ]


def test_the_shipped_playbooks_are_faultless() -> None:
    """What is in the box has neither errors nor warnings."""
    assert [str(problem) for problem in SHIPPED.problems] == []
    assert len(SHIPPED.rules) >= 9


SURVEYED = frozenset(row.becomes for row in SURVEY.rows)
"""Actions that no delivery of GitHub's tells of."""


@pytest.mark.parametrize(
    "rule", SHIPPED.rules, ids=lambda rule: Path(rule.playbook.place.path).stem
)
def test_a_shipped_playbook_keeps_its_promises(rule: Rule) -> None:
    """Every test inside a shipped playbook passes; one is a real delivery, one must not match."""
    now = datetime(2026, 11, 22, tzinfo=UTC)
    failures = [
        f"{outcome.test.place}: {outcome.test.name}: {outcome.failure}"
        for outcome in run_tests(rule, SHIPPED.lists, now=now, among=SHIPPED.rules)
        if not outcome.passed
    ]
    assert failures == []
    items: list[PlaybookTest | Moment] = [*rule.tests]
    items += [moment for test in rule.tests for moment in test.sequence]
    surveyed = all((item.event or {}).get("action") in SURVEYED for item in items)
    assert rule.quiet or surveyed or any(item.delivery is not None for item in items)
    assert {test.match for test in rule.tests} == {True, False}


@pytest.mark.parametrize(
    "rule",
    [rule for rule in SHIPPED.rules if not rule.quiet],
    ids=lambda rule: Path(rule.playbook.place.path).stem,
)
def test_a_shipped_playbook_is_fully_described(rule: Rule) -> None:
    """Whoever reads an alert finds out what it means, how bad it is and where to read on."""
    about = rule.playbook
    assert about.description
    assert about.author
    assert about.date
    assert about.references
    assert about.falsepositives
    assert about.fields
    assert any(tag.startswith("attack.t1") for tag in about.tags)
    assert about.response.steps


def test_linked_folders_are_read_and_none_twice(folder: Path) -> None:
    """Rules that several places share may be linked; a loop ends, and hidden ones stay unseen."""
    write(folder, "shared/c.yml", selecting("user: carol"))
    write(folder, "playbooks/team/b.yml", selecting("user: bob").replace(ID, ID[:-1] + "0"))
    write(folder, "shared/.git/d.yml", "title: [")
    (folder / "playbooks/all").symlink_to(folder / "shared")
    (folder / "playbooks/again").symlink_to(folder / "playbooks/team")
    (folder / "shared/up").symlink_to(folder / "playbooks")
    loaded = load(folder / "playbooks")
    assert [str(problem) for problem in loaded.problems if problem.severity == "error"] == []
    found = [rule.playbook.place.path.removeprefix(f"{folder}/") for rule in loaded.rules]
    assert found == ["playbooks/all/c.yml", "playbooks/team/b.yml"]


def test_a_link_that_leads_nowhere_is_told(folder: Path) -> None:
    """It is no playbook that nobody wrote."""
    (folder / "playbooks/a.yml").symlink_to(folder / "gone.yml")
    (told,) = problems(folder)
    assert told.startswith("playbooks/a.yml:1:1: cannot be read: the link leads nowhere")


def test_a_name_that_no_file_can_have_is_told(folder: Path) -> None:
    """Whatever the disk refuses is a finding."""
    (told,) = load(folder / ("x" * 5_000)).problems
    assert told.message == "cannot be read: File name too long"


@contextmanager
def nobody() -> Iterator[None]:
    """Do something as an ordinary user: root may read everything."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that everybody finds the way to; pytest's own are root's alone."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_folder_that_cannot_be_read_is_told(open_folder: Path) -> None:
    """Its playbooks must not look like such that nobody wrote."""
    folder = open_folder
    write(folder, "playbooks/a.yml", selecting("user: eve"))
    write(folder, "playbooks/shut/b.yml", selecting("user: bob"))
    shut = folder / "playbooks/shut"
    shut.chmod(0)
    try:
        with nobody():
            found = problems(folder)
    finally:
        shut.chmod(0o755)
    assert "playbooks/shut:1:1: cannot be read: Permission denied" in found


def test_only_a_changed_file_is_parsed_anew(folder: Path) -> None:
    """A reload costs what has changed: what stands in the other file is there already."""
    write(folder, "playbooks/a.yml", selecting("a: b"))
    write(folder, "playbooks/b.yml", playbook("s: {user: eve}\ncondition: s", number=2))
    before = load(folder / "playbooks").rules
    write(folder, "playbooks/b.yml", playbook("s: {user: bob}\ncondition: s", number=2))
    after = load(folder / "playbooks").rules
    assert after[0].condition is before[0].condition
    assert after[1].condition != before[1].condition
