"""Tells the log when the global stop begins and ends, whichever worker or command did it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog

from bot.respond.pause import EVERYWHERE, Pause
from bot.waiting import stopped_within

log = structlog.get_logger(__name__)

POLL: Final = 5.0
"""Seconds between two looks."""


class Stops:
    """Looks which global stops hold, until told to end; changes nothing."""

    def __init__(self, pauses: Callable[[], Awaitable[Sequence[Pause]]]) -> None:
        self._pauses = pauses
        self._known: dict[str, Pause] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Look until told to stop."""
        while not stop.is_set():
            try:
                await self.look()
            except Exception as error:
                log.warning("pause.unknown", error=str(error), kind=type(error).__name__)
            await stopped_within(stop, POLL)

    async def look(self) -> None:
        """Tell what has begun or ended since the last look."""
        found = {f"{each.org} {each.since}": each for each in await self._pauses()}
        for key, pause in found.items():
            if key not in self._known:
                log.warning("pause.holds", org=_org(pause), by=pause.by, reason=pause.reason)
        for key, pause in self._known.items():
            if key not in found:
                log.warning("pause.ended", org=_org(pause))
        self._known = found


def _org(pause: Pause) -> str:
    return "all" if pause.org == EVERYWHERE else pause.org
