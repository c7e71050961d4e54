"""Who owns the organisation: no webhook says that a member became an owner, so Tipstaff looks.

At an interval the owners of every organisation are compared with the last known roster. Every
difference becomes a delivery like any other, recorded in the same transaction that replaces the
roster, so that nothing is lost and nothing is told twice. An error or an incomplete answer is
never a verdict: the round is skipped and the old roster stays.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, Protocol

import orjson
import structlog

from bot.actions.port import GitHub
from bot.core.delivery import Delivery
from bot.core.errors import ApiError, InstallationGone, NotFound

log = structlog.get_logger(__name__)

_NEEDS: Final = {"members": "read"}
_AT_ONCE: Final = 8


class Member(NamedTuple):
    """One member of an organisation; ``id`` stays when the login changes."""

    login: str
    id: int


class Place(Protocol):
    """One installation of the App."""

    @property
    def id(self) -> int:
        """The installation's id."""
        ...

    @property
    def account(self) -> str:
        """The login of the account it is installed on."""
        ...

    @property
    def account_id(self) -> int:
        """The account's id."""
        ...

    @property
    def account_type(self) -> str:
        """``Organization``, ``User`` or ``Enterprise``."""
        ...

    @property
    def suspended(self) -> bool:
        """Whether nothing may be asked there."""
        ...


class Narrowable(Protocol):
    """The way to one installation."""

    def narrowed(self, permissions: Mapping[str, str]) -> GitHub:
        """Return a view of it whose token can do no more than this."""
        ...


class GitHubApps(Protocol):
    """The App's installations."""

    async def installations(self) -> Sequence[Place]:
        """Return every place where the App is installed."""
        ...

    def installation(self, installation_id: int) -> Narrowable:
        """Return the way to one of them."""
        ...


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

    async def own_effect(self, key: str) -> str | None:
        """Return the role Tipstaff itself last gave (``org-role:ORG/LOGIN``), if any."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """Who became an owner and who is one no more, ordered by id."""

    added: tuple[Member, ...] = ()
    removed: tuple[Member, ...] = ()


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """What one round over all organisations came to."""

    organisations: int = 0
    learned: int = 0
    deliveries: int = 0
    skipped: int = 0


class Incomplete(Exception):
    """GitHub's list of owners can't be all of it."""


class Roster:
    """Compares every organisation's owners with the last known, at an interval.

    ``own_login`` is the App's login: an owner it made or demoted itself is told as its own act.
    ``recorded`` is called after new deliveries were recorded, so that nobody waits for them.
    """

    def __init__(
        self,
        *,
        apps: GitHubApps,
        store: RosterStore,
        own_login: str,
        interval: float = 60.0,
        clock: Callable[[], datetime],
        recorded: Callable[[], None] = lambda: None,
    ) -> None:
        self._apps = apps
        self._store = store
        self._own_login = own_login
        self._interval = interval
        self._clock = clock
        self._recorded = recorded
        # When each roster was last seen to be right, since this process started.
        self._seen_at: dict[int, datetime] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Go round at once and then at the interval, until told to stop."""
        while not stop.is_set():
            await self.once(self._clock())
            try:
                async with asyncio.timeout(self._interval):
                    await stop.wait()
            except TimeoutError:
                continue

    async def once(self, now: datetime) -> Round:
        """Compare every organisation once; an error in one does not stop the others."""
        try:
            places = await self._apps.installations()
        except ApiError as error:
            log.warning("roster.skipped", reason=str(error))
            return Round(skipped=1)
        slots = asyncio.Semaphore(_AT_ONCE)
        rounds = await asyncio.gather(
            *(
                self._visit(place, now, slots)
                for place in places
                if place.account_type == "Organization" and not place.suspended
            )
        )
        total = Round(
            organisations=len(rounds),
            learned=sum(each.learned for each in rounds),
            deliveries=sum(each.deliveries for each in rounds),
            skipped=sum(each.skipped for each in rounds),
        )
        if total.deliveries:
            self._recorded()
        return total

    async def _visit(self, place: Place, now: datetime, slots: asyncio.Semaphore) -> Round:
        try:
            async with slots:
                return await self._compare(place, now)
        except InstallationGone:
            log.info("roster.gone", org=place.account)
        except (ApiError, Incomplete) as error:
            log.warning("roster.skipped", org=place.account, reason=str(error))
        except Exception:
            # Such as a database that is away: the other organisations still get their turn.
            log.exception("roster.failed", org=place.account)
        return Round(skipped=1)

    async def _compare(self, place: Place, now: datetime) -> Round:
        org = place.account
        gh = self._apps.installation(place.id).narrowed(_NEEDS)
        # Read before GitHub is asked, so that a roster somebody else advances meanwhile is noticed.
        found = await self._store.known(org)
        version, known = (None, None) if found is None else (found[0], _members(found[1]))
        present = await _owners(gh, org)
        changes = compare(known, present)
        for member in changes.removed:
            await _confirm_gone(gh, org, member)
        deliveries = [
            await self._delivery(place, member, gained, version=version, now=now)
            for members, gained in ((changes.added, True), (changes.removed, False))
            for member in members
        ]
        if present != known and not await self._store.advance(
            org, expected_version=version, owners=present, deliveries=deliveries, now=now
        ):
            return Round()  # another worker was first, and told of it
        self._seen_at[place.id] = now
        if known is None:
            log.info("roster.learned", org=org, owners=len(present))
        for delivery in deliveries:
            log.info("roster.changed", org=org, delivery=delivery.id)
        return Round(learned=int(known is None), deliveries=len(deliveries))

    async def _delivery(
        self, place: Place, member: Member, gained: bool, *, version: int | None, now: datetime
    ) -> Delivery:
        role = "admin" if gained else "member"
        own = await self._store.own_effect(f"org-role:{place.account}/{member.login}") == role
        seen_at = self._seen_at.get(place.id)
        body = {
            "action": "owner_added" if gained else "owner_removed",
            "organization": {"login": place.account, "id": place.account_id},
            "member": {"login": member.login, "id": member.id, "type": "User"},
            "actor": self._own_login if own else None,
            "installation": {"id": place.id},
            # Since when the change may have happened; null when this process just started.
            "known_since": seen_at.astimezone(UTC).isoformat() if seen_at else None,
        }
        change = "added" if gained else "removed"
        return Delivery(
            id=f"roster:{place.account}:{member.id}:{change}:{version}",
            source="roster",
            event="roster",
            received_at=now,
            body=orjson.dumps(body),
            headers={},
        )


def _members(pairs: frozenset[tuple[str, int]]) -> frozenset[Member]:
    return frozenset(Member(login, number) for login, number in pairs)


async def _owners(gh: GitHub, org: str) -> frozenset[Member]:
    """Read the organisation's owners, all of them or not at all."""
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


async def _confirm_gone(gh: GitHub, org: str, member: Member) -> None:
    """Ask about one who is missing: a list read page by page may skip somebody while it changes."""
    try:
        reply = await gh.call(
            "GET", "/orgs/{org}/memberships/{username}", {"org": org, "username": member.login}
        )
    except NotFound:
        return
    if reply.data["role"] == "admin" and reply.data["state"] == "active":
        raise Incomplete(f"GitHub's list of owners lacks {member.login}, who still is one")
