"""What did not come: boolean conditions with ``not``, judged when nothing can change them.

Unordered, a window begins with any match of the positive part, is one timespan long, and no
match of a negated rule may lie in it.

Ordered, a negated rule is absent from its place in the order of ``rules``: before the first rule
that is seen, between two, or after the last. A match of it counts if, put there, the whole would
still be a sequence within one timespan; one at the very moment of a neighbour counts, too.
Where something must not come after the last, the window hangs on the first event, and is judged
one timespan later; else it hangs on the last event, and nothing later matters.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.detect.correlation.evaluate import Finding, in_order, seen_together
from bot.detect.correlation.model import Branch, Correlation, Kind
from bot.detect.correlation.sighting import Sighting

_AT_ONCE: Final = timedelta(0)


def awaited(correlation: Correlation, rule: str) -> timedelta | None:
    """Return how long after a match of a rule a window that hangs on it is over.

    ``None``: no window hangs on matches of this rule.
    """
    return max(_waits(correlation, (rule,)), default=None)


def ends(correlation: Correlation, moment: datetime) -> set[datetime]:
    """Return when the windows end that may hang on the events of a moment."""
    return {moment + wait for wait in _waits(correlation, correlation.rules)}


def elapsed(
    correlation: Correlation, sightings: Sequence[Sighting], moment: datetime
) -> Finding | None:
    """Return the finding of a window that hangs on the events of a moment, if it is one.

    ``sightings`` are all of the group from one timespan before to one after. Only branches that
    ask for an absence are looked at: the others were when their events came. A negated match that
    is only presumed, for want of a list, prevents nothing, but makes the finding presumed as well.
    """
    near = in_order(correlation, sightings)
    for branch in correlation.branches:
        if branch.unseen and (found := _judge(correlation, branch, near, moment)) is not None:
            return found
    return None


def _judge(
    correlation: Correlation, branch: Branch, near: Sequence[Sighting], moment: datetime
) -> Finding | None:
    judge = _in_order if correlation.kind is Kind.TEMPORAL_ORDERED else _in_any_order
    doubtful = [each for each in near if each.presumed and each.rule in branch.unseen]
    found = judge(correlation, branch, [each for each in near if each not in doubtful], moment)
    if found is None or not doubtful or judge(correlation, branch, near, moment) is not None:
        return found
    return replace(found, sightings=(*found.sightings, *doubtful))


def _waits(correlation: Correlation, rules: Iterable[str]) -> Iterator[timedelta]:
    for rule in rules:
        for branch in correlation.branches:
            if branch.unseen and (wait := _wait(correlation, branch, rule)) is not None:
                yield wait


def _wait(correlation: Correlation, branch: Branch, rule: str) -> timedelta | None:
    if correlation.kind is not Kind.TEMPORAL_ORDERED:
        return correlation.timespan if rule in branch.seen else None
    seen = _in_turn(correlation, branch)
    if _asks_after(correlation, branch):
        return correlation.timespan if rule == seen[0] else None
    return _AT_ONCE if rule == seen[-1] else None


def _in_turn(correlation: Correlation, branch: Branch) -> list[str]:
    return [rule for rule in correlation.rules if rule in branch.seen]


def _asks_after(correlation: Correlation, branch: Branch) -> bool:
    """Say whether something must not come after the last rule that is seen."""
    named = [rule for rule in correlation.rules if rule in branch.seen | branch.unseen]
    return named[-1] in branch.unseen


def _in_any_order(
    correlation: Correlation, branch: Branch, near: Sequence[Sighting], moment: datetime
) -> Finding | None:
    end = moment + correlation.timespan
    window = [each for each in near if moment <= each.at <= end]
    if not any(each.at == moment and each.rule in branch.seen for each in window):
        return None
    if any(each.rule in branch.unseen for each in window):
        return None
    found = seen_together(branch, window)
    return Finding(at=end, sightings=found, measure=len(found)) if found else None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Side:
    """What is on one side of a moment, by the distance from it."""

    moment: datetime
    sign: int
    span: timedelta
    sightings: Sequence[Sighting]

    def of(self, rules: frozenset[str]) -> list[tuple[timedelta, Sighting]]:
        """Return the sightings of some rules within the timespan, nearest first."""
        found = [
            (away, each)
            for each in self.sightings
            if each.rule in rules
            and _AT_ONCE <= (away := self.sign * (each.at - self.moment)) <= self.span
        ]
        return sorted(found, key=lambda pair: pair[0])


def _in_order(
    correlation: Correlation, branch: Branch, near: Sequence[Sighting], moment: datetime
) -> Finding | None:
    seen, span = _in_turn(correlation, branch), correlation.timespan
    gaps = _gaps(correlation, branch, seen)
    forward = _asks_after(correlation, branch)
    side = _Side(moment=moment, sign=1 if forward else -1, span=span, sightings=near)
    if forward:
        chain = _chain(side, seen, gaps[1:])
        before = frozenset(gaps[0])
        if chain is not None and any(
            each.rule in before and chain[-1].at - span <= each.at <= moment for each in near
        ):
            return None
    else:
        chain = _chain(side, seen[::-1], gaps[-2::-1])
    if chain is None:
        return None
    found = tuple(sorted(chain, key=lambda each: each.at))
    return Finding(
        at=moment + span if forward else moment, sightings=found, measure=len(branch.seen)
    )


def _gaps(correlation: Correlation, branch: Branch, seen: Sequence[str]) -> list[list[str]]:
    """Return the rules that must be absent before the first rule seen, after it, and so on."""
    gaps: list[list[str]] = [[] for _ in range(len(seen) + 1)]
    passed = 0
    for rule in correlation.rules:
        passed += rule in branch.seen
        if rule in branch.unseen:
            gaps[passed].append(rule)
    return gaps


def _chain(
    side: _Side, steps: Sequence[str], gaps: Sequence[Sequence[str]]
) -> list[Sighting] | None:
    """Return one sighting of each step, ever further from the moment, with nothing in the gaps.

    ``gaps`` are the rules that may not come after each step. Among the ways to a step that the
    nearest before it leads to, one is as good as the other; and the furthest last step leaves the
    least room for what must be absent beyond: no other choice can do better.
    """
    reached: list[tuple[timedelta, list[Sighting]]] = []
    for number, step in enumerate(steps):
        candidates = side.of(frozenset({step}))
        if number == 0:
            reached = [(away, [one]) for away, one in candidates if not away][:1]
            continue
        barred = [away for away, _ in side.of(frozenset(gaps[number - 1]))]
        places = [away for away, _ in reached]
        further = []
        for away, one in candidates:
            nearest = bisect_left(places, away) - 1
            if nearest >= 0 and not _any_between(barred, places[nearest], away):
                further.append((away, [*reached[nearest][1], one]))
        reached = further
    if not reached:
        return None
    away, chain = reached[-1]
    beyond = [each for each, _ in side.of(frozenset(gaps[-1]))]
    return None if _any_between(beyond, away, side.span) else chain


def _any_between(places: Sequence[timedelta], first: timedelta, last: timedelta) -> bool:
    index = bisect_left(places, first)
    return index < len(places) and places[index] <= last
