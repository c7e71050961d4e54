"""The owners of an organisation: read whole or not at all, and compared."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from bot.actions.port import GitHub
from bot.core.errors import NotFound
from bot.sources.rounds import Incomplete


class Member(NamedTuple):
    """One member of an organisation; ``id`` stays when the login changes."""

    login: str
    id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """Who became an owner and who is one no more, ordered by id."""

    added: tuple[Member, ...] = ()
    removed: tuple[Member, ...] = ()

    def roles(self) -> tuple[tuple[Member, str], ...]:
        """Return everybody concerned with the role they now have (``admin`` or ``member``)."""
        gained = tuple((member, "admin") for member in self.added)
        return gained + tuple((member, "member") for member in self.removed)


def compare(known: frozenset[Member] | None, present: frozenset[Member]) -> Changes:
    """Return what changed between two rosters. The first sight (``None``) is no change.

    People are compared by id: a new login is no new owner.
    """
    if known is None:
        return Changes()
    before = {member.id for member in known}
    after = {member.id for member in present}
    return Changes(
        added=tuple(sorted((m for m in present if m.id not in before), key=_by_id)),
        removed=tuple(sorted((m for m in known if m.id not in after), key=_by_id)),
    )


def _by_id(member: Member) -> int:
    return member.id


async def read_owners(gh: GitHub, org: str) -> frozenset[Member]:
    """Read the organisation's owners; raises `Incomplete` rather than give only some of them."""
    items: list[Any] = [
        item async for item in gh.pages("/orgs/{org}/members{?role}", {"org": org, "role": "admin"})
    ]
    try:
        owners = frozenset(Member(str(item["login"]), int(item["id"])) for item in items)
    except (KeyError, TypeError, ValueError):
        raise Incomplete("an owner in GitHub's list can't be read") from None
    if not owners:
        raise Incomplete("GitHub's list of owners is empty, and no organisation is without one")
    return owners


async def confirm_gone(gh: GitHub, org: str, member: Member) -> None:
    """Ask about one who is missing: a list read page by page may skip somebody while it changes.

    Raises `Incomplete` when the member is an owner after all.
    """
    if await _is_owner(gh, org, member):
        raise Incomplete(f"GitHub's list of owners lacks {member.login}, who still is one")


async def confirm_owner(gh: GitHub, org: str, member: Member) -> None:
    """Ask about one whom the list may show for a while after Tipstaff took the role.

    Raises `Incomplete` when the member is no owner.
    """
    if not await _is_owner(gh, org, member):
        raise Incomplete(f"GitHub's list of owners still shows {member.login}, who is none")


async def _is_owner(gh: GitHub, org: str, member: Member) -> bool:
    try:
        reply = await gh.call(
            "GET", "/orgs/{org}/memberships/{username}", {"org": org, "username": member.login}
        )
    except NotFound:
        return False
    return bool(reply.data["role"] == "admin" and reply.data["state"] == "active")
