"""What people allowed for a time, as part of the state database: exemptions, open questions."""

from collections.abc import Collection
from datetime import datetime

from bot.respond.exemption import Exemption
from bot.store import exemptions, terms
from bot.store.lookout import Lookout


class Grants(Lookout):
    """The part of the `Store` that knows what was exempt, and until when something is asked."""

    async def exemptions(self, org: str, actor: str, *, now: datetime) -> list[Exemption]:
        """Return the exemptions in force for what somebody does in an organisation."""
        return await self._database.read(lambda held: exemptions.of_actor(held, org, actor, now))

    async def all_exemptions(self, *, now: datetime, ended: bool) -> list[tuple[Exemption, int]]:
        """Return exemptions by their end, each with how many alerts it covered.

        Those that ended only when ``ended`` asks for them.
        """
        return await self._database.read(lambda held: exemptions.listed(held, now, ended=ended))

    async def end_exemptions(self, ids: Collection[str], *, by: str, now: datetime) -> list[str]:
        """End exemptions that are in force; return the ids of those that were."""
        return await self._database.write(lambda held: exemptions.end(held, ids, by=by, now=now))

    async def announce_ends(self, *, now: datetime, limit: int, tell: terms.Tell) -> int:
        """Tell of exemptions that end soon, each once; return of how many."""
        return await self._database.write(
            lambda held: terms.announce(held, now=now, limit=limit, tell=tell)
        )

    async def end_questions(self, *, now: datetime, limit: int, look: terms.Look) -> int:
        """End what nobody decided about in time; return in how many cases."""
        return await self._database.write(
            lambda held: terms.end(held, now=now, limit=limit, look=look)
        )
