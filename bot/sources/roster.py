"""Who owns the organisation: no webhook says that a member became an owner, so Tipstaff looks.

At an interval the owners of every organisation are compared with the last known roster. Every
difference becomes a delivery like any other, recorded in the same transaction that replaces the
roster, so that nothing is lost and nothing is told twice. An error or an incomplete answer is
never a verdict: the round is skipped and the old roster stays.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from bot.actions.port import GitHub
from bot.core.delivery import Delivery
from bot.sources.difference import LAG, told
from bot.sources.owners import (
    Changes,
    Member,
    compare,
    confirm_gone,
    confirm_owner,
    read_owners,
)
from bot.sources.rounds import GitHubApps, Incomplete, Place, Round, Rounds

log = structlog.get_logger(__name__)

_NEEDS: Final = {"members": "read"}
_INVITATION: Final = timedelta(days=7)  # how long GitHub keeps one open


class RosterStore(Protocol):
    """What is known of each organisation's owners, as pairs of login and id."""

    async def known(self, org: str) -> tuple[int, frozenset[tuple[str, int]]] | None:
        """Return the version of the roster and its owners; ``None`` before the first sight."""
        ...

    async def advance(
        self,
        org: str,
        *,
        expected_version: int | None,
        owners: frozenset[tuple[str, int]],
        deliveries: Sequence[Delivery],
        now: datetime,
    ) -> bool:
        """Replace the roster and record the deliveries, in one transaction.

        False, and nothing written, when the version is not the expected one any more.
        """
        ...

    async def owners_seen_at(self, org: str) -> datetime | None:
        """Return when the owners were last seen to be those known; ``None`` before."""
        ...

    async def saw_owners(self, org: str, now: datetime) -> None:
        """Remember that the owners were just seen to be those known."""
        ...

    async def own_effect(
        self, key: str, *, since: datetime, until: datetime | None = None
    ) -> str | None:
        """Return the role Tipstaff itself last gave (``org-role:ORG/LOGIN``) since then, if any."""
        ...

    async def owners_in_question(self, org: str) -> frozenset[str | int]:
        """Return logins (lower case) and ids whose role a step of Tipstaff's may be changing."""
        ...


