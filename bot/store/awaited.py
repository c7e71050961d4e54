"""What correlations wait for: windows of time that pass, and sightings that are then judged."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.respond.alert import Plan
from bot.store import sightings, windows
from bot.store.values import DueWindow
from bot.store.weekly import Weekly

Conclude = Callable[[sightings.Remembrance], Sequence[Plan]]


class Awaited(Weekly):
    """The part of the `Store` that keeps what is waited for, and lets go of what is not."""

    async def claim_windows(
        self, worker: str, *, now: datetime, lease: timedelta, limit: int
    ) -> list[DueWindow]:
        """Take up to ``limit`` windows that have passed, the one due for longest first."""
        return await self._database.write(
            lambda held: windows.claim(held, worker, now=now, lease=lease, limit=limit)
        )

    async def complete_window(self, number: int, *, worker: str, conclude: Conclude) -> bool:
        """Save what a window leads to, and that it is judged; false when the claim was lost."""
        return await self._database.write(
            lambda held: windows.complete(held, number, worker=worker, conclude=conclude)
        )

    async def postpone_window(
        self, number: int, *, worker: str, error: str, next_at: datetime
    ) -> bool:
        """Hand a window back until ``next_at``; false when the claim was lost."""
        return await self._database.write(
            lambda held: windows.postpone(held, number, worker=worker, error=error, next_at=next_at)
        )

    async def bury_window(self, number: int, *, worker: str, error: str, now: datetime) -> bool:
        """Give up on a window and keep it for a person; false when the claim was lost."""
        return await self._database.write(
            lambda held: windows.bury(held, number, worker=worker, error=error, now=now)
        )

    async def release_windows(self, worker: str) -> None:
        """Hand back every window that ``worker`` holds."""
        await self._database.write(lambda held: windows.release(held, worker))

    async def forget(self, *, now: datetime) -> int:
        """Forget some of what no correlation or baseline needs any more; return how many rows."""
        return await self._database.write(
            lambda held: sightings.prune(held, now) + windows.prune(held, now)
        )
