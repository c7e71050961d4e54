"""Once a week: an issue for the owners of each organisation, recorded as a step like any other."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, Protocol

import structlog

from bot.respond.alert import Case
from bot.respond.digest import Period, Week, digest_case, digest_step, last_period, reaching_back
from bot.respond.step import Step
from bot.waiting import stopped_within

log = structlog.get_logger(__name__)

POLL: Final = timedelta(seconds=30)


class Weeks(Protocol):
    """What is recorded, by the week."""

    async def organisations(self) -> Mapping[str, int]:
        """Return each organisation that has cases, with its installation."""
        ...

    async def has_digest(self, case_id: str) -> bool:
        """Tell whether a week's digest was recorded."""
        ...

    async def week(
        self, org: str, installation: int, period: Period, *, changing: Collection[str]
    ) -> Week:
        """Count what there was in a period, and read what of it stands now."""
        ...

    async def digest_reach(self, org: str) -> tuple[datetime | None, datetime | None]:
        """Return until when digests told of an organisation, and when its first case opened."""
        ...

    async def record_digest(self, case: Case, step: Step | None) -> bool:
        """Save a digest to be made, or that there was nothing; false when another worker did."""
        ...


class Digests:
    """Has each week's digest made, once, by whichever worker comes first.

    ``weekday`` counts from 0 for Monday, by the clocks of ``zone``; ``team`` is mentioned.
    """

    def __init__(
        self,
        *,
        weeks: Weeks,
        weekday: int,
        zone: Callable[[], tzinfo],
        changing: Collection[str],
        team: str | None,
        clock: Callable[[], datetime],
        woken: Callable[[], None],
    ) -> None:
        self._weeks = weeks
        self._weekday = weekday
        self._zone = zone
        self._changing = changing
        self._team = team
        self._clock = clock
        self._woken = woken
        self._looked: date | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Look until ``stop`` is set; what is due is found again after a restart."""
        while not stop.is_set():
            try:
                await self.look()
            except Exception as error:
                log.warning("digest.failed", error=str(error), kind=type(error).__name__)
            await stopped_within(stop, POLL.total_seconds())

    async def look(self) -> int:
        """Record the digests that are due; return how many are new."""
        now = self._clock()
        period = last_period(now, weekday=self._weekday, zone=self._zone())
        if self._looked == period.day:
            return 0
        made = 0
        for org, installation in (await self._weeks.organisations()).items():
            made += await self._make(org, installation, period, now)
        self._looked = period.day
        if made:
            self._woken()
        return made

    async def _make(self, org: str, installation: int, period: Period, now: datetime) -> bool:
        case = digest_case(org, installation, period)
        if await self._weeks.has_digest(case.id):
            return False
        told_until, began = await self._weeks.digest_reach(org)
        period = reaching_back(period, told_until=told_until, began=began)
        week = await self._weeks.week(org, installation, period, changing=self._changing)
        if week.is_empty:
            await self._weeks.record_digest(case, None)
            return False
        step = digest_step(case, week, team=self._team, now=now)
        if not await self._weeks.record_digest(case, step):
            return False
        log.info("digest.recorded", org=org, day=str(period.day), stands=week.stands)
        return True
