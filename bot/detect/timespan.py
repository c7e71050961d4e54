"""Spans of time as Sigma writes them: a number and a letter, such as ``90m``."""

import re
from datetime import timedelta
from typing import Final

from bot.detect.section import Section, shown

LONGEST: Final = timedelta(days=366)
_FORM: Final = re.compile(r"([0-9]{1,9})([smhdwMy])")
# A month and a year of the length pySigma gives them.
_SECONDS: Final = {
    "s": 1,
    "m": 60,
    "h": 3_600,
    "d": 86_400,
    "w": 604_800,
    "M": 2_629_746,
    "y": 31_556_952,
}


def parse_timespan(text: str) -> timedelta | None:
    """Return the span a text such as ``90m`` spells, ``None`` when it is none."""
    found = _FORM.fullmatch(text)
    if found is None or int(found[1]) == 0:
        return None
    seconds = int(found[1]) * _SECONDS[found[2]]
    return timedelta(seconds=seconds) if seconds <= LONGEST.total_seconds() else None


def read_timespan(section: Section, key: str) -> timedelta | None:
    """Return the span under a key; note one that is missing its form or is too long."""
    value = section.data.get(key)
    span = parse_timespan(value) if isinstance(value, str) else None
    if span is None and key in section.data:
        section.note(
            f"'{key}' must be a number and a unit (s, m, h, d, w, M, y), such as 90m, of at most "
            f"{LONGEST.days} days, not {shown(value)}",
            key,
        )
    return span
