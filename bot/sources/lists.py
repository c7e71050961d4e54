"""Live lists: who owns an organisation, who is in a team, who helps from outside.

What was read is kept for a stated age and no longer. A list that cannot be read whole is an
error, never a shorter or an empty list; what one organisation's list holds is kept under that
organisation's installation and name, and found by nobody else.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

import structlog
from cachetools import LRUCache

from bot.actions.port import GitHub
from bot.core.errors import ApiError, Refused, Unavailable
from bot.detect.live import team_of
from bot.sources.owners import read_owners
from bot.sources.rounds import Incomplete
from bot.waiting import stopped_within

log = structlog.get_logger(__name__)

NEEDS: Final = {"members": "read"}
MOST: Final = 4_096
"""Lists kept in memory; the least used are dropped and read again when needed."""

_REFUSAL_HOLDS: Final = timedelta(minutes=1)


class Installation(Protocol):
    """The way to one installation."""

    def narrowed(self, permissions: Mapping[str, str]) -> GitHub:
        """Return a view of it whose token can do no more than this."""
        ...


class Installations(Protocol):
    """The App's installations."""

    def installation(self, installation_id: int) -> Installation:
        """Return the way to one of them."""
        ...


class Key(NamedTuple):
    """Whose list, and which; ``org`` in lower case."""

    installation: int
    org: str
    name: str


@dataclass(kw_only=True, slots=True)
class _Kept:
    values: tuple[str, ...]
    read_at: datetime
    used: bool = False


class LiveLists:
    """Reads live lists when they are needed, and again before they are too old while they are.

    ``age`` is the oldest that a list may be when it is used; ``own_login`` the App's login.
    """

    def __init__(
        self,
        *,
        apps: Installations,
        own_login: str,
        age: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._apps = apps
        self._own_login = own_login
        self._age = age
        self._clock = clock
        self._kept: LRUCache[Key, _Kept] = LRUCache(MOST)
        self._refused: LRUCache[Key, tuple[datetime, Refused]] = LRUCache(MOST)
        self._reading: dict[Key, asyncio.Task[tuple[str, ...]]] = {}

    async def values(self, name: str, *, installation: int, org: str) -> Sequence[str]:
        """Return what is on a list, sorted, no older than the stated age.

        Raises `Unavailable` when it cannot be read now, `Refused` (or one of its kin) when GitHub
        says that there is no such list or that the App may not see it.
        """
        if name == "own_app":
            return (self._own_login,)
        key = Key(installation, org.casefold(), name)
        kept = self._kept.get(key)
        if kept is not None and self._clock() - kept.read_at <= self._age:
            kept.used = True
            return kept.values
        self._raise_refusal(key)
        return await self._read(key)

    async def run(self, stop: asyncio.Event) -> None:
        """Read the lists that are in use again before they are too old, until told to stop."""
        try:
            while not stop.is_set():
                await self.refresh()
                await stopped_within(stop, max(self._age.total_seconds() / 4, 0.05))
        finally:
            for task in list(self._reading.values()):
                task.cancel()

    async def refresh(self) -> None:
        """Read again every list that was used since its reading and is past half of its age."""
        now = self._clock()
        for key, kept in list(self._kept.items()):
            if not kept.used or now - kept.read_at < self._age / 2:
                continue
            try:
                await self._read(key)
            except ApiError as error:
                # It stays in use until it is too old; then whoever needs it hears of the error.
                log.warning("list.stale", list=key.name, org=key.org, reason=str(error))

    def _raise_refusal(self, key: Key) -> None:
        """Repeat a recent no of GitHub's, so that a burst of events does not ask for each."""
        until, refusal = self._refused.get(key, (None, None))
        if until is not None and refusal is not None and self._clock() < until:
            raise type(refusal)(str(refusal), status=refusal.status)

    async def _read(self, key: Key) -> tuple[str, ...]:
        """Read a list; whoever needs it meanwhile waits for the same reading."""
        task = self._reading.get(key)
        if task is None:
            task = asyncio.create_task(self._fetch(key))
            self._reading[key] = task
            task.add_done_callback(lambda done: self._ended(key, done))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise Unavailable(f"the list {key.name} is not being read any more") from None
            raise

    def _ended(self, key: Key, task: asyncio.Task[tuple[str, ...]]) -> None:
        del self._reading[key]
        if not task.cancelled():
            # Nobody may be waiting any more; that is not one more error.
            task.exception()

    async def _fetch(self, key: Key) -> tuple[str, ...]:
        now = self._clock()
        gh = self._apps.installation(key.installation).narrowed(NEEDS)
        try:
            logins = await _logins(gh, key)
        except Refused as refusal:
            self._refused[key] = (now + _REFUSAL_HOLDS, refusal)
            self._kept.pop(key, None)
            raise
        values = tuple(sorted({login.casefold() for login in logins}))
        self._refused.pop(key, None)
        self._kept[key] = _Kept(values=values, read_at=now)
        return values


async def _logins(gh: GitHub, key: Key) -> list[str]:
    if key.name == "org_owners":
        try:
            return [owner.login for owner in await read_owners(gh, key.org)]
        except Incomplete as error:
            raise Unavailable(f"the list org_owners of {key.org}: {error}") from None
    if key.name == "org_members":
        return await _all(gh, "/orgs/{org}/members", {"org": key.org})
    if key.name == "outside_collaborators":
        return await _all(gh, "/orgs/{org}/outside_collaborators", {"org": key.org})
    team = team_of(key.name)
    if team is None:
        raise Refused(f"there is no live list '{key.name}'")
    return await _all(
        gh, "/orgs/{org}/teams/{team_slug}/members", {"org": key.org, "team_slug": team}
    )


async def _all(gh: GitHub, url: str, variables: Mapping[str, str | int]) -> list[str]:
    try:
        return [str(item["login"]) async for item in gh.pages(url, variables)]
    except (KeyError, TypeError):
        raise Unavailable(f"GET {url}: a login in GitHub's list can't be read") from None
