"""How near events come to a correlation: group by group, what is there and what lacks.

For an author who wonders why a correlation holds or does not. What decides is the code that
judges real events; this looks for the window of each group that comes nearest.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from bot.core.event import Event
from bot.detect.correlation.absence import awaited, elapsed
from bot.detect.correlation.evaluate import sweep
from bot.detect.correlation.model import Correlation, Kind
from bot.detect.correlation.sighting import Sighting, labels
from bot.detect.correlation.sliding import Chain, LongestChain, Window


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One thing that is asked of a window, in words, what there is instead, and if it will do."""

    asked: str
    found: str
    holds: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """The window of one group that holds, or comes nearest to it.

    ``group`` are the names of ``group-by`` with their values, the organisation first; ``first``
    and ``last`` are the window's ends.
    """

    group: tuple[tuple[str, str], ...]
    first: datetime
    last: datetime
    holds: bool
    parts: tuple[Part, ...]
    sightings: tuple[Sighting, ...]


Names = Mapping[str, str]


def accounts(
    asks: Correlation, sightings: Sequence[Sighting], events: Mapping[str, Event], names: Names
) -> tuple[Account, ...]:
    """Return an account of each group, those that come nearest first.

    ``events`` are those of the sightings by their id, ``names`` what to call the rules.
    """
    ordered = sorted(sightings, key=lambda each: (each.group, each.at, each.event_id, each.rule))
    found = []
    for group, own in groupby(ordered, key=attrgetter("group")):
        seen = list(own)
        label = _label(asks, group, seen[0], events)
        found.append(max(_windows(asks, seen, label, names), key=_nearness))
    return tuple(sorted(found, key=_nearness, reverse=True))


def ungrouped(asks: Correlation, held: Mapping[str, Sequence[Event]]) -> Iterator[tuple[str, str]]:
    """Yield rule and field where an event that the rule matches lacks a field of ``group-by``."""
    for rule in asks.rules:
        for name in asks.group_by:
            field = asks.field_of(name, rule)
            if not all(labels(event, (field,)) for event in held.get(rule, ())):
                yield rule, field


def _nearness(account: Account) -> tuple[bool, float, int]:
    met = sum(part.holds for part in account.parts) / max(len(account.parts), 1)
    return account.holds, met, len(account.sightings)


def _label(
    asks: Correlation, group: str, one: Sighting, events: Mapping[str, Event]
) -> tuple[tuple[str, str], ...]:
    fields = tuple(asks.field_of(name, one.rule) for name in asks.group_by)
    values = labels(events[one.event_id], fields).get(group, ())
    return tuple(zip(("org", *asks.group_by), values, strict=False))


def _windows(
    asks: Correlation, seen: Sequence[Sighting], label: tuple[tuple[str, str], ...], names: Names
) -> Iterator[Account]:
    """Yield an account of every window: those that end with an event, those that wait."""
    holding = {finding.at for finding in sweep(asks, seen)}
    measured, chain = Window(asks), LongestChain(asks.rules)
    for end, group in groupby(seen, key=attrgetter("at")):
        moment = list(group)
        for each in moment:
            measured.add(each)
        chain.add(moment)
        first = end - asks.timespan
        measured.drop_before(first)
        if asks.branches:
            for branch in asks.branches:
                only = replace(asks, branches=(branch,))
                account = _boolean(only, seen, moment, names, holds=end in holding)
                yield replace(account, group=label)
            continue
        measure = measured.measure()
        if asks.kind is Kind.TEMPORAL_ORDERED:
            measure = len(chain.since(first))
        yield Account(
            group=label,
            first=first,
            last=end,
            holds=end in holding,
            parts=tuple(_measured(asks, measure, measured.sightings, names)),
            sightings=tuple(measured.sightings),
        )


def _measured(
    asks: Correlation, measure: float | None, window: Iterable[Sighting], names: Names
) -> Iterator[Part]:
    special = {Kind.TEMPORAL: "rules", Kind.TEMPORAL_ORDERED: "rules in order"}
    what = special.get(asks.kind, asks.measured)
    for bound in asks.bounds:
        found = "no number at all" if measure is None else f"{measure:g}"
        holds = measure is not None and bound.holds(measure)
        yield Part(asked=f"{what} {bound}", found=found, holds=holds)
    if asks.kind.temporal:
        yield from _seen(asks.rules, window, names)


def _seen(rules: Iterable[str], window: Iterable[Sighting], names: Names) -> Iterator[Part]:
    counts = Counter(each.rule for each in window)
    for rule in rules:
        times = counts[rule]
        yield Part(asked=f"{names[rule]} seen", found=_times(times), holds=times > 0)


def _boolean(
    asks: Correlation,
    seen: Sequence[Sighting],
    moment: Sequence[Sighting],
    names: Names,
    *,
    holds: bool,
) -> Account:
    """Return the account, at a moment, of a boolean condition that can be true in one way."""
    (branch,) = asks.branches
    at = moment[0].at
    waits = [wait for each in moment if (wait := awaited(asks, each.rule)) is not None]
    last = at + max(waits) if waits else at
    first = last - asks.timespan
    window = tuple(each for each in seen if first <= each.at <= last)
    found = elapsed(asks, seen, at) if branch.unseen else None
    holds = found is not None if branch.unseen else holds
    parts = [*_seen((rule for rule in asks.rules if rule in branch.seen), window, names)]
    if asks.kind is Kind.TEMPORAL_ORDERED and len(parts) > 1 and all(p.holds for p in parts):
        chain = Chain([rule for rule in asks.rules if rule in branch.seen])
        for _, group in groupby(window, key=attrgetter("at")):
            chain.add(list(group))
        ordered = bool(chain.since(first))
        parts.append(Part(asked="in this order", found=_yes(ordered), holds=ordered))
    counts = Counter(each.rule for each in window)
    for rule in asks.rules:
        if rule in branch.unseen:
            absent = holds or not counts[rule]
            parts.append(
                Part(asked=f"{names[rule]} absent", found=_times(counts[rule]), holds=absent)
            )
    return Account(
        group=(), first=first, last=last, holds=holds, parts=tuple(parts), sightings=window
    )


def _times(count: int) -> str:
    return {0: "not seen", 1: "seen once"}.get(count, f"seen {count} times")


def _yes(held: bool) -> str:
    return "it is" if held else "it is not"
