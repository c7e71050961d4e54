"""Why a correlation holds or not: groups, counts, what was asked for and what lacks."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.event import Event
from bot.detect.correlation.account import Account
from bot.detect.trial import Played, play
from tests.detect.correlation.stage import base, correlation, faultless, happening

COUNT = "type: event_count, rules: [a], timespan: 10m, group-by: [actor], condition: {gte: 3}"
SUM = "type: value_sum, rules: [a], timespan: 10m, condition: {gt: 5, field: n}"
BOTH = "rules: [a, b], timespan: 10m, group-by: [actor]"


def played(body: str, *events: Event) -> Played:
    """Return what events come to for a correlation."""
    rules = faultless(correlation(body), base("a"), base("b", 2))
    (rule,) = [each for each in rules if each.correlation is not None]
    return play(rule, events, {}, rules)


def told(account: Account) -> list[str]:
    """Return an account in lines."""
    marks = {True: "+", False: "-"}
    return [
        f"{marks[account.holds]} {' '.join(value for _, value in account.group)}",
        *(f"{marks[part.holds]} {part.asked}: {part.found}" for part in account.parts),
    ]


def test_each_group_is_told_by_its_best_window() -> None:
    """The nearest group comes first, with what is counted in its fullest window."""
    events = [happening("a", minute, actor="Eve", key=f"e{minute}") for minute in (0, 8, 20, 40)]
    found = played(COUNT, *events, happening("a", 50, actor="bob"), happening("a", 51))
    assert found.alerts == ()
    assert [told(each) for each in found.accounts] == [
        ["- acme eve", "- event_count gte 3: 2"],
        ["- acme bob", "- event_count gte 3: 1"],
    ]
    assert [each.event_id for each in found.accounts[0].sightings] == ["e0", "e8"]
    assert found.ungrouped == (("a", "actor"),)


Happened = list[tuple[str, float, dict[str, Any]]]
TABLE: dict[str, tuple[str, Happened, list[str]]] = {
    "numbers": (SUM, [("a", 0, {"n": 2}), ("a", 1, {"n": "x"})], ["- value_sum of n gt 5: 2"]),
    "no number": (SUM, [("a", 1, {"n": "x"})], ["- value_sum of n gt 5: no number at all"]),
    "one is missing": (
        f"type: temporal, {BOTH}",
        [("a", 0, {})],
        ["- rules gte 2: 1", "+ a seen: seen once", "- b seen: not seen"],
    ),
    "the wrong order": (
        f"type: temporal_ordered, {BOTH}",
        [("b", 0, {}), ("a", 1, {})],
        ["- rules in order gte 2: 1", "+ a seen: seen once", "+ b seen: seen once"],
    ),
    "the wrong order of an expression": (
        f"type: temporal_ordered, {BOTH}, condition: a and b",
        [("b", 0, {}), ("a", 1, {}), ("a", 2, {})],
        ["+ a seen: seen 2 times", "+ b seen: seen once", "- in this order: it is not"],
    ),
    "taken back": (
        f"type: temporal_ordered, {BOTH}, condition: a and not b",
        [("a", 0, {}), ("b", 1, {})],
        ["+ a seen: seen once", "- b absent: seen once"],
    ),
    "announced": (
        f"type: temporal_ordered, {BOTH}, condition: b and not a",
        [("a", 0, {}), ("b", 1, {})],
        ["+ b seen: seen once", "- a absent: seen once"],
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_what_lacks_is_named(name: str) -> None:
    """Each thing asked for is told with what there is in its place."""
    body, happened, expected = TABLE[name]
    events = [
        happening(action, minute, actor="eve", key=f"e{number}", **fields)
        for number, (action, minute, fields) in enumerate(happened)
    ]
    found = played(body, *events)
    assert found.alerts == ()
    assert told(found.accounts[0])[1:] == expected


BODIES = (
    COUNT,
    f"type: temporal, {BOTH}",
    f"type: temporal_ordered, {BOTH}",
    f"type: temporal_ordered, {BOTH}, condition: a and b",
    f"type: temporal_ordered, {BOTH}, condition: a and not b",
    f"type: temporal_ordered, {BOTH}, condition: b and not a",
    f"type: temporal, {BOTH}, condition: a and not b",
)


@pytest.mark.parametrize("body", BODIES)
@settings(max_examples=30)
@given(
    happened=st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 25), st.sampled_from(["eve", "bob"])),
        min_size=1,
        max_size=7,
    )
)
def test_an_account_agrees_with_what_alerts(
    body: str, happened: list[tuple[str, int, str]]
) -> None:
    """A group holds, with all its parts, exactly when it leads to an alert."""
    events = [
        happening(action, minute, actor=actor, key=f"e{number}")
        for number, (action, minute, actor) in enumerate(sorted(happened, key=lambda one: one[1]))
    ]
    found = played(body, *events)
    alerted = {event.fields["actor"] for event, _ in found.alerts}
    assert {dict(each.group)["actor"] for each in found.accounts if each.holds} == alerted
    for account in found.accounts:
        assert not account.holds or all(part.holds for part in account.parts)
