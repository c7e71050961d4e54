"""Whether sightings satisfy a correlation: pure, over true sliding windows by event time.

A window ends with an event and is as long as the timespan, both ends included. What asks for an
absence is judged later: `bot.detect.correlation.absence`. Nothing here knows where sightings are
kept.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Final

from bot.detect.correlation.model import Branch, Correlation, Kind
from bot.detect.correlation.sighting import Sighting
from bot.detect.correlation.sliding import Chain, LongestChain, Window

_ONE_EACH: Final = frozenset({Kind.EVENT_COUNT, Kind.TEMPORAL, Kind.TEMPORAL_ORDERED})
"""The kinds whose measure no sighting raises by more than one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A window that satisfies a correlation.

    ``at`` is its end, ``sightings`` are those that contribute, by time, and ``measure`` is what
    was counted or calculated (for a boolean condition: how many rules were seen).
    """

    at: datetime
    sightings: tuple[Sighting, ...]
    measure: float


def findings(
    correlation: Correlation, sightings: Sequence[Sighting], at: datetime
) -> Iterator[Finding]:
    """Yield every window that satisfies a correlation and holds the time ``at``, earliest first.

    ``sightings`` are all of the group from one timespan before ``at`` to one after it. Because
    events come late, a window may end after ``at``: each end is looked at.
    """
    for finding in sweep(correlation, sightings, since=at):
        if finding.at > at + correlation.timespan:
            return
        yield finding


def sweep(
    correlation: Correlation, sightings: Sequence[Sighting], *, since: datetime | None = None
) -> Iterator[Finding]:
    """Yield every window that satisfies a correlation and ends at ``since`` or later."""
    ordered = in_order(correlation, sightings)
    judge = _Branches(correlation) if correlation.branches else _judge_of(correlation)
    for end, group in groupby(ordered, key=attrgetter("at")):
        judge.add(tuple(group))
        if (since is None or end >= since) and (finding := judge.look(end)) is not None:
            yield finding


def least(correlation: Correlation) -> int | None:
    """Return how few sightings can satisfy a window that ends with an event; ``None``: none can.

    So that a group need not be read for each event that comes too early to matter.
    """
    if correlation.branches:
        ways = [len(branch.seen) for branch in correlation.branches if not branch.unseen]
        return min(ways, default=None)
    if correlation.kind not in _ONE_EACH:
        return 1
    asked = (
        math.floor(bound.number) + 1 if bound.compare == "gt" else math.ceil(bound.number)
        for bound in correlation.bounds
        if bound.compare in {"gt", "gte", "eq"}
    )
    return max(1, *asked, 1)


def in_order(correlation: Correlation, sightings: Sequence[Sighting]) -> list[Sighting]:
    """Return sightings by time; a rule that is no part of the correlation any more is left out."""
    own = (each for each in sightings if each.rule in correlation.rules)
    return sorted(own, key=lambda each: (each.at, each.event_id, each.rule))


def is_suppressed(correlation: Correlation, at: datetime, fired: Sequence[datetime]) -> bool:
    """Say whether a window that ends at ``at`` overlaps one that has fired already."""
    return any(abs(at - each) <= correlation.timespan for each in fired)


def seen_together(branch: Branch, window: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """Return the first sighting of each rule that must be seen, by time; none if one lacks."""
    firsts: dict[str, Sighting] = {}
    for each in window:
        if each.rule in branch.seen:
            firsts.setdefault(each.rule, each)
            if len(firsts) == len(branch.seen):
                return tuple(firsts.values())
    return ()


class _Measuring:
    """Counts or calculates over the window that ends now."""

    def __init__(self, correlation: Correlation) -> None:
        self._asks = correlation
        self._window = Window(correlation)

    def add(self, moment: Sequence[Sighting]) -> None:
        for each in moment:
            self._window.add(each)

    def look(self, end: datetime) -> Finding | None:
        self._window.drop_before(end - self._asks.timespan)
        measure = self._window.measure()
        if measure is None or not _within(self._asks, measure):
            return None
        return Finding(at=end, sightings=tuple(self._window.sightings), measure=measure)


class _Ordering:
    """Looks for the longest sequence in the window that ends now."""

    def __init__(self, correlation: Correlation) -> None:
        self._asks = correlation
        self._chain = LongestChain(correlation.rules)
        self.add = self._chain.add

    def look(self, end: datetime) -> Finding | None:
        found = self._chain.since(end - self._asks.timespan)
        if not _within(self._asks, len(found)):
            return None
        return Finding(at=end, sightings=found, measure=len(found))


class _Branches:
    """Looks for a way in which a boolean condition is true now; those with ``not`` wait."""

    def __init__(self, correlation: Correlation) -> None:
        self._asks = correlation
        self._window = Window(correlation)
        self._ways = [branch for branch in correlation.branches if not branch.unseen]
        self._chains = (
            [
                Chain([rule for rule in correlation.rules if rule in branch.seen])
                for branch in self._ways
            ]
            if correlation.kind is Kind.TEMPORAL_ORDERED
            else []
        )

    def add(self, moment: Sequence[Sighting]) -> None:
        for each in moment:
            self._window.add(each)
        for chain in self._chains:
            chain.add(moment)

    def look(self, end: datetime) -> Finding | None:
        first = end - self._asks.timespan
        self._window.drop_before(first)
        for number, branch in enumerate(self._ways):
            if not all(map(self._window.holds, branch.seen)):
                continue
            found = (
                self._chains[number].since(first)
                if self._chains
                else seen_together(branch, self._window.sightings)
            )
            if found:
                return Finding(at=end, sightings=found, measure=len(branch.seen))
        return None


def _judge_of(correlation: Correlation) -> _Measuring | _Ordering:
    if correlation.kind is Kind.TEMPORAL_ORDERED:
        return _Ordering(correlation)
    return _Measuring(correlation)


def _within(correlation: Correlation, measure: float) -> bool:
    return all(bound.holds(measure) for bound in correlation.bounds)
