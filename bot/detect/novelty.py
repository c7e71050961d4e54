"""Whether an event holds a value that a baseline has never seen: pure but for the memory given."""

from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final

from bot.core.event import Event
from bot.core.playbook import Match, Reason
from bot.detect.baseline import Baseline
from bot.detect.correlation.model import spell
from bot.detect.correlation.sighting import digest, groups
from bot.detect.recall import Memory
from bot.detect.text import fold, plain

MOST: Final = 50
"""Values of one event that are looked at."""

_LONGEST: Final = 200


def novel(
    match: Match, baseline: Baseline, event: Event, memory: Memory, *, now: datetime
) -> Match | None:
    """Return the match with what is new about it, ``None`` when nothing is or it still learns.

    Every value is remembered. An event without the field, or without a field of ``group-by``, is
    no match and teaches nothing.
    """
    values = tuple(islice(dict.fromkeys(_texts(event, baseline.field)), MOST))
    if not values:
        return None
    until = max(event.at, now) + baseline.memory
    fresh: dict[str, None] = {}
    for group in sorted(groups(event, baseline.group_by)):
        # Longer than any value: a key that slept for once its memory still knows what is new.
        watch = memory.hold(match.playbook.id, group, at=event.at, until=until + baseline.memory)
        learns = event.at < watch.since + baseline.learning
        for value in values:
            key = digest(fold(value))
            seen = memory.last_seen(match.playbook.id, group, key)
            if not learns and (seen is None or seen < event.at - baseline.memory):
                fresh[value] = None
            memory.learn(match.playbook.id, group, key, at=event.at, until=until)
    if not fresh:
        return None
    return replace(match, reasons=(*match.reasons, *(_reason(baseline, each) for each in fresh)))


def _texts(event: Event, field: str) -> list[str]:
    return [text for value in event.values(field) if (text := plain(value)) is not None]


def _reason(baseline: Baseline, value: str) -> Reason:
    by = f" by {', '.join(baseline.group_by)}" if baseline.group_by else ""
    return Reason(
        selection="baseline",
        field=baseline.field,
        value=value[:_LONGEST],
        test=f"first seen within {spell(baseline.memory)}{by}",
    )
