"""What the clock drives: windows of correlations, and the cases that time asks something about."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import Protocol

from bot.actions.case_issue import OPENING
from bot.actions.catalogue import CHANGING
from bot.core.times import Schedule
from bot.pipeline.digest import Digests, Weeks
from bot.pipeline.ports import Windows
from bot.pipeline.rounds import Cases, Rounds
from bot.pipeline.terms import Granted, Terms
from bot.pipeline.vigil import Elapsing, Vigil, Watch
from bot.settings import WEEKDAYS, Settings


class Hand(Protocol):
    """One hand of the clock."""

    async def run(self, stop: asyncio.Event) -> None:
        """Go round until ``stop`` is set."""
        ...


class Recorded(Windows, Cases, Granted, Weeks, Protocol):
    """What is recorded, and claimed by time."""


def clockwork(
    settings: Settings,
    *,
    name: str,
    store: Recorded,
    work: Elapsing,
    watch: Watch,
    times: Callable[[], Schedule],
    zone: Callable[[], tzinfo],
    clock: Callable[[], datetime],
    woken: Callable[[], None],
) -> Sequence[Hand]:
    """Return the hands of a worker's clock; ``woken`` is told that there is work."""
    return (
        Vigil(
            name=name,
            windows=store,
            work=work,
            watch=watch,
            clock=clock,
            lease=settings.lease,
            woken=woken,
        ),
        Rounds(
            cases=store,
            times=times,
            changing=CHANGING,
            opening=OPENING,
            team=settings.escalation_team,
            clock=clock,
            woken=woken,
        ),
        *_digests(settings, store=store, zone=zone, clock=clock, woken=woken),
        Terms(granted=store, clock=clock, woken=woken),
    )


def _digests(
    settings: Settings,
    *,
    store: Weeks,
    zone: Callable[[], tzinfo],
    clock: Callable[[], datetime],
    woken: Callable[[], None],
) -> Sequence[Hand]:
    if settings.digest not in WEEKDAYS:
        return ()
    return (
        Digests(
            weeks=store,
            weekday=WEEKDAYS.index(settings.digest),
            zone=zone,
            changing=CHANGING,
            team=settings.escalation_team,
            clock=clock,
            woken=woken,
        ),
    )
