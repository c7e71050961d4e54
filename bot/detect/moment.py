"""Reading a time out of a value, and its parts as a zone counts them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.detect.condition import Unit
from bot.detect.text import number

ZONE: Final = "UTC"
"""The zone in which times are read unless another is named."""

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


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """Return a zone by its name; raise ``KeyError`` or ``ValueError`` when there is none.

    Zones are the IANA database's (https://www.iana.org/time-zones), which comes with the package
    `tzdata` where the system has none: data as fixed as Unicode's tables.
    """
    return UTC if name == ZONE else ZoneInfo(name)


def part(time: datetime, unit: Unit, zone: tzinfo = UTC) -> int:
    """Return one part of a time (UTC), as it is called in a zone."""
    try:
        return _PARTS[unit](time if zone is UTC else time.astimezone(zone))
    except OverflowError:  # the first or the last day of all: no zone can move it
        return _PARTS[unit](time)
