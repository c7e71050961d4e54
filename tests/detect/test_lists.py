"""Lists of values: their files, and what playbooks make of them."""

import pytest

from bot.detect.lists import parse_list
from bot.detect.placeholder import check_lists
from tests.detect.build import rule, selecting


def test_a_list_is_read() -> None:
    """Name and values come out; a number counts as its text."""
    parsed = parse_list("name: admins\ndescription: d\nvalues: [alice, 5, '*-bot']", "l.yml")
    assert not parsed.problems
    assert parsed.found is not None
    assert (parsed.found.name, parsed.found.values) == ("admins", ("alice", "5", "*-bot"))


def test_a_list_may_be_empty() -> None:
    """Nobody is on it; that is a decision, not a mistake."""
    parsed = parse_list("name: admins\nvalues: []", "l.yml")
    assert parsed.found is not None
    assert parsed.found.values == ()


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["1:1: a list file holds exactly one list: 'name: ...' and 'values: [...]'"]),
        ("- a", ["1:1: a list must be a mapping (key: value)"]),
        ("name: a", ["1:1: a list has no 'values': add 'values: [...]'"]),
        ("values: [a]", ["1:1: a list has no 'name': add 'name: ...' (playbooks write %name%)"]),
        ("name: a\nvalues: b", ["2:9: 'values' must be a list, not 'b'"]),
        ("name: a\nvalues:", ["2:8: 'values' must be a list, not nothing"]),
        ("name: a\nvalues: [b, no]", ["2:13: a value must be a text: quote false"]),
        ("name: a\nvalues: [b, [c]]", ["2:13: a value must be a text: quote a list"]),
        ("name: a b\nvalues: []", ["1:7: a list's name holds no spaces, % or \\"]),
        (
            "name: a\nvalue: [b]",
            [
                "1:1: a list has no 'values': add 'values: [...]'",
                "2:1: unknown key 'value' in a list; did you mean 'values'?",
            ],
        ),
    ],
)
def test_a_mistake_in_a_list_is_told_at_its_place(text: str, problems: list[str]) -> None:
    """A list with a mistake is not used, and the mistake is told."""
    parsed = parse_list(text, "l.yml")
    assert [str(problem) for problem in parsed.problems] == [f"l.yml:{line}" for line in problems]
    assert parsed.found is None


def test_an_unknown_list_is_told_with_the_known_ones() -> None:
    """A misspelt placeholder must never match nothing in silence."""
    one = rule(selecting("user|expand: '%admin%'\nteam|re|expand: '^%zzz%$'"))
    problems = check_lists(one, {"admins": [], "teams": []})
    known = "admins, org_members, org_owners, outside_collaborators, own_app, team:SLUG, teams"
    assert [str(problem) for problem in problems] == [
        "p.yml:7:18: there is no list 'admin'; did you mean 'admins'?",
        f"p.yml:8:21: there is no list 'zzz'; known: {known}",
    ]


def test_a_file_cannot_take_a_live_lists_name() -> None:
    """What GitHub fills is not to be had from a file in silence."""
    parsed = parse_list("name: org_owners\nvalues: [eve]", "l.yml")
    assert [str(problem) for problem in parsed.problems] == [
        "l.yml:1:7: 'org_owners' is a live list, which GitHub fills: choose another name"
    ]


def test_lists_that_multiply_too_far_are_told() -> None:
    """Three long lists in one value would be millions of texts."""
    names = [f"n{number}" for number in range(100)]
    one = rule(selecting("user|expand: '%a%-%a%-%a%'"))
    (problem,) = check_lists(one, {"a": names})
    assert "make more than 100,000 texts" in problem.message


def test_a_list_too_long_for_a_pattern_is_told() -> None:
    """RE2 bounds a pattern's size; the list that breaks it is named before it is used."""
    one = rule(selecting("user|re|expand: '(%a%){1000}'"))
    (problem,) = check_lists(one, {"a": [f"name-{number}" for number in range(20_000)]})
    assert "too large for RE2" in problem.message


def test_a_rule_without_lists_needs_none() -> None:
    """Percent signs without |expand are just percent signs."""
    assert check_lists(rule(selecting("user: '%admins%'")), {}) == ()
