"""How much a token may do, and what a token has above that: pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from pydantic import Field

from bot.actions.base import Parameters

Level = Literal["none", "read", "write", "admin"]

_RANK: Final = {"none": 0, "read": 1, "write": 2, "admin": 3}


class Allowance(Parameters):
    """What a token may have at most; a limit that is left out is not applied.

    When ``permissions`` is given, a permission that it does not name may not be had at all.
    """

    permissions: Mapping[str, Level] | None = Field(
        default=None,
        description="Highest level for each permission of a fine-grained token, such as "
        "`contents: read` or `organization:members: read`; any other is too much.",
    )
    scopes: tuple[str, ...] | None = Field(
        default=None, description="Scopes that a classic token may have, such as `repo`."
    )
    repositories: Literal["all", "selected"] = Field(
        default="all", description="`selected`: access to all repositories is too much."
    )
    days: int | None = Field(
        default=None,
        ge=1,
        le=3650,
        description="Longest life in days from now; without end is too much.",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """What is known of a token, from GitHub or from the event.

    ``permissions`` read ``category:permission:level``; ``ends`` is ``None`` when it never does or
    nobody says, which ``ends_known`` tells apart.
    """

    name: str
    owner: str
    number: int | None = None
    permissions: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    repositories: str | None = None
    ends: datetime | None = None
    ends_known: bool = False
    last_used: str | None = None


def excess(token: Token, allowance: Allowance, now: datetime) -> tuple[str, ...]:
    """Return everything the token has above the allowance, each as a short phrase."""
    return tuple(_excess(token, allowance, now))


def _excess(token: Token, allowance: Allowance, now: datetime) -> Iterator[str]:
    if allowance.permissions is not None:
        yield from _permissions(token.permissions, allowance.permissions)
    if allowance.scopes is not None:
        allowed = {scope.casefold() for scope in allowance.scopes}
        for scope in token.scopes:
            if scope.casefold() not in allowed:
                yield f"scope {scope}"
    if allowance.repositories == "selected" and token.repositories == "all":
        yield "access to all repositories"
    yield from _life(token, allowance.days, now)


def _permissions(held: Sequence[str], allowed: Mapping[str, Level]) -> Iterator[str]:
    limits = {name.casefold(): level for name, level in allowed.items()}
    for permission in held:
        name, _, level = permission.rpartition(":")
        bare = name.rpartition(":")[2]
        limit = limits.get(name.casefold(), limits.get(bare.casefold(), "none"))
        # A level we do not know counts as the highest.
        if _RANK.get(level, 3) > _RANK[limit]:
            yield f"{name}: {level}" + (f" (allowed: {limit})" if limit != "none" else "")


def _life(token: Token, days: int | None, now: datetime) -> Iterator[str]:
    if days is None or not token.ends_known:
        return
    if token.ends is None:
        yield f"no end (allowed: {days} days)"
    elif token.ends > now + timedelta(days=days):
        yield f"a life until {token.ends:%Y-%m-%d} (allowed: {days} days)"


def flat(permissions: Any) -> tuple[str, ...]:
    """Return GitHub's nested permissions as ``category:permission:level``, in order."""
    if not isinstance(permissions, Mapping):
        return ()
    return tuple(
        f"{category}:{name}:{level}"
        for category, levels in permissions.items()
        if isinstance(levels, Mapping)
        for name, level in levels.items()
    )
