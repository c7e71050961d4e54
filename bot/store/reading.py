"""What is recorded, looked at without changing anything."""

from collections.abc import Callable
from datetime import datetime

from bot.core.delivery import Delivery
from bot.respond.alert import Alert
from bot.respond.step import Step
from bot.respond.told import Told
from bot.store import inbox, survey, told
from bot.store.database import Database
from bot.store.values import Overview


class Reading:
    """The part of the `Store` that counts, lists and shows."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def delivery(self, delivery_id: str) -> Delivery | None:
        """Return a delivery as it came in; ``None`` when none with this id was recorded."""
        return await self._database.read(lambda held: inbox.delivery(held, delivery_id))

    async def last_told(self, thing: str, *, until: datetime, but: str, own: str) -> Told | None:
        """Return what an event other than ``but`` last told of a thing until then.

        ``own`` is our login. ``None`` when none did since such things are recorded.
        """
        return await self._database.read(
            lambda held: told.last(held, thing, until=until, but=but, own=own)
        )

    async def overview(self) -> Overview:
        """Count everything."""
        now = self._clock()
        return await self._database.read(lambda held: survey.overview(held, now))

    async def alerts(self, limit: int = 100) -> list[Alert]:
        """Return the newest ``limit`` alerts, oldest first."""
        return await self._database.read(lambda held: survey.recent_alerts(held, limit))

    async def steps(self, limit: int = 100) -> list[Step]:
        """Return the ``limit`` steps recorded last, oldest first."""
        return await self._database.read(lambda held: survey.recent_steps(held, limit))

    async def settled(self) -> bool:
        """Tell whether nothing is left to do: no delivery waits, and no step."""
        now = self._clock()
        return await self._database.read(lambda held: survey.settled(held, now))
