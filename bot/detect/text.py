"""When two values count as equal: what a value's text is, and which letters are the same."""

import math
import re
from typing import Any

_NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)


def plain(value: Any) -> str | None:
    """Return the text of a single value: ``true``, ``5`` (also for 5.0), or the text itself.

    Null, objects and numbers that are not finite have none.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isfinite(value):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, int) and value.bit_length() <= 1024:
        return str(value)
    return None


def fold(text: str) -> str:
    """Return the text with upper and lower case made one (also the two lower-case sigmas)."""
    folded = text.lower()
    return folded if folded.isascii() else folded.replace("ς", "σ")  # noqa: RUF001 -- Greek is meant


def number(value: Any) -> int | float | None:
    """Return a number, or the one that a text spells as JSON does; nothing else is one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value) if set(value) & set(".eE") else int(value)
    return None
