"""The one door through which all calls of an installation go, at a pace GitHub accepts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.core.errors import Paced
from bot.github.pace import Cost, Pace, Pacer, cost_of

_AMPLE = 100  # points: what a handful of steps costs


class Gate:
    """The async skin of a `Pacer`: waits a little, and refuses what would wait for long."""

    def __init__(
        self,
        pace: Pace,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._pacer = Pacer(pace)
        self._patience = pace.patience
        self._slots = asyncio.Semaphore(pace.concurrent) if pace.concurrent else None
        self._clock = clock
        self._sleep = sleep

    @asynccontextmanager
    async def turn(self, method: str, path: str) -> AsyncIterator[None]:
        """Hold one place for one call. Raises `Paced` when it is not its turn soon."""
        await self._take_slot()
        try:
            await self._wait_for_turn(method, path)
            yield
        finally:
            if self._slots is not None:
                self._slots.release()

    async def _take_slot(self) -> None:
        if self._slots is None:
            return
        try:
            async with asyncio.timeout(self._patience):
                await self._slots.acquire()
        except TimeoutError:
            raise Paced(
                "too many calls of this installation are under way; this one was not sent",
                retry_at=self._clock() + timedelta(seconds=self._patience),
            ) from None

    async def _wait_for_turn(self, method: str, path: str) -> None:
        now = self._clock()
        cost = cost_of(method, path)
        at = self._pacer.earliest(now, cost)
        wait = (at - now).total_seconds()
        if wait > self._patience:
            # Not the first moment that one call fits in, or all would come back for it.
            ample = Cost(points=max(cost.points, _AMPLE), creations=cost.creations)
            at = self._pacer.earliest(now, ample)
            raise Paced(
                f"GitHub's rate limit leaves no room before {at.isoformat(timespec='seconds')}; "
                "the call was not sent",
                retry_at=at,
            )
        self._pacer.book(at, cost)
        if wait > 0:
            await self._sleep(wait)

    def backoff(self) -> timedelta:
        """Return how long to stay away after a limit that does not say."""
        return self._pacer.backoff()

    def hold(self, until: datetime) -> None:
        """Let nothing through until then."""
        self._pacer.hold(self._clock(), until)

    def release(self) -> None:
        """Tell that GitHub answered as usual."""
        self._pacer.release()
