"""An organisation's changes to playbooks: what they change, and every mistake at its place."""

from datetime import timedelta

import pytest

from bot.core.playbook import Level, Mode
from bot.detect.overlay import apply, check_change, check_overlay, parse_overlay
from bot.detect.rule import Rule
from tests.detect.build import ID, playbook, rule

RULE = rule(
    playbook(
        "s: {user|expand: '%names%'}\ncondition: s",
        rest="response:\n  mode: ask\n  steps:\n"
        "    - {action: open-issue, with: {labels: [a], title: T}}\n    - action: revert\n",
    )
)
"""A playbook in the file p.yml."""


def changed(text: str, given: Rule = RULE) -> Rule:
    """Return the rule as a faultless overlay changes it."""
    overlay = parse_overlay(text, "tipstaff.yml")
    assert overlay.problems == ()
    change = overlay.change_of(given.playbook)
    assert change is not None
    assert check_change(change, given) == ()
    assert check_overlay(overlay, [given], ["names"], complete=True) == []
    return apply(change, given)


def problems(text: str) -> list[str]:
    """Return everything that is wrong with an overlay of the rule."""
    overlay = parse_overlay(text, "o.yml")
    found = list(overlay.problems)
    for change in overlay.changes:
        if change.is_for(RULE.playbook):
            found += check_change(change, RULE)
    found += check_overlay(overlay, [RULE], ["names"], complete=True)
    return [str(problem) for problem in found]


@pytest.mark.parametrize("name", [ID, ID.upper(), "p.yml"])
def test_a_playbook_is_named_by_id_or_file(name: str) -> None:
    """Either is enough."""
    assert changed(f"playbooks: {{{name}: {{mode: enforce}}}}").playbook.response.mode is (
        Mode.ENFORCE
    )


@pytest.mark.parametrize("name", [".yml", "yml", "x/p.yml", "P.YML"])
def test_another_name_is_not_meant(name: str) -> None:
    """The end of a file's name is not its name."""
    overlay = parse_overlay(f"playbooks: {{{name}: {{mode: ask}}}}", "o.yml")
    assert overlay.change_of(RULE.playbook) is None


def test_what_is_named_is_changed_and_the_rest_stays() -> None:
    """Mode, level, lists and parameters; a parameter of null goes back to its default."""
    found = changed(
        "playbooks:\n  p.yml:\n    mode: observe\n    level: critical\n"
        "    lists: {names: [eve, 5]}\n"
        "    steps: {open-issue: {labels: [b, c], title: null, assignees: [olivia]}}\n"
    )
    assert found.playbook.response.mode is Mode.OBSERVE
    assert found.playbook.level is Level.CRITICAL
    assert found.lists == {"names": ("eve", "5")}
    first, second = found.playbook.response.steps
    assert first.params == {"labels": ["b", "c"], "assignees": ["olivia"]}
    assert str(first.place) == "tipstaff.yml:6:25"
    assert second == RULE.playbook.response.steps[1]
    assert found.condition == RULE.condition
    assert found.playbook.title == RULE.playbook.title


def test_a_playbook_is_switched_off() -> None:
    """`disabled: true` does it, `disabled: false` does not."""
    for word, off in (("true", True), ("false", False)):
        overlay = parse_overlay(f"playbooks: {{p.yml: {{disabled: {word}}}}}", "o.yml")
        assert overlay.disables(RULE.playbook) is off
    assert not parse_overlay("", "o.yml").disables(RULE.playbook)


