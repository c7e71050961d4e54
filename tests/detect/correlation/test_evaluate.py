"""Correlations held against every window there is, whatever the order in which events come."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.detect.correlation.absence import awaited, elapsed
from bot.detect.correlation.evaluate import findings, least
from bot.detect.correlation.expression import read_branches
from bot.detect.correlation.model import COMPARE, Bound, Correlation, Kind
from bot.detect.correlation.sighting import Sighting
from bot.detect.expression import Unreadable
from tests.detect.correlation import oracle
from tests.detect.correlation.stage import START

RULES = ("a", "b", "c")
SPAN = timedelta(minutes=5)

moments = st.integers(0, 14).map(lambda minutes: START + timedelta(minutes=minutes))


@st.composite
def sightings(draw: st.DrawFn, *, numeric: bool) -> list[Sighting]:
    """Draw what was seen, in the order of arrival."""
    values: st.SearchStrategy[str | float] = st.sampled_from(["x", "y", "z"])
    if numeric:
        values = st.integers(-3, 9).map(float)
    events = draw(
        st.lists(
            st.tuples(
                st.sets(st.sampled_from(RULES), min_size=1, max_size=2),
                moments,
                st.lists(values, max_size=2),
            ),
            max_size=9,
        )
    )
    return [
        Sighting(
            correlation="k",
            group="g",
            rule=rule,
            event_id=f"e{number}",
            at=at,
            values=tuple(found),
        )
        for number, (rules, at, found) in enumerate(events)
        for rule in sorted(rules)
    ]


bounds = st.lists(
    st.builds(
        lambda compare, number: Bound(compare=compare, number=number),
        st.sampled_from(sorted(COMPARE)),
        st.integers(0, 4),
    ),
    min_size=1,
    max_size=2,
).map(tuple)


def asking(kind: Kind, **parts: object) -> Correlation:
    """Return a correlation of three rules."""
    values = {"kind": kind, "rules": RULES, "places": (), "timespan": SPAN, "percentile": 75}
    return Correlation(**{**values, **parts})  # type: ignore[arg-type]  # parts are as wide as fields


def ends(correlation: Correlation, seen: Sequence[Sighting]) -> set[object]:
    """Return the end of every window found, adding one sighting after the other."""
    found: set[object] = set()
    for count, new in enumerate(seen, 1):
        near = [each for each in seen[:count] if abs(each.at - new.at) <= SPAN]
        found |= {finding.at for finding in findings(correlation, near, new.at)}
    return found


def expected(correlation: Correlation, seen: Sequence[Sighting]) -> set[object]:
    """Return the end of every window that held at some time, by the second opinion."""
    found: set[object] = set()
    for count in range(1, len(seen) + 1):
        times = sorted({each.at for each in seen[:count]})
        found |= {times[place] for place in oracle.holding(correlation, seen[:count])}
    return found


@pytest.mark.parametrize("kind", list(Kind))
@settings(max_examples=50)
@given(data=st.data())
def test_every_window_that_holds_is_found_and_no_other(kind: Kind, data: st.DataObject) -> None:
    """One sighting after the other, late ones too, finds what a look at all windows finds."""
    seen = data.draw(sightings(numeric=kind.numeric))
    correlation = asking(kind, bounds=data.draw(bounds))
    assert ends(correlation, seen) == expected(correlation, seen)
    assert len(seen) >= (least(correlation) or 0) or not expected(correlation, seen)


expressions = st.recursive(
    st.sampled_from(RULES),
    lambda inner: st.one_of(
        st.builds(lambda one, two: f"({one} and {two})", inner, inner),
        st.builds(lambda one, two: f"({one} or {two})", inner, inner),
        inner.map(lambda one: f"not {one}"),
    ),
    max_leaves=6,
)


def satisfied(expression: str, there: set[str]) -> bool:
    """Answer a boolean expression as Python does."""
    return bool(eval(expression, {rule: rule in there for rule in RULES}))


@given(expression=expressions)
def test_the_ways_of_a_condition_are_those_of_its_truth_table(expression: str) -> None:
    """A condition is refused when nothing satisfies it, and never means anything else."""
    try:
        branches, _ = read_branches(expression)
    except Unreadable:
        subsets = [{rule for bit, rule in enumerate(RULES) if 1 << bit & mask} for mask in range(8)]
        possible = [there for there in subsets if satisfied(expression, there)]
        assert not possible or set() in possible
        return
    for mask in range(8):
        there = {rule for bit, rule in enumerate(RULES) if 1 << bit & mask}
        ways = [way for way in branches if way.seen <= there and not way.unseen & there]
        assert bool(ways) is satisfied(expression, there)


@pytest.mark.parametrize("kind", [Kind.TEMPORAL, Kind.TEMPORAL_ORDERED])
@settings(max_examples=50)
@given(expression=expressions, seen=sightings(numeric=False))
def test_boolean_conditions_hold_as_every_window_says(
    kind: Kind, expression: str, seen: list[Sighting]
) -> None:
    """What must be seen is found at once; what must not be is judged when its time has passed."""
    try:
        branches, _ = read_branches(expression)
    except Unreadable:
        return
    correlation = asking(kind, branches=branches)
    assert ends(correlation, seen) == expected(correlation, seen)
    fewest = least(correlation)
    assert (fewest is not None and len(seen) >= fewest) or not expected(correlation, seen)
    for one in seen:
        found = elapsed(correlation, seen, one.at)
        assert (found.at if found else None) == oracle.absent(correlation, seen, one.at)
        if found is None:
            continue
        names = {each.rule for each in found.sightings}
        assert names in [set(way.seen) for way in branches]
        there = [each for each in seen if each.at == one.at]
        assert any(awaited(correlation, each.rule) is not None for each in there)
