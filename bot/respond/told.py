"""What events tell of who may do what, kept so that a later event can be put back exactly.

A webhook about a change of level gives the former one in three words only (``changes.permission``
of `member`, ``changes.repository.permissions.from`` of `team`), or not at all (`member` `removed`,
`repository` `publicized`). What an earlier event said in full is then the best that is known. See
docs/decisions/7-recorded-levels.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.core.event import Event
from bot.respond.alert import Alert
from bot.respond.standing import is_same

SETTLED: Final = timedelta(days=1)
"""How long a recorded level must have stood before it is put back without a person's word."""

LEGACY: Final[Mapping[str, str]] = {"maintain": "write", "triage": "read"}
"""What the older words for levels, which webhooks still use, make of the others."""

_WIDE: Final = frozenset({"read", "write"})
"""Older words that may mean another level, or a role that an organisation made for itself."""

_BUILT_IN: Final = frozenset({"read", "triage", "write", "maintain", "admin"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """The state of one thing, as one event told it.

    ``thing`` names it by numbers (`role_of`, `team_role_of`, `visibility_of`); ``state`` is the
    level, role or visibility, ``None`` for none. ``exact`` says that the event gave it in full;
    otherwise it may be another one that shares the word. ``at`` is the event's time; ``by`` who
    set it so (``None``: the event only shows it); ``alerted`` whether the event raised an alert.
    """

    thing: str
    state: str | None
    exact: bool
    at: datetime
    delivery_id: str
    by: str | None = None
    alerted: bool = False


def role_of(fields: Mapping[str, Any]) -> str | None:
    """Return how the role of an event's ``user`` in its repository is recorded."""
    return _thing("role", fields, "user_id")


def team_role_of(fields: Mapping[str, Any]) -> str | None:
    """Return how the role of an event's team on its repository is recorded."""
    return _thing("team-role", fields, "team_id")


def visibility_of(fields: Mapping[str, Any]) -> str | None:
    """Return how the visibility of an event's repository is recorded."""
    return _thing("visibility", fields)


def _thing(kind: str, fields: Mapping[str, Any], *names: str) -> str | None:
    """Return a name made of numbers; ``None`` for an event that lacks one of them."""
    numbers = [fields.get(name) for name in ("repo_id", *names)]
    if not all(type(number) is int for number in numbers):
        return None
    return ":".join((kind, *map(str, numbers)))


_GIVES_ROLE: Final = frozenset({"repo.add_member", "repo.update_member"})
# Not `team_add`: it tells the same act as `team.add_repository`, and no role with it.
_GIVES_TEAM_ROLE: Final = frozenset({"team.add_repository", "team.update_repository_permission"})


def told_by(event: Event) -> tuple[Told, ...]:
    """Return what an event tells of who may do what, by the time of the event."""
    fields, found = event.fields, []
    if event.action in _GIVES_ROLE:
        found.append((role_of(fields), event.text("permission"), _names_role(event), event.actor))
    elif event.action == "repo.remove_member":
        found.append((role_of(fields), None, True, event.actor))
    elif event.action in _GIVES_TEAM_ROLE:
        exact = _names_team_role(event)
        found.append((team_role_of(fields), event.text("permission"), exact, event.actor))
    elif event.action == "team.remove_repository":
        found.append((team_role_of(fields), None, True, event.actor))
    visibility = event.text("visibility")
    if visibility in {"private", "internal"}:
        by = event.actor if event.action == "repo.access" else None
        found.append((visibility_of(fields), visibility, True, by))
    return tuple(
        Told(thing=thing, state=state, exact=exact, at=event.at, delivery_id=event.id, by=by)
        for thing, state, exact, by in found
        if thing is not None
    )


def _names_role(event: Event) -> bool:
    """Tell whether a `member` payload gives the present role in full."""
    given = event.lookup("changes.role_name.to")
    return isinstance(given, str) or event.text("permission") == "admin"


def _names_team_role(event: Event) -> bool:
    """Tell whether a payload gives a team's present role by name, or by all of its flags."""
    if isinstance(event.lookup("repository.role_name"), str):
        return True
    flags = event.lookup("repository.permissions")
    return isinstance(flags, Mapping) and {"maintain", "triage"} <= flags.keys()


def is_wide(level: str) -> bool:
    """Tell whether a former level in a webhook's older words may have been another one."""
    return level in _WIDE


def is_own(level: str) -> bool:
    """Tell whether a level is a role that an organisation made for itself."""
    return level not in _BUILT_IN


def may_be(recorded: str | None, told: str) -> bool:
    """Tell whether a level in the older words may mean the one that is recorded."""
    if recorded is None:
        return False
    return is_wide(told) if is_own(recorded) else told in {recorded, LEGACY.get(recorded)}


def doubt(told: Told, alert: Alert) -> str | None:
    """Return why a recorded state is not put back without a person's word, or ``None``.

    Nobody may prepare what their own act is put back to: who first takes a little, and then all,
    would keep the little.
    """
    if told.alerted:
        return "that itself raised an alert"
    if alert.happened_at - told.at < SETTLED:
        return "it had stood for less than a day"
    if is_same(told.by, alert.actor):
        return "whoever gave it made this change too"
    return None
