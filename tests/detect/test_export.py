"""Playbooks written as pure Sigma are taken by pySigma's own back ends, and mean the same."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from sigma.backends.sqlite.sqlite import sqliteBackend
from sigma.collection import SigmaCollection

from bot.detect.export import OURS, export, export_files
from bot.playbooks import load
from tests.detect.build import match, playbook, selecting
from tests.detect.falco.build import rules_file

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "playbooks").rglob("*.yml"))
LISTS = {"admins": ("alice", "ops-*"), "none": (), "teams": ("a.b", "c")}


def exported(text: str, lists: Mapping[str, Sequence[str]] = LISTS) -> Any:
    """Return the one rule that a text becomes, as plain data."""
    found = export(text, "p.yml", lists)
    assert [str(p) for p in found.problems if p.severity == "error"] == []
    assert found.count == 1
    return yaml.safe_load(found.text)


def queries(rules: SigmaCollection) -> list[str]:
    """Return the rules as SQL."""
    backend = sqliteBackend()
    found: list[str] = backend.convert(rules)
    return found


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.stem))
def test_every_shipped_playbook_becomes_a_query(path: Path) -> None:
    """A real back end turns what is written into SQL, and finds none of our own keys."""
    lists = {**load(ROOT / "playbooks", ROOT / "lists").lists, "org_members": ["bob"]}
    found = export(path.read_text(encoding="utf-8"), str(path), lists)
    assert [str(p) for p in found.problems if p.severity == "error"] == []
    rules = SigmaCollection.from_yaml(found.text)
    assert not rules.errors
    written = list(yaml.safe_load_all(found.text))
    assert len(written) == found.count
    assert not any(set(OURS) & rule.keys() for rule in written)
    assert queries(rules)


ROWS: list[dict[str, Any]] = [
    {"user": "alice", "team": "a.b"},
    {"user": "ALICE", "team": "axb"},
    {"user": "ops-7", "team": "c"},
    {"user": "eve", "team": "%none%"},
    {"user": "bob", "team": "x"},
]


@pytest.mark.parametrize(
    "selection",
    [
        "user|expand: '%admins%'",
        "user|expand: ['%admins%', eve]",
        "user|contains|expand: '%admins%'",
        "user|expand|all: '%admins%'",
        "- {user|expand: '%admins%', team: c}\n- {team: x}",
        "user|startswith: al",
        "team|expand: '%none%x'",
    ],
)
def test_the_query_finds_what_the_playbook_matches(selection: str) -> None:
    """With the lists written out, SQL over the same events gives the same ones."""
    text = selecting(selection)
    found = export(text, "p.yml", LISTS)
    (query,) = queries(SigmaCollection.from_yaml(found.text))
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE logs (user TEXT COLLATE NOCASE, team TEXT)")
    database.executemany("INSERT INTO logs VALUES (:user, :team)", ROWS)
    rows = database.execute(query.replace("<TABLE_NAME>", "logs")).fetchall()
    expected = [(row["user"], row["team"]) for row in ROWS if match(text, row, lists=LISTS)]
    if "%none%" not in selection:  # an empty list matches nothing; its name stands for that
        assert expected
    assert [(row[0], row[1]) for row in rows] == expected


def test_our_own_keys_are_left_out() -> None:
    """Response, tests and baseline are ours; everything of Sigma's stays."""
    rest = "response: {mode: ask}\ntests: []\nrelated: []\nmy-key: kept\n"
    rule = exported(playbook("s: {a: b}\ncondition: s", rest=rest))
    assert list(rule) == ["title", "id", "level", "logsource", "detection", "related", "my-key"]


def test_a_list_inside_a_pattern_is_taken_literally() -> None:
    """In a regular expression a list is one group of its values."""
    rule = exported(selecting("team|re|expand: '^%teams%$'"))
    assert rule["detection"]["selection"] == {"team|re": r"^(?:a\.b|c)$"}


def test_several_lists_in_one_value_are_multiplied() -> None:
    """Every combination is written."""
    rule = exported(selecting("a|expand: '%admins%/%teams%'"))
    assert rule["detection"]["selection"] == {"a": ["alice/a.b", "alice/c", "ops-*/a.b", "ops-*/c"]}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            selecting("user|expand: '%nobody%'"),
            (
                "7:18: the list 'nobody' is not here, so its values cannot be written out: "
                "give them with --list nobody=VALUE,VALUE"
            ),
        ),
        (
            selecting("user|expand|all: ['%admins%', '%teams%']"),
            "7:22: 'all' of several lists has no words in Sigma: make a selection of each",
        ),
        (
            selecting("user|expand: '%none%'"),
            "7:18: warning: the list 'none' is empty: its name is written, which nothing equals",
        ),
        (
            selecting("a: b") + "baseline: {type: first_seen, field: a}\n",
            "9:11: warning: Sigma has no 'baseline': every value then matches, not only new ones",
        ),
        (
            rules_file("github.type = push"),
            "1:1: not a Sigma rule: a rules file of Falco has no words in Sigma",
        ),
        ("a: [", "2:1: not YAML: did not find expected node content while parsing a flow node"),
    ],
)
def test_what_sigma_has_no_words_for_is_told(text: str, problem: str) -> None:
    """A rule that would mean something else is left out; a smaller loss is a warning."""
    found = export(text, "p.yml", LISTS)
    assert [str(one) for one in found.problems] == [f"p.yml:{problem}"]
    assert found.count == (1 if "warning" in problem else 0)


def test_a_correlation_is_left_out_with_what_it_joins() -> None:
    """Sigma's readers take no collection in which a rule is named that is not there."""
    base = playbook("s: {user|expand: '%org_members%'}\ncondition: s", rest="name: base\n")
    joins = "title: C\nname: {}\ncorrelation: {{type: event_count, rules: [{}], timespan: 1h}}\n"
    texts = {
        "outer.yml": joins.format("outer", "inner"),
        "inner.yml": joins.format("inner", "base"),
        "base.yml": base,
        "other.yml": selecting("a: b"),
    }
    found = export_files(texts, {})
    assert {path for path, each in found.items() if each.count} == {"other.yml"}
    assert "the rule 'base' is left out" in str(found["inner.yml"].problems[0])
    found = export_files(texts, {"org_members": ["bob"]})
    assert [each.count for each in found.values()] == [1, 1, 1, 1]
