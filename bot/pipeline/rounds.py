"""Going round the cases: what time asks for is found by the clock, and saved to be done.

Any number of workers may go round at once: the database gives each case to one of them.
"""

import asyncio
from collections.abc import Callable, Container, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from bot.core.playbook import Level
from bot.core.times import Schedule
from bot.respond.alert import CaseFile
from bot.respond.rounds import Asks, Round, look
from bot.waiting import stopped_within

log = structlog.get_logger(__name__)

BATCH: Final = 16
POLL: Final = timedelta(seconds=1)
SPOILT: Final = timedelta(hours=1)
"""Until a case is looked at again that could not be."""


class Cases(Protocol):
    """The cases that are recorded."""

    async def make_rounds(
        self, *, now: datetime, limit: int, look: Callable[[CaseFile], Round]
    ) -> Sequence[Round]:
        """Look at cases that are due, and save what that leads to, in one transaction."""
        ...


class Rounds:
    """Looks for cases that are due until told to stop.

    ``times`` tells how long cases wait, by level, as it holds now; ``changing`` and ``opening``
    name the actions that alter the organisation and that open a case's issue; ``team`` is whom to
    call; ``woken`` is told that there are new steps.
    """

    def __init__(
        self,
        *,
        cases: Cases,
        times: Callable[[], Schedule],
        changing: Container[str],
        opening: Container[str],
        team: str | None,
        clock: Callable[[], datetime],
        woken: Callable[[], None],
    ) -> None:
        self._cases = cases
        self._times = times
        self._changing = changing
        self._opening = opening
        self._team = team
        self._clock = clock
        self._woken = woken

    async def run(self, stop: asyncio.Event) -> None:
        """Go round until ``stop`` is set; nothing is held, so nothing is handed back."""
        while not stop.is_set():
            try:
                found = await self.go()
            except Exception as error:
                log.warning("rounds.failed", error=str(error), kind=type(error).__name__)
                found = 0
            if found < BATCH:
                await stopped_within(stop, POLL.total_seconds())

    async def go(self) -> int:
        """Look at a batch of cases that are due; return how many."""
        now = self._clock()
        made = await self._cases.make_rounds(
            now=now, limit=BATCH, look=lambda file: self._look(file, now)
        )
        if any(each.steps for each in made):
            self._woken()
        return len(made)

    def _look(self, file: CaseFile, now: datetime) -> Round:
        try:
            found = look(file, self._asks(file), now=now)
        except Exception as error:
            # The others do not wait for one that cannot be looked at.
            log.exception("rounds.case_failed", case=file.case.id, error=str(error))
            return Round(next_at=now + SPOILT)
        if found.steps or found.state:
            log.info(
                "case.moved",
                case=file.case.id,
                state=str(found.state or file.case.state),
                reminded=found.reminded,
                escalated=found.escalated,
            )
        return found

    def _asks(self, file: CaseFile) -> Asks:
        return Asks(
            times=self._times()[level_of(file)],
            changing=self._changing,
            opening=self._opening,
            team=self._team,
        )


def level_of(file: CaseFile) -> Level:
    """Return the highest level of a case's alerts: its times are the case's."""
    levels = (alert.playbook.level for alert in file.alerts)
    return max(levels, key=lambda level: level.rank, default=Level.INFORMATIONAL)
