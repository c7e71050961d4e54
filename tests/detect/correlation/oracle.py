"""A slow and obvious second opinion on correlations: every window, every choice, no shortcuts."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import combinations, pairwise, product
from statistics import median

from bot.detect.correlation.model import Correlation, Kind
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


def absent(correlation: Correlation, seen: Sequence[Sighting], opener: Sighting) -> bool:
    """Say whether the window that an event opens holds when it has passed."""
    end = opener.at + correlation.timespan
    window = [each for each in seen if opener.at <= each.at <= end]
    there = {each.rule for each in window}
    opening = {each.rule for each in window if each.at == opener.at}
    return any(
        branch.unseen
        and opening & branch.seen
        and not there & branch.unseen
        and chosen(correlation, window, sorted(branch.seen))
        for branch in correlation.branches
    )


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
