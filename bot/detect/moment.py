"""Reading a time out of a value, and its parts in UTC."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.detect.condition import Unit
from bot.detect.text import number

_MILLISECONDS_FROM = 100_000_000_000  # as seconds: the year 5138; as milliseconds: 1973

_PARTS: Mapping[Unit, Callable[[datetime], int]] = {
    Unit.MINUTE: lambda time: time.minute,
    Unit.HOUR: lambda time: time.hour,
    Unit.DAY: lambda time: time.day,
    Unit.WEEK: lambda time: time.isocalendar().week,
    Unit.MONTH: lambda time: time.month,
    Unit.YEAR: lambda time: time.year,
}


def read_time(value: Any) -> datetime | None:
    """Return the time a value tells: ISO 8601, or seconds or milliseconds since 1970.

    A time without a zone is UTC. Anything else is no time.
    """
    try:
        if (since := number(value)) is not None:
            seconds = since / 1000 if abs(since) >= _MILLISECONDS_FROM else since
            return datetime.fromtimestamp(seconds, UTC)
        if isinstance(value, str):
            time = datetime.fromisoformat(value)
            return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def part(time: datetime, unit: Unit) -> int:
    """Return one part of a time."""
    return _PARTS[unit](time)
