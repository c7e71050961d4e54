"""Waiting for what did not come: windows of correlations are judged when they have passed."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from bot.core.event import Event
from bot.pipeline.ports import DueWindow, Windows
from bot.respond.alert import Plan
from bot.waiting import stopped_within

log = structlog.get_logger(__name__)

BATCH: Final = 32
POLL: Final = timedelta(seconds=1)
TRIES: Final = 12
"""Tries of a window whose judging fails, as many as a delivery has; then it is buried."""

_LONGEST_PAUSE: Final = timedelta(minutes=10)
FORGETTING: Final = timedelta(minutes=1)
"""Between two looks for what no correlation or baseline needs any more."""


class Elapsing(Protocol):
    """Who judges a window that has passed: the pipeline."""

    async def elapse(self, window: DueWindow) -> tuple[Event, tuple[Plan, ...]]:
        """Judge it, and save what it leads to."""
        ...


class Watch(Protocol):
    """Who is told of progress: the metrics."""

    def raised(self, event: Event, plans: Sequence[Plan]) -> None:
        """Tell of alerts that no new delivery led to."""
        ...


class Vigil:
    """Looks for windows that have passed until told to stop; any number may do so at once."""

    def __init__(
        self,
        *,
        name: str,
        windows: Windows,
        work: Elapsing,
        watch: Watch,
        clock: Callable[[], datetime],
        lease: timedelta,
        woken: Callable[[], None],
    ) -> None:
        self._name = name
        self._windows = windows
        self._work = work
        self._watch = watch
        self._clock = clock
        self._lease = lease
        self._woken = woken
        self._forgotten: datetime | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Judge until ``stop`` is set, then hand back what is held."""
        while not stop.is_set():
            try:
                found = await self.look()
            except Exception as error:
                log.warning("vigil.failed", error=str(error), kind=type(error).__name__)
                found = 0
            if found < BATCH:
                await stopped_within(stop, POLL.total_seconds())
        try:
            await self._windows.release_windows(self._name)
        except Exception as error:
            log.warning("vigil.not_released", error=str(error))  # the lease ends by itself

    async def look(self) -> int:
        """Judge a batch of windows that have passed; return how many."""
        now = self._clock()
        if self._forgotten is None or now - self._forgotten >= FORGETTING:
            self._forgotten = now
            await self._windows.forget(now=now)
        due = await self._windows.claim_windows(self._name, now=now, lease=self._lease, limit=BATCH)
        for window in due:
            try:
                event, plans = await self._work.elapse(window)
            except Exception as error:
                log.exception("window.failed", correlation=window.deadline.correlation)
                await self._put_off(window, f"{type(error).__name__}: {error}")
                continue
            if plans:
                self._watch.raised(event, plans)
                self._woken()
        return len(due)

    async def _put_off(self, window: DueWindow, error: str) -> None:
        """Have a window tried again later, or give it up; the others do not wait for it."""
        now, tries = self._clock(), window.attempts
        try:
            if tries >= TRIES:
                log.error(
                    "window.buried",
                    correlation=window.deadline.correlation,
                    opener=window.opener.id,
                    error=error,
                    attempts=tries,
                )
                await self._windows.bury_window(
                    window.number, worker=self._name, error=error, now=now
                )
                return
            pause = min(timedelta(seconds=2 ** min(tries, 16)), _LONGEST_PAUSE)
            await self._windows.postpone_window(
                window.number, worker=self._name, error=error, next_at=now + pause
            )
        except Exception as failure:
            log.warning("window.not_put_off", error=str(failure))  # the lease ends by itself
