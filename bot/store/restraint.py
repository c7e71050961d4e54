"""What holds changes back, as part of the state database: the global stop and the guards' facts."""

from datetime import datetime

from bot.respond.conduct import Conduct, Inquiry
from bot.respond.pause import Pause
from bot.respond.step import Receipt
from bot.store import claims, conduct, pauses
from bot.store.review import Review


class Restraint(Review):
    """The part of the `Store` that is asked before anything is changed."""

    async def conduct(self, asked: Inquiry) -> Conduct:
        """Return what Tipstaff has done lately, as far as it bears on a change."""
        return await self._database.write(lambda held: conduct.conduct(held, asked))

    async def first_seen(self, edition: str, *, now: datetime) -> datetime:
        """Return when a version with its playbooks was first in use: now, if never before."""
        return await self._database.write(lambda held: conduct.first_seen(held, edition, now))

    async def begin_write(
        self, step_id: str, *, worker: str, attempts: int, intent: Receipt | None = None
    ) -> bool:
        """Note that a step is about to write for the first time; false when the claim was lost.

        ``intent`` is the receipt it leaves if nobody learns what came of it.
        """
        return await self._database.write(
            lambda held: claims.begin(held, step_id, worker, attempts, intent=intent)
        )

    async def pauses(self) -> tuple[Pause, ...]:
        """Return the pauses that hold, for all workers at once."""
        return await self._database.read(pauses.standing)

    async def pause(self, pause: Pause, *, now: datetime) -> bool:
        """Pause one organisation or all; false when that is paused already."""
        return await self._database.write(lambda held: pauses.begin(held, pause, now))

    async def unpause(self, org: str, *, by: str, now: datetime) -> bool:
        """End the pause of exactly this organisation, or of all; false when there is none."""
        return await self._database.write(lambda held: pauses.end(held, org, by=by, now=now))
