"""Going round all organisations at an interval: what roster and survey have in common.

An error in one organisation does not stop the others, and none of them is a verdict.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import structlog

from bot.actions.port import GitHub
from bot.core.errors import ApiError, InstallationGone
from bot.waiting import stopped_within

log = structlog.get_logger(__name__)

_AT_ONCE: Final = 8


class Incomplete(Exception):
    """What GitHub answered can't be all of it, or may be our own doing: look again next time."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """What one round over all organisations came to."""

    organisations: int = 0
    learned: int = 0
    deliveries: int = 0
    skipped: int = 0


class Rounds:
    """Visits every organisation, again and again.

    ``name`` is how the log calls it; ``visit`` looks at one organisation; ``recorded`` is called
    after new deliveries were recorded, so that nobody waits for them; ``interval`` is seconds.
    """

    def __init__(
        self,
        name: str,
        *,
        apps: GitHubApps,
        visit: Callable[[Place, datetime], Awaitable[Round]],
        interval: float,
        clock: Callable[[], datetime],
        recorded: Callable[[], None],
    ) -> None:
        self._name = name
        self._apps = apps
        self._look = visit
        self._interval = interval
        self._clock = clock
        self._recorded = recorded

    async def run(self, stop: asyncio.Event) -> None:
        """Go round at once and then at the interval, until told to stop."""
        while not stop.is_set():
            await self.once(self._clock())
            await stopped_within(stop, self._interval)

    async def once(self, now: datetime) -> Round:
        """Visit every organisation once; an error in one does not stop the others."""
        try:
            places = await self._apps.installations()
        except ApiError as error:
            log.warning(f"{self._name}.skipped", reason=str(error))
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
                return await self._look(place, now)
        except InstallationGone:
            log.info(f"{self._name}.gone", org=place.account)
        except (ApiError, Incomplete) as error:
            log.warning(f"{self._name}.skipped", org=place.account, reason=str(error))
        except Exception:
            # Such as a database that is away: the other organisations still get their turn.
            log.exception(f"{self._name}.failed", org=place.account)
        return Round(skipped=1)
