"""Whether sightings satisfy a correlation: pure, over true sliding windows by event time.

A window ends with an event and is as long as the timespan, both ends included. What asks for an
absence is judged later: `bot.detect.correlation.absence`. Nothing here knows where sightings are
kept.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from typing import Final

from bot.detect.correlation.model import Branch, Correlation, Kind
from bot.detect.correlation.sighting import Sighting


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
    ordered = sorted(sightings, key=lambda each: (each.at, each.event_id, each.rule))
    span = correlation.timespan
    for end in dict.fromkeys(each.at for each in ordered if at <= each.at <= at + span):
        window = [each for each in ordered if end - span <= each.at <= end]
        if (finding := _judge(correlation, window, end)) is not None:
            yield finding


def is_suppressed(correlation: Correlation, at: datetime, fired: Sequence[datetime]) -> bool:
    """Say whether a window that ends at ``at`` overlaps one that has fired already."""
    return any(abs(at - each) <= correlation.timespan for each in fired)


def _judge(correlation: Correlation, window: Sequence[Sighting], end: datetime) -> Finding | None:
    if correlation.branches:
        return _judge_branches(correlation, window, end)
    if correlation.kind is Kind.TEMPORAL_ORDERED:
        found = _longest_chain(window, correlation.rules)
        measure: float | None = len(found)
    else:
        found = tuple(window)
        measure = _MEASURES[correlation.kind](window, correlation.percentile)
    if measure is None or not all(bound.holds(measure) for bound in correlation.bounds):
        return None
    return Finding(at=end, sightings=found, measure=measure)


def _judge_branches(
    correlation: Correlation, window: Sequence[Sighting], end: datetime
) -> Finding | None:
    for branch in correlation.branches:
        if not branch.unseen and (found := seen_together(correlation, branch, window)):
            return Finding(at=end, sightings=found, measure=len(branch.seen))
    return None


def seen_together(
    correlation: Correlation, branch: Branch, window: Sequence[Sighting]
) -> tuple[Sighting, ...]:
    """Return a sighting of each rule that must be seen (in order, if asked); empty if not all."""
    wanted = [rule for rule in correlation.rules if rule in branch.seen]
    found: list[Sighting] = []
    for rule in wanted:
        after = found[-1].at if found and correlation.kind is Kind.TEMPORAL_ORDERED else None
        match = next(
            (each for each in window if each.rule == rule and (after is None or each.at > after)),
            None,
        )
        if match is None:
            return ()
        found.append(match)
    return tuple(sorted(found, key=lambda each: each.at))


def _longest_chain(window: Sequence[Sighting], rules: Sequence[str]) -> tuple[Sighting, ...]:
    """Return the longest sequence of different rules, in their order, at rising times."""
    best: list[tuple[Sighting, ...]] = [()]  # best[n]: the chain of n that ends earliest
    for rule in rules:
        own = [each for each in window if each.rule == rule]
        for length in range(len(best) - 1, -1, -1):
            chain = best[length]
            following = next((each for each in own if not chain or each.at > chain[-1].at), None)
            if following is None:
                continue
            longer = (*chain, following)
            if length + 1 == len(best):
                best.append(longer)
            elif following.at < best[length + 1][-1].at:
                best[length + 1] = longer
    return best[-1]


def _numbers(window: Sequence[Sighting]) -> list[float]:
    """Return the numbers of a window; an event that several rules matched counts once."""
    found = dict.fromkeys((each.event_id, each.values) for each in window)
    return sorted(float(value) for _, values in found for value in values)


def percentile(numbers: Sequence[float], percent: float) -> float:
    """Return the percentile of sorted numbers, interpolated between the two nearest."""
    rank = (len(numbers) - 1) * percent / 100
    below = int(rank)
    above = min(below + 1, len(numbers) - 1)
    return numbers[below] + (numbers[above] - numbers[below]) * (rank - below)


def _if_any(
    calculate: Callable[[list[float], int], float],
) -> Callable[[Sequence[Sighting], int], float | None]:
    def measure(window: Sequence[Sighting], percent: int) -> float | None:
        numbers = _numbers(window)
        return calculate(numbers, percent) if numbers else None

    return measure


_MEASURES: Final[Mapping[Kind, Callable[[Sequence[Sighting], int], float | None]]] = {
    Kind.EVENT_COUNT: lambda window, _: len({each.event_id for each in window}),
    Kind.VALUE_COUNT: lambda window, _: len({value for each in window for value in each.values}),
    Kind.VALUE_SUM: _if_any(lambda numbers, _: sum(numbers)),
    Kind.VALUE_AVG: _if_any(lambda numbers, _: fmean(numbers)),
    Kind.VALUE_PERCENTILE: _if_any(percentile),
    Kind.VALUE_MEDIAN: _if_any(lambda numbers, _: percentile(numbers, 50)),
    Kind.TEMPORAL: lambda window, _: len({each.rule for each in window}),
}
