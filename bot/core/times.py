"""How long a case waits for people, by the level of what happened; and spans of time in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, Final

from bot.core.playbook import Level

NEVER: Final = "never"
LONGEST: Final = timedelta(days=3_660)

_FORM: Final = re.compile(r"([0-9]{1,9})\s*(s|m|h|d|w)")
_UNITS: Final = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


def parse_span(text: str) -> timedelta | None:
    """Return the span that a text such as ``24h`` spells; ``None`` for ``never``.

    Raises ``ValueError`` for anything else.
    """
    word = text.strip()
    if word.lower() == NEVER:
        return None
    found = _FORM.fullmatch(word)
    if found is None or int(found[1]) == 0:
        raise ValueError(text)
    span = int(found[1]) * _UNITS[found[2]]
    if span > LONGEST:
        raise ValueError(text)
    return span


def spell_span(span: timedelta) -> str:
    """Return a span in words, in the largest unit that gives a whole number: ``24 hours``."""
    seconds = max(int(span.total_seconds()), 0)
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        # "24 hours" says more than "1 day", and "48 hours" than "2 days".
        if seconds % size == 0 and seconds >= (3 * size if unit == "day" else size):
            return _counted(seconds // size, unit)
    return _counted(seconds, "second")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """How long a case of one level waits; ``None``: for ever.

    ``remind``: of silence, until it is reminded of. ``escalate``: after that, until more people
    are called. ``close``: of silence, until a case that was put right is closed. ``expire``: of
    silence, until a case that nobody answered is closed. ``reopen``: after its end, in which the
    same happening again opens it again.
    """

    remind: timedelta | None = None
    escalate: timedelta | None = None
    close: timedelta | None = None
    expire: timedelta | None = None
    reopen: timedelta | None = None


KINDS: Final = tuple(each.name for each in fields(Times))
"""What each time is called in settings and in ``tipstaff.yml``."""

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

DEFAULTS: Final[Mapping[Level, Times]] = {
    Level.INFORMATIONAL: Times(close=_DAY, expire=7 * _DAY, reopen=7 * _DAY),
    Level.LOW: Times(remind=72 * _HOUR, close=3 * _DAY, expire=14 * _DAY, reopen=7 * _DAY),
    Level.MEDIUM: Times(
        remind=24 * _HOUR, escalate=72 * _HOUR, close=7 * _DAY, expire=30 * _DAY, reopen=7 * _DAY
    ),
    Level.HIGH: Times(
        remind=24 * _HOUR, escalate=24 * _HOUR, close=7 * _DAY, expire=90 * _DAY, reopen=7 * _DAY
    ),
    Level.CRITICAL: Times(
        remind=4 * _HOUR, escalate=4 * _HOUR, close=14 * _DAY, expire=None, reopen=30 * _DAY
    ),
}
"""The times where nobody says otherwise."""

ByLevel = Mapping[Level, timedelta | None]
"""One kind of time, for every level."""

Schedule = Mapping[Level, Times]
"""All times, for every level."""


def parse_by_level(text: str, defaults: ByLevel) -> dict[Level, timedelta | None]:
    """Return a time for each level from a text such as ``critical=4h, low=never, 24h``.

    What stands alone is for all levels that are not named; without one, those keep ``defaults``.
    Raises ``ValueError`` for a text that is none, or a level that is named twice.
    """
    named: dict[Level, timedelta | None] = {}
    others: list[timedelta | None] = []
    for part in text.split(","):
        level, equals, span = part.rpartition("=")
        if not equals:
            others.append(parse_span(span))
            continue
        if (which := Level(level.strip().lower())) in named:
            raise ValueError(text)
        named[which] = parse_span(span)
    if len(others) > 1:
        raise ValueError(text)
    usual = dict.fromkeys(Level, others[0]) if others else defaults
    return {level: named.get(level, usual[level]) for level in Level}


def usual(kind: str) -> dict[Level, timedelta | None]:
    """Return the default of one kind of time for every level."""
    return {level: getattr(times, kind) for level, times in DEFAULTS.items()}


def spell_by_level(spans: ByLevel) -> str:
    """Return the text that `parse_by_level` reads as these spans."""
    return ", ".join(f"{level}={_short(span)}" for level, span in spans.items())


def _short(span: timedelta | None) -> str:
    if span is None:
        return NEVER
    whole = (unit for unit in ("d", "h", "m") if span % _UNITS[unit] == timedelta(0))
    unit = next(whole, "s")
    return f"{span // _UNITS[unit]}{unit}"


def schedule(**kinds: ByLevel) -> dict[Level, Times]:
    """Return all times from each kind's; a kind that is left out is never."""
    return {
        level: Times(**{kind: spans[level] for kind, spans in kinds.items()}) for level in Level
    }


def changed(base: Schedule, given: Mapping[Level, Mapping[str, Any]]) -> dict[Level, Times]:
    """Return times with those replaced that ``given`` names, by level and kind."""
    return {
        level: Times(
            **{kind: given.get(level, {}).get(kind, getattr(times, kind)) for kind in KINDS}
        )
        for level, times in base.items()
    }