class Roster:
    """Compares every organisation's owners with the last known, at an interval.

    ``own_login`` is the App's login: an owner it made or demoted itself is told as its own act.
    ``recorded`` is called after new deliveries were recorded, so that nobody waits for them.
    ``interval`` and ``settle`` are seconds; ``settle`` is how long a step of our own that is just
    being taken may need to be written down.
    """

    def __init__(
        self,
        *,
        apps: GitHubApps,
        store: RosterStore,
        own_login: str,
        interval: float = 60.0,
        settle: float = 1.0,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        recorded: Callable[[], None] = lambda: None,
    ) -> None:
        self._apps = apps
        self._store = store
        self._own_login = own_login
        self._settle = settle
        self._sleep = sleep
        self._rounds = Rounds(
            "roster",
            apps=apps,
            visit=self._compare,
            interval=interval,
            clock=clock,
            recorded=recorded,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Go round at once and then at the interval, until told to stop."""
        await self._rounds.run(stop)

    async def once(self, now: datetime) -> Round:
        """Compare every organisation once; an error in one does not stop the others."""
        return await self._rounds.once(now)

    async def _compare(self, place: Place, now: datetime) -> Round:
        org = place.account
        gh = self._apps.installation(place.id).narrowed(_NEEDS)
        # Read before GitHub is asked, so that a roster somebody else advances meanwhile is noticed.
        found = await self._store.known(org)
        seen_at = await self._store.owners_seen_at(org)
        under_way = await self._store.owners_in_question(org)
        version, known = (None, None) if found is None else (found[0], _members(found[1]))
        present = await read_owners(gh, org)
        if known is not None and seen_at is not None:
            again = await self._made_again(
                gh, org, _in_both(known, present), since=seen_at, until=now
            )
            known = frozenset(member for member in known if member.id not in again)
        changes = compare(known, present)
        for member in changes.removed:
            await confirm_gone(gh, org, member)
        await self._wait_for_own_steps(org, changes)
        await self._wait_for_own_effects(org, changes, now)
        own = await self._own_acts(place, changes, seen_at, now)
        deliveries = [
            self._delivery(
                place, each, own=each[0] in own, version=version, seen_at=seen_at, now=now
            )
            for each in changes.roles()
        ]
        if present == known:
            if not under_way:  # what is just being written down must not be older than this look
                await self._store.saw_owners(org, now)
        elif not await self._store.advance(
            org,
            expected_version=version,
            owners=frozenset((member.login, member.id) for member in present),
            deliveries=deliveries,
            now=now,
        ):
            return Round()  # another worker was first, and told of it
        if known is None:
            log.info("roster.learned", org=org, owners=len(present))
        for delivery in deliveries:
            log.info("roster.changed", org=org, delivery=delivery.id)
        return Round(learned=int(known is None), deliveries=len(deliveries))

    async def _made_again(
        self,
        gh: GitHub,
        org: str,
        members: Sequence[Member],
        *,
        since: datetime,
        until: datetime,
    ) -> frozenset[int]:
        """Return the ids of owners whom Tipstaff took the role from between two looks.

        Between two looks that both show an owner, somebody made them one again. A role taken
        after the second began, while GitHub is being asked, may not be in its answer yet.
        """
        found: set[int] = set()
        for member in members:
            role = await self._store.own_effect(_key(org, member), since=since, until=until)
            if role not in (None, "admin"):
                await confirm_owner(gh, org, member)
                found.add(member.id)
        return frozenset(found)

    async def _wait_for_own_steps(self, org: str, changes: Changes) -> None:
        """Raise `Incomplete` while a step of our own may be what changed somebody's role.

        Its effect is written down once its outcome is known; the next round sees whose act it was.
        """
        if not changes.roles():
            return
        under_way = await self._store.owners_in_question(org)
        for member, _ in changes.roles():
            if member.login.lower() in under_way or member.id in under_way:
                raise Incomplete(f"a step of our own about {member.login} is under way")

    async def _wait_for_own_effects(self, org: str, changes: Changes, now: datetime) -> None:
        """Raise `Incomplete` where we gave a role while GitHub was asked, and it shows another.

        The next look, which knows what it was changed from, would tell the change once more.
        """
        for member, role in changes.roles():
            own = await self._store.own_effect(_key(org, member), since=now)
            if own not in (None, role):
                raise Incomplete(f"a step of our own has just set the role of {member.login}")

    async def _own_acts(
        self, place: Place, changes: Changes, seen_at: datetime | None, now: datetime
    ) -> frozenset[Member]:
        """Return whose change was Tipstaff's own act.

        Only an act since the former round explains a change: an older one must not excuse whoever
        does the same thing later.
        """
        since = (now if seen_at is None else seen_at) - LAG
        unexplained = changes.roles()
        own: set[Member] = set()
        for wait in (0.0, self._settle):
            if wait and unexplained:
                await self._sleep(wait)
            for member, role in unexplained:
                key = _key(place.account, member)
                if await self._store.own_effect(key, since=since) == role or (
                    role == "admin" and await self._was_invited(place, member, since, now)
                ):
                    own.add(member)
            unexplained = tuple(each for each in unexplained if each[0] not in own)
        return frozenset(own)

    async def _was_invited(
        self, place: Place, member: Member, since: datetime, now: datetime
    ) -> bool:
        """Tell whether somebody is an owner because they accepted what an undo offered them.

        The offer is used up once their joining was heard of, which may be before or after this.
        """
        key = f"org-invitation-admin:{place.account}/{member.login}".lower()
        if await self._store.own_effect(key, since=now - _INVITATION) == "admin":
            return True
        return await self._store.own_effect(key, since=since) is not None

    def _delivery(
        self,
        place: Place,
        changed: tuple[Member, str],
        *,
        own: bool,
        version: int | None,
        seen_at: datetime | None,
        now: datetime,
    ) -> Delivery:
        member, role = changed
        gained = role == "admin"
        return told(
            "roster",
            place,
            key=f"{member.id}:{'added' if gained else 'removed'}:{version}",
            action="owner_added" if gained else "owner_removed",
            actor=self._own_login if own else None,
            seen_at=seen_at,
            now=now,
            member={"login": member.login, "id": member.id, "type": "User"},
        )


def _key(org: str, member: Member) -> str:
    """Return what the effects of our own steps call somebody's role."""
    return f"org-role:{org}/{member.login}".lower()


def _in_both(known: frozenset[Member], present: frozenset[Member]) -> tuple[Member, ...]:
    before = {member.id for member in known}
    return tuple(member for member in present if member.id in before)


def _members(pairs: frozenset[tuple[str, int]]) -> frozenset[Member]:
    return frozenset(Member(login, number) for login, number in pairs)
