"""Which edit in a ruleset's history an event tells of: how it was left, and how it was before."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from bot.actions.repository import ruleset
from bot.actions.repository.ruleset import State
from bot.respond.alert import Alert

_MOST: Final = 30
"""Versions that are worth looking through."""

_SLACK: Final = timedelta(minutes=5)
"""By how much a version may be younger than its event: clocks differ."""

_SAME_MOMENT: Final = timedelta(seconds=2)

Version = Mapping[str, Any]
"""A version as GitHub lists it: ``version_id`` and ``updated_at``."""


class History(Protocol):
    """Where the versions of a ruleset are read."""

    async def versions(self, number: int) -> list[Version]:
        """Return a ruleset's versions, newest first."""
        ...

    async def version(self, number: int, version: int) -> dict[str, Any]:
        """Return a ruleset's parts as they were in a version."""
        ...


async def edit_in_history(
    alert: Alert, history: History, number: int
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return a ruleset as the event left it, and as it was before; ``None``: it is not there.

    The event's version is the one of its moment, else the newest that is not younger, of those
    that are as the event says and came from what it says; where the two spell a rule's details
    differently, one with the same kinds of rules.
    """
    told = ruleset.told_by(alert)
    latest = alert.happened_at + _SLACK
    listed = [each for each in await history.versions(number) if _moment(each) <= latest][:_MOST]
    states: dict[int, dict[str, Any]] = {}

    async def state(place: int) -> dict[str, Any]:
        if place not in states:
            states[place] = await history.version(number, int(listed[place]["version_id"]))
        return states[place]

    alike: tuple[dict[str, Any], dict[str, Any]] | None = None
    for place in _in_order(alert, listed):
        after, former = await state(place), await state(place + 1)
        if not _came_from(alert, after, former):
            continue
        if not ruleset.differing(told, after):
            return after, former
        if alike is None and ruleset.is_alike(told, after):
            alike = after, former
    return alike


def _in_order(alert: Alert, listed: Sequence[Version]) -> list[int]:
    """Return the places of versions that have one before them: those of the moment first."""
    places = list(range(len(listed) - 1))
    told = alert.fields.get("ruleset_updated_at")
    try:
        moment = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        return places
    return sorted(places, key=lambda place: abs(_moment(listed[place]) - moment) > _SAME_MOMENT)


def _came_from(alert: Alert, after: State, former: State) -> bool:
    """Tell whether a version's name and enforcement before are those that the event tells."""
    for part in ("name", "enforcement"):
        told = alert.fields.get(f"ruleset_old_{part}")
        if former.get(part) != (told if isinstance(told, str) else after.get(part)):
            return False
    return True


def _moment(version: Version) -> datetime:
    return datetime.fromisoformat(str(version["updated_at"]))
