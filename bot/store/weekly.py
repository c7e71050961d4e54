"""What the weekly digests need of what is recorded."""

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.respond.alert import Case
from bot.respond.digest import Period, Week
from bot.respond.step import Step
from bot.store import digests
from bot.store.grants import Grants


class Weekly(Grants):
    """The part of the `Store` that sums up a week."""

    async def organisations(self) -> Mapping[str, int]:
        """Return each organisation that has cases, with its installation."""
        return await self._database.read(digests.organisations)

    async def has_digest(self, case_id: str) -> bool:
        """Tell whether a week's digest was recorded."""
        return await self._database.read(lambda held: digests.has(held, case_id))

    async def week(
        self, org: str, installation: int, period: Period, *, changing: Collection[str]
    ) -> Week:
        """Count what there was in a period, and read what stands now."""
        return await self._database.read(
            lambda held: digests.week(held, org, installation, period, changing=changing)
        )

    async def digest_reach(self, org: str) -> tuple[datetime | None, datetime | None]:
        """Return until when digests told of an organisation, and when its first case opened."""
        return await self._database.read(lambda held: digests.reach(held, org))

    async def record_digest(self, case: Case, step: Step | None) -> bool:
        """Save a digest to be made, or that there was nothing; false when another worker did."""
        return await self._database.write(lambda held: digests.record(held, case, step))
