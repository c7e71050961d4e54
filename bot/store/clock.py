"""One clock for all workers: the database's. A lease means nothing where clocks differ."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.core.errors import TipstaffError
from bot.waiting import stopped_within

log = structlog.get_logger(__name__)

_TOLERATED: Final = timedelta(milliseconds=250)
_SLOWEST: Final = 1.0  # seconds; an answer that took longer says too little about when it was given


class SharedClock:
    """Tells the database's time, as far as it is known; until `follow` that of ``local``.

    Between two looks it goes by ``elapsed`` (seconds), which nobody sets: a clock that jumps
    would end every other worker's leases.
    """

    def __init__(
        self,
        *,
        local: Callable[[], datetime],
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._elapsed = elapsed
        self._set(local())

    def __call__(self) -> datetime:
        """Tell the time."""
        return self._at + timedelta(seconds=self._elapsed() - self._since)

    def _set(self, now: datetime) -> None:
        self._at, self._since = now, self._elapsed()

    async def follow(self, ask: Callable[[], Awaitable[datetime]]) -> None:
        """Look at the database's clock, and go by it where it differs."""
        began = self._elapsed()
        told = await ask()
        took = self._elapsed() - began
        if took > _SLOWEST:
            return
        now = told + timedelta(seconds=took / 2)
        ahead = self() - now
        if abs(ahead) > _TOLERATED:
            log.warning("clock.set", ahead_seconds=round(ahead.total_seconds(), 3))
            self._set(now)

    async def keep(
        self, ask: Callable[[], Awaitable[datetime]], *, every: timedelta, stop: asyncio.Event
    ) -> None:
        """Look at the interval until told to stop; a database that is away changes nothing."""
        while not stop.is_set():
            try:
                await self.follow(ask)
            except TipstaffError as error:
                log.warning("clock.unknown", reason=str(error))
            await stopped_within(stop, every.total_seconds())
