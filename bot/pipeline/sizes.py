"""How large an organisation is, asked of GitHub only when many of it were changed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from cachetools import LRUCache

from bot.core.errors import Refused
from bot.pipeline.ports import Apps, Lists
from bot.respond.guards.facts import Sort

log = structlog.get_logger(__name__)

KEPT: Final = timedelta(hours=1)
NEEDS: Final = {"metadata": "read"}

_MOST: Final = 1_024


class Sizes:
    """Counts an organisation's members and repositories; a count is used for an hour."""

    def __init__(self, *, apps: Apps, lists: Lists, clock: Callable[[], datetime]) -> None:
        self._apps = apps
        self._lists = lists
        self._clock = clock
        self._known: LRUCache[tuple[int, str, Sort], tuple[datetime, int]] = LRUCache(_MOST)

    async def count(self, sort: Sort, *, installation: int, org: str) -> int | None:
        """Return how many there are; ``None`` when GitHub does not tell Tipstaff.

        Raises `Unavailable` when it could not be read now: that is no answer.
        """
        key = (installation, org.casefold(), sort)
        at, number = self._known.get(key, (None, 0))
        if at is not None and self._clock() - at < KEPT:
            return number
        try:
            number = await self._read(sort, installation, org)
        except Refused as refusal:
            log.warning("size.unknown", sort=sort, org=org, reason=str(refusal))
            return None
        self._known[key] = (self._clock(), number)
        return number

    async def _read(self, sort: Sort, installation: int, org: str) -> int:
        if sort == "people":
            members = await self._lists.values("org_members", installation=installation, org=org)
            return len(members)
        gh = self._apps.installation(installation).narrowed(NEEDS)
        return sum([1 async for _ in gh.pages("/orgs/{org}/repos", {"org": org})])
