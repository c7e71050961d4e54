"""What the page about playbooks says is true."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from bot.actions.catalogue import check_response
from bot.detect.linking import link
from bot.detect.lists import parse_list
from bot.detect.live import LIVE
from bot.detect.parse import parse
from bot.detect.trial import run_tests
from bot.playbooks import load
from bot.rehearsal.taken import taken
from tests.detect.build import NOW, match, rule, selecting

PAGE = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text()
PLAYBOOKS = re.findall(r"```yaml playbook\n(.*?)```", PAGE, re.DOTALL)
FILES = re.findall(r"```yaml playbooks\n(.*?)```", PAGE, re.DOTALL)
LISTS = re.findall(r"```yaml list\n(.*?)```", PAGE, re.DOTALL)
OVERLAYS = re.findall(r"```yaml overlay\n(.*?)```", PAGE, re.DOTALL)
ROWS = re.findall(r"^\| `(.+?)` \| `(\{.*\})` \| (yes|no) \|$", PAGE, re.MULTILINE)


def test_every_example_is_found() -> None:
    """The page still has the shapes that these tests read, and all its rows are read."""
    table = re.findall(r"^\| `.*(?:yes|no) \|$", PAGE, re.MULTILINE)
    assert len(ROWS) == len(table) >= 30
    read = (PLAYBOOKS, FILES, LISTS, OVERLAYS)
    assert len(re.findall(r"```yaml", PAGE)) == sum(map(len, read))
    assert PLAYBOOKS
    assert FILES
    assert LISTS
    assert OVERLAYS


@pytest.mark.parametrize("text", OVERLAYS)
def test_an_overlay_on_the_page_fits_the_shipped_playbooks(text: str, tmp_path: Path) -> None:
    """It can be copied beside them as it is."""
    root = Path(__file__).parents[2]
    (tmp_path / "tipstaff.yml").write_text(text)
    loaded = load(root / "playbooks", root / "lists", tmp_path / "tipstaff.yml")
    assert loaded.errors == ()
    assert loaded.disabled or loaded.overlay.zone or loaded.overlay.times


def test_the_page_names_every_live_list() -> None:
    """With what each of them holds."""
    for name, holds in LIVE.items():
        assert f"| `%{name}%` | {holds.split(',')[0]}" in PAGE


@pytest.mark.parametrize("text", PLAYBOOKS)
def test_a_playbook_on_the_page_keeps_its_promises(text: str) -> None:
    """It is faultless, its actions exist, and its own tests pass."""
    found = rule(text)
    assert check_response(found.playbook.response) == ()
    outcomes = run_tests(found, {}, now=NOW, leads=taken)
    assert [outcome.failure for outcome in outcomes if outcome.failure] == []
    assert found.tests


@pytest.mark.parametrize("text", FILES)
def test_playbooks_on_the_page_that_belong_together_keep_their_promises(text: str) -> None:
    """A file of several documents is faultless as a whole, and the tests in it pass."""
    parsed = parse(text, "p.yml")
    lists = {"approved_outsiders": ()}
    rules, problems = link(parsed.rules, parsed.filters, lists)
    assert (*parsed.problems, *problems) == ()
    assert len(rules) + len(parsed.filters) > 1
    for each in rules:
        assert check_response(each.playbook.response) == ()
    outcomes = [
        outcome for each in rules for outcome in run_tests(each, lists, now=NOW, among=rules)
    ]
    assert [outcome.failure for outcome in outcomes if outcome.failure] == []
    assert {outcome.test.match for outcome in outcomes} == {True, False}


@pytest.mark.parametrize("text", LISTS)
def test_a_list_on_the_page_is_faultless(text: str) -> None:
    """It can be copied as it is."""
    assert parse_list(text, "l.yml").problems == ()


@pytest.mark.parametrize(("selection", "fields", "answer"), ROWS)
def test_a_row_of_the_page_is_true(selection: str, fields: str, answer: str) -> None:
    """The selection does to the event what the row says."""
    event: dict[str, Any] = orjson.loads(fields)
    asked = yaml.safe_load(selection.replace("\\|", "|"))  # a bar is escaped inside a table
    text = selecting(yaml.safe_dump(asked, allow_unicode=True))
    assert (match(text, event) is not None) is (answer == "yes")
