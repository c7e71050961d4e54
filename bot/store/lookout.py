"""What the sources remember between two looks, as part of the state database."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.delivery import Delivery
from bot.store import attempts, ledger, watch
from bot.store.restraint import Restraint
from bot.store.tables import rosters, surveys


class Lookout(Restraint):
    """The part of the `Store` that roster, survey and redelivery compare with."""

    async def known(self, org: str) -> tuple[int, watch.Owners] | None:
        """Return the version and the owners (login, id) last seen in an organisation."""
        return await self._database.read(lambda held: watch.known(held, org))

    async def advance(
        self,
        org: str,
        *,
        expected_version: int | None,
        owners: watch.Owners,
        deliveries: Sequence[Delivery],
        now: datetime,
    ) -> bool:
        """Replace the owners and record what differed; false when the version has moved on."""
        return await self._database.write(
            lambda held: watch.advance(
                held,
                org,
                expected_version=expected_version,
                owners=owners,
                deliveries=deliveries,
                now=now,
            )
        )

    async def owners_seen_at(self, org: str) -> datetime | None:
        """Return when the owners were last seen to be those known; ``None`` before."""
        return await self._database.read(lambda held: watch.seen_at(held, rosters, org))

    async def saw_owners(self, org: str, now: datetime) -> None:
        """Remember that the owners were just seen to be those known."""
        await self._database.write(lambda held: watch.saw(held, rosters, org, now))

    async def settings_seen_at(self, org: str) -> datetime | None:
        """Return when the settings were last seen to be those known; ``None`` before."""
        return await self._database.read(lambda held: watch.seen_at(held, surveys, org))

    async def saw_settings(self, org: str, now: datetime) -> None:
        """Remember that the settings were just seen to be those known."""
        await self._database.write(lambda held: watch.saw(held, surveys, org, now))

    async def own_effect(
        self, key: str, *, since: datetime, until: datetime | None = None
    ) -> str | None:
        """Return what Tipstaff itself last set ``kind:subject`` to in that time, if it did."""
        return await self._database.read(lambda held: ledger.last_effect(held, key, since, until))

    async def owners_in_question(self, org: str) -> frozenset[str | int]:
        """Return logins (lower case) and ids whose owner role a step of ours may be changing."""
        return await self._database.read(lambda held: ledger.owners_in_question(held, org))

    async def redelivery_asked(self, guid: str) -> int:
        """Count how often GitHub was asked to send a delivery again."""
        return await self._database.read(lambda held: watch.times_asked(held, guid))

    async def expect_redelivery(self, guid: str, *, first_at: datetime, now: datetime) -> None:
        """Remember when GitHub first tried to send a delivery that it will be asked for."""
        await self._database.write(
            lambda held: attempts.expect(held, guid, first_at=first_at, now=now)
        )

    async def remember_redelivery(self, guid: str, now: datetime) -> None:
        """Remember that GitHub was asked once more to send a delivery again."""
        await self._database.write(lambda held: watch.remember_asking(held, guid, now))

    async def surveyed(self, org: str) -> tuple[int, watch.SettingValues] | None:
        """Return the version and the settings last seen in an organisation."""
        return await self._database.read(lambda held: watch.surveyed(held, org))

    async def advance_survey(
        self,
        org: str,
        *,
        expected_version: int | None,
        settings: watch.SettingValues,
        deliveries: Sequence[Delivery],
        now: datetime,
    ) -> bool:
        """Replace the settings and record what differed; false when the version has moved on."""
        return await self._database.write(
            lambda held: watch.advance_survey(
                held,
                org,
                expected_version=expected_version,
                settings=settings,
                deliveries=deliveries,
                now=now,
            )
        )

    async def settings_in_question(self, org: str) -> bool:
        """Tell whether a step of ours may just be changing a setting of the organisation."""
        return await self._database.read(lambda held: ledger.settings_in_question(held, org))
