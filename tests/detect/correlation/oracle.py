"""A slow and obvious second opinion on correlations: every window, every choice, no shortcuts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations, pairwise, product
from statistics import median

from bot.detect.correlation.model import Branch, Correlation, Kind
from bot.detect.correlation.sighting import Sighting


def holding(correlation: Correlation, seen: Sequence[Sighting]) -> list[int]:
    """Return the ends, as indices of distinct times, of all windows that look back and hold."""
    times = sorted({each.at for each in seen})
    return [
        place
        for place, end in enumerate(times)
        if holds(
            correlation,
            [each for each in seen if timedelta(0) <= end - each.at <= correlation.timespan],
        )
    ]


def holds(correlation: Correlation, window: Sequence[Sighting]) -> bool:
    """Say whether a window satisfies a correlation."""
    if correlation.branches:
        return any(
            not branch.unseen and chosen(correlation, window, sorted(branch.seen))
            for branch in correlation.branches
        )
    found = measure(correlation, window)
    return found is not None and all(
        {
            "gt": found > bound.number,
            "gte": found >= bound.number,
            "lt": found < bound.number,
            "lte": found <= bound.number,
            "eq": found == bound.number,
            "neq": found != bound.number,
        }[bound.compare]
        for bound in correlation.bounds
    )


def absent(correlation: Correlation, seen: Sequence[Sighting], moment: datetime) -> datetime | None:
    """Return when the window ends that hangs on the events of a moment, if it holds."""
    for branch in correlation.branches:
        if not branch.unseen:
            continue
        if correlation.kind is Kind.TEMPORAL_ORDERED:
            end = absent_in_order(correlation, branch, seen, moment)
        else:
            end = absent_at_all(correlation, branch, seen, moment)
        if end is not None:
            return end
    return None


def absent_at_all(
    correlation: Correlation, branch: Branch, seen: Sequence[Sighting], moment: datetime
) -> datetime | None:
    """Say so for a window that begins at the moment: all that is named, and nothing negated."""
    end = moment + correlation.timespan
    window = [each for each in seen if moment <= each.at <= end]
    there = {each.rule for each in window}
    opening = {each.rule for each in window if each.at == moment}
    holds = opening & branch.seen and branch.seen <= there and not there & branch.unseen
    return end if holds else None


def absent_in_order(
    correlation: Correlation, branch: Branch, seen: Sequence[Sighting], moment: datetime
) -> datetime | None:
    """Try every sequence that begins, or ends, at the moment; each rule has one place in it."""
    named = [rule for rule in correlation.rules if rule in branch.seen | branch.unseen]
    later = named[-1] in branch.unseen
    span = correlation.timespan
    for choice in choices(correlation, seen, sorted(branch.seen)):
        first, last = choice[0].at, choice[-1].at
        if last - first > span or moment != (first if later else last):
            continue
        at = {each.rule: each.at for each in choice}
        if not any(spoils(each, named, at, span) for each in seen if each.rule in branch.unseen):
            return first + span if later else last
    return None


def spoils(
    one: Sighting, named: Sequence[str], at: Mapping[str, datetime], span: timedelta
) -> bool:
    """Say whether a negated match stands in its place, with all of it in one timespan."""
    place = named.index(one.rule)
    before = [at[rule] for rule in named[:place] if rule in at]
    after = [at[rule] for rule in named[place:] if rule in at]
    fits = max([*before, *after, one.at]) - min([*before, *after, one.at]) <= span
    return fits and all(each <= one.at for each in before) and all(one.at <= each for each in after)


def chosen(correlation: Correlation, window: Sequence[Sighting], rules: Sequence[str]) -> bool:
    """Say whether one sighting of each rule can be chosen, in order if that is asked."""
    return any(True for _ in choices(correlation, window, rules))


def choices(
    correlation: Correlation, window: Sequence[Sighting], rules: Sequence[str]
) -> Iterator[tuple[Sighting, ...]]:
    """Yield every way to choose one sighting of each rule."""
    wanted = [rule for rule in correlation.rules if rule in rules]
    for choice in product(*([each for each in window if each.rule == rule] for rule in wanted)):
        times = [each.at for each in choice]
        rising = all(first < second for first, second in pairwise(times))
        if rising or correlation.kind is not Kind.TEMPORAL_ORDERED:
            yield choice


def measure(correlation: Correlation, window: Sequence[Sighting]) -> float | None:
    """Count or calculate."""
    kind = correlation.kind
    if kind is Kind.EVENT_COUNT:
        return len({each.event_id for each in window})
    if kind is Kind.VALUE_COUNT:
        return len({value for each in window for value in each.values})
    if kind is Kind.TEMPORAL:
        return len({each.rule for each in window})
    if kind is Kind.TEMPORAL_ORDERED:
        return max(
            len(rules)
            for length in range(len(correlation.rules) + 1)
            for rules in combinations(correlation.rules, length)
            if chosen(correlation, window, rules)
        )
    once = {each.event_id: each.values for each in window}
    numbers = sorted(float(value) for values in once.values() for value in values)
    return calculate(kind, numbers, correlation.percentile) if numbers else None


def calculate(kind: Kind, numbers: Sequence[float], percentile: int) -> float:
    """Calculate with sorted numbers."""
    if kind is Kind.VALUE_SUM:
        return sum(numbers)
    if kind is Kind.VALUE_AVG:
        return sum(numbers) / len(numbers)
    if kind is Kind.VALUE_MEDIAN:
        return median(numbers)
    place = (len(numbers) - 1) * percentile / 100
    low = numbers[int(place)]
    high = numbers[min(int(place) + 1, len(numbers) - 1)]
    return low + (high - low) * (place - int(place))
