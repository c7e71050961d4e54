"""What ends by itself: questions that nobody decided about in time, and exemptions, announced."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from bot.respond.alert import CaseFile
from bot.respond.exempting import announcement
from bot.respond.exemption import Exemption
from bot.respond.step import Step
from bot.respond.term import Term, term
from bot.waiting import stopped_within

log = structlog.get_logger(__name__)

BATCH: Final = 16
POLL: Final = timedelta(seconds=5)


class Granted(Protocol):
    """What people allowed, or are asked, for a time."""

    async def end_questions(
        self, *, now: datetime, limit: int, look: Callable[[CaseFile], Term | None]
    ) -> int:
        """End what nobody decided about in time; return in how many cases."""
        ...

    async def announce_ends(
        self, *, now: datetime, limit: int, tell: Callable[[Exemption, CaseFile], Step | None]
    ) -> int:
        """Tell of exemptions that end soon, each once; return of how many."""
        ...


class Terms:
    """Looks for what ends until told to stop; any number may do so at once."""

    def __init__(
        self, *, granted: Granted, clock: Callable[[], datetime], woken: Callable[[], None]
    ) -> None:
        self._granted = granted
        self._clock = clock
        self._woken = woken

    async def run(self, stop: asyncio.Event) -> None:
        """Look until ``stop`` is set."""
        while not stop.is_set():
            try:
                found = await self.look()
            except Exception as error:
                log.warning("terms.failed", error=str(error), kind=type(error).__name__)
                found = 0
            if found < BATCH:
                await stopped_within(stop, POLL.total_seconds())

    async def look(self) -> int:
        """End and announce what is due; return how much."""
        now = self._clock()
        found = await self._granted.end_questions(
            now=now, limit=BATCH, look=lambda file: term(file, now)
        )
        found += await self._granted.announce_ends(
            now=now, limit=BATCH, tell=lambda exemption, file: announcement(exemption, file, now)
        )
        if found:
            log.info("terms.ended", count=found)
            self._woken()
        return found
