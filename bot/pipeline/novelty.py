"""Notes what is new when it is put to use, so that its quiet period begins then."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

import structlog

from bot.waiting import stopped_within

log = structlog.get_logger(__name__)

POLL: Final = 1.0
"""Seconds between two looks."""


class Editions(Protocol):
    """Where it is recorded which versions and sets of playbooks were ever in use."""

    async def first_seen(self, edition: str, *, now: datetime) -> datetime:
        """Return when an edition was first in use: now, if never before."""
        ...


class Novelty:
    """Records every edition that is in use, once; any number of workers may do so at once."""

    def __init__(
        self, *, editions: Editions, edition: Callable[[], str], clock: Callable[[], datetime]
    ) -> None:
        self._editions = editions
        self._edition = edition
        self._clock = clock
        self._noted = ""
        self.since: datetime | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Look until told to stop."""
        while not stop.is_set():
            try:
                await self.look()
            except Exception as error:
                # Whoever is about to change something records it, too.
                log.warning("novelty.not_noted", error=str(error), kind=type(error).__name__)
            await stopped_within(stop, POLL)

    async def look(self) -> None:
        """Record what is in use, unless that was done."""
        edition = self._edition()
        if edition == self._noted:
            return
        now = self._clock()
        self.since = await self._editions.first_seen(edition, now=now)
        self._noted = edition
        if self.since == now:
            log.info("edition.new", edition=edition[:20])
