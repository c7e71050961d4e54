"""A window that moves over sightings, by what goes in and what goes out.

A group may hold thousands of sightings, and one that comes late changes every window it lies in.
So nothing here looks through a whole window again for each step that it moves.
"""

from bisect import bisect_left, insort
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from math import fsum
from typing import Final, NamedTuple

from bot.detect.correlation.model import Correlation, Kind
from bot.detect.correlation.sighting import Sighting


class Window:
    """The sightings of one timespan, and what is counted or calculated of them."""

    def __init__(self, correlation: Correlation) -> None:
        self.sightings: deque[Sighting] = deque()
        self._kind = correlation.kind
        self._percentile = correlation.percentile
        self._counts: Counter[object] = Counter()
        self._numbers: list[float] = []

    def add(self, sighting: Sighting) -> None:
        """Take in a sighting that is no earlier than those before it."""
        self.sightings.append(sighting)
        for key in self._keys(sighting):
            self._counts[key] += 1
            if self._kind.numeric and self._counts[key] == 1:
                for value in _numbers(sighting):
                    insort(self._numbers, value)

    def drop_before(self, first: datetime) -> None:
        """Let go of what is earlier than the window's beginning."""
        while self.sightings and self.sightings[0].at < first:
            gone = self.sightings.popleft()
            for key in self._keys(gone):
                self._counts[key] -= 1
                if self._counts[key]:
                    continue
                del self._counts[key]
                if self._kind.numeric:
                    for value in _numbers(gone):
                        del self._numbers[bisect_left(self._numbers, value)]

    def measure(self) -> float | None:
        """Return what was counted or calculated, ``None`` when there is nothing to go by."""
        if not self._kind.numeric:
            return len(self._counts)
        if not self._numbers:
            return None
        return _CALCULATE[self._kind](self._numbers, self._percentile)

    def holds(self, rule: str) -> bool:
        """Say whether a rule was seen, where rules are what counts."""
        return rule in self._counts

    def _keys(self, sighting: Sighting) -> Iterable[object]:
        """Return what counts once however often it is there."""
        if self._kind is Kind.EVENT_COUNT:
            return (sighting.event_id,)
        if self._kind is Kind.VALUE_COUNT:
            return sighting.values
        if self._kind.temporal:
            return (sighting.rule,)
        # An event that several rules matched brings its numbers once.
        return ((sighting.event_id, sighting.values),)


def _numbers(sighting: Sighting) -> Iterator[float]:
    """Yield the numbers; a text is from a time when the playbook measured something else."""
    return (float(value) for value in sighting.values if not isinstance(value, str))


class _Link(NamedTuple):
    """The end of a chain: when the chain began, and how it came here."""

    start: datetime
    sighting: Sighting
    before: "_Link | None"


class Chain:
    """The latest sequence of certain rules in their order, at rising times."""

    def __init__(self, rules: Sequence[str]) -> None:
        self._rules = rules
        self._ends: dict[str, _Link] = {}

    def add(self, moment: Sequence[Sighting]) -> None:
        """Take in all sightings of one moment, later than those before it."""
        found: dict[str, _Link] = {}
        firsts = {each.rule: each for each in reversed(moment)}
        for place, rule in enumerate(self._rules):
            if (one := firsts.get(rule)) is None:
                continue
            before = self._ends.get(self._rules[place - 1]) if place else None
            if before is not None or not place:
                found[rule] = _Link(before.start if before else one.at, one, before)
        self._ends |= found

    def since(self, first: datetime) -> tuple[Sighting, ...]:
        """Return the sequence if it begins no earlier than ``first``, else nothing."""
        return _unwound(self._ends.get(self._rules[-1]), first)


class LongestChain:
    """The longest sequence of different rules, in their order, at rising times."""

    def __init__(self, rules: Sequence[str]) -> None:
        self._places: Mapping[str, int] = {rule: place for place, rule in enumerate(rules)}
        # By number of rules less one, then by the last one's place: the chain that began last.
        self._ends: list[dict[int, _Link]] = [{} for _ in rules]

    def add(self, moment: Sequence[Sighting]) -> None:
        """Take in all sightings of one moment, later than those before it."""
        found: list[tuple[int, int, _Link]] = []
        firsts = {each.rule: each for each in reversed(moment)}
        for rule, one in firsts.items():
            place = self._places[rule]
            found.append((0, place, _Link(one.at, one, None)))
            for length, ends in enumerate(self._ends[:place]):
                earlier = [link for last, link in ends.items() if last < place]
                if earlier:
                    best = max(earlier, key=lambda link: link.start)
                    found.append((length + 1, place, _Link(best.start, one, best)))
        for length, place, link in found:
            self._ends[length][place] = link

    def since(self, first: datetime) -> tuple[Sighting, ...]:
        """Return the longest one that begins no earlier than ``first``."""
        for ends in reversed(self._ends):
            if ends and (found := _unwound(max(ends.values(), key=_start), first)):
                return found
        return ()


def _start(link: _Link) -> datetime:
    return link.start


def _unwound(link: _Link | None, first: datetime) -> tuple[Sighting, ...]:
    if link is None or link.start < first:
        return ()
    found = []
    while link is not None:
        found.append(link.sighting)
        link = link.before
    return tuple(reversed(found))


def percentile(numbers: Sequence[float], percent: float) -> float:
    """Return the percentile of sorted numbers, interpolated between the two nearest."""
    rank = (len(numbers) - 1) * percent / 100
    below = int(rank)
    above = min(below + 1, len(numbers) - 1)
    return numbers[below] + (numbers[above] - numbers[below]) * (rank - below)


_CALCULATE: Final[Mapping[Kind, Callable[[Sequence[float], int], float]]] = {
    Kind.VALUE_SUM: lambda numbers, _: fsum(numbers),
    Kind.VALUE_AVG: lambda numbers, _: fsum(numbers) / len(numbers),
    Kind.VALUE_PERCENTILE: percentile,
    Kind.VALUE_MEDIAN: lambda numbers, _: percentile(numbers, 50),
}