def test_lists_for_all_playbooks_are_read() -> None:
    """They take the place of the files of the same name."""
    overlay = parse_overlay("lists: {names: [alice]}", "o.yml")
    assert overlay.lists == {"names": ("alice",)}
    assert problems("lists: {names: []}") == []


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "playbooks: {}", "---\n"])
def test_an_overlay_may_be_empty(text: str) -> None:
    """It then changes nothing."""
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- a", ["1:1: this file must be a mapping (key: value)"]),
        ("playbook: {}", ["1:1: unknown key 'playbook' in this file; did you mean 'playbooks'?"]),
        ("playbooks: [a]", ["1:12: 'playbooks' must be a mapping (key: value), not a list"]),
        ("playbooks: {p.yml: ask}", ["1:20: an entry must be a mapping (key: value)"]),
        (
            "playbooks: {p.yml: {}}",
            ["1:20: this entry changes nothing: add 'mode: ...', or delete it"],
        ),
        (
            "playbooks:\n  p.yml: {modes: ask}",
            ["2:11: unknown key 'modes' in an entry; did you mean 'mode'?"],
        ),
        (
            "playbooks:\n  p.yml: {mode: enforced}",
            ["2:17: 'mode' must be one of observe, ask, enforce, not 'enforced'"],
        ),
        (
            "playbooks:\n  p.yml: {level: 5}",
            ["2:18: 'level' must be one of informational, low, medium, high, critical, not 5"],
        ),
        (
            "playbooks:\n  p.yml: {disabled: 'yes'}",
            ["2:21: 'disabled' must be true or false, not 'yes'"],
        ),
        (
            "playbooks:\n  p.yml: {lists: {names: eve}}",
            ["2:26: 'names' must be a list, not 'eve'"],
        ),
        (
            "playbooks:\n  p.yml: {lists: {names: [no]}}",
            ["2:27: a value must be a text: quote false"],
        ),
        (
            "playbooks:\n  p.yml: {lists: {name: []}}",
            ["2:25: 'T' asks for no list 'name'; did you mean 'names'?"],
        ),
        (
            "playbooks:\n  p.yml: {steps: {open-isue: {labels: []}}}",
            ["2:30: 'T' has no step 'open-isue'; did you mean 'open-issue'?"],
        ),
        (
            "playbooks:\n  p.yml: {steps: {revert: 5}}",
            ["2:27: a step must be a mapping (key: value)"],
        ),
        (
            "playbooks:\n  q.yml: {mode: ask}",
            ["2:3: there is no playbook 'q.yml'; did you mean 'p.yml'?"],
        ),
        (
            "playbooks:\n  collaborators: {mode: ask}",
            ["2:3: there is no playbook 'collaborators': write its id, or its file's name"],
        ),
        (
            f"playbooks:\n  p.yml: {{mode: ask}}\n  {ID}: {{mode: ask}}",
            ["3:3: 'T' is already changed in o.yml:2:3: write both changes there"],
        ),
        (
            "playbooks:\n  p.yml: {mode: ask}\n  p.yml: {mode: ask}",
            ["3:3: 'p.yml' is written twice (first in line 2): keep one of them"],
        ),
        ("lists: {nams: [a]}", ["1:15: no playbook asks for a list 'nams'; did you mean 'names'?"]),
        (
            "lists: {org_owners: [a]}",
            [
                "1:21: 'org_owners' is a live list, which GitHub fills",
                "1:21: no playbook asks for a list 'org_owners'; known: names",
            ],
        ),
        (
            "{}\n---\n{}",
            ["3:1: this file holds one document: delete the line '---' and what follows"],
        ),
        (
            "playbooks: {",
            ["2:1: not YAML: did not find expected node content while parsing a flow node"],
        ),
    ],
)
def test_a_mistake_is_told_at_its_place(text: str, found: list[str]) -> None:
    """Unknown keys, names and types, each with line, column and what was meant."""
    assert problems(text) == [f"o.yml:{line}" for line in found]


def test_a_mode_for_a_playbook_without_steps_is_a_warning() -> None:
    """Nothing depends on it."""
    bare = rule(playbook("s: {user: eve}\ncondition: s"))
    overlay = parse_overlay("playbooks: {p.yml: {mode: ask}}", "o.yml")
    (change,) = overlay.changes
    (problem,) = check_change(change, bare)
    assert problem.severity == "warning"
    assert "takes no steps" in problem.message


def test_taking_away_what_is_not_there_is_a_warning() -> None:
    """A slip in a parameter's name would otherwise leave the parameter as it was."""
    text = "playbooks:\n  p.yml:\n    steps:\n      open-issue: {label: null}"
    (change,) = parse_overlay(text, "o.yml").changes
    assert [str(problem) for problem in check_change(change, RULE)] == [
        "o.yml:4:27: warning: 'open-issue' has no 'label' to take away; did you mean 'labels'?"
    ]


def test_while_a_playbook_cannot_be_read_a_missing_one_may_be_that_one() -> None:
    """The mistake is told where it was made, not once more as an error here."""
    overlay = parse_overlay("playbooks: {q.yml: {mode: ask}}\nlists: {x: []}", "o.yml")
    found = check_overlay(overlay, [RULE], [], complete=False)
    assert [problem.severity for problem in found] == ["warning", "warning"]


def test_times_of_cases_are_read_by_level() -> None:
    """What is named replaces the setting; the rest stays."""
    text = "cases:\n  critical: {remind: 1h, expire: never}\n  low: {close: 12h}\n"
    overlay = parse_overlay(text, "tipstaff.yml")
    assert overlay.problems == ()
    assert overlay.times == {
        Level.CRITICAL: {"remind": timedelta(hours=1), "expire": None},
        Level.LOW: {"close": timedelta(hours=12)},
    }


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("cases: 24h", "o.yml:1:8", "'cases' must be a mapping (key: value), not '24h'"),
        ("cases:\n  hihg: {remind: 1h}", "o.yml:2:3", "did you mean 'high'?"),
        ("cases:\n  high: {remnid: 1h}", "o.yml:2:10", "did you mean 'remind'?"),
        ("cases:\n  high: 1h", "o.yml:2:9", "'high' must be a mapping"),
        ("cases:\n  high: {remind: 24}", "o.yml:2:18", "such as 24h, or never, not 24"),
        ("cases:\n  high: {remind: soon}", "o.yml:2:18", "not 'soon'"),
    ],
)
def test_a_time_that_is_none_is_told_with_its_place(text: str, place: str, message: str) -> None:
    """With what to write instead."""
    (problem,) = parse_overlay(text, "o.yml").problems
    assert str(problem.place) == place
    assert message in problem.message
