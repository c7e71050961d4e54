"""Waiting for what did not come: claimed, judged, and handed back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.core.delivery import Delivery
from bot.core.event import Event
from bot.core.normalise import normalise
from bot.detect.recall import Deadline
from bot.pipeline import Vigil
from bot.pipeline.ports import DueWindow
from bot.pipeline.vigil import TRIES
from bot.respond.alert import Plan
from tests.store.samples import make_plan

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Window:
    """A window that has passed."""

    number: int
    deadline: Deadline
    opener: Delivery
    attempts: int = 1


def window(number: int, attempts: int = 1) -> Window:
    """Return a window with this number."""
    name = f"d{number}"
    return Window(
        number=number,
        attempts=attempts,
        deadline=Deadline(correlation="c", group="g", event_id=name, opened=NOW, due=NOW),
        opener=Delivery(
            id=name, source="webhook", event="ping", received_at=NOW, body=b"{}", headers={}
        ),
    )


@dataclass
class Shelf:
    """Windows in memory, and what was asked about them."""

    windows: list[Window]
    forgotten: list[datetime] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    put_off: list[tuple[int, str, datetime]] = field(default_factory=list)
    buried: list[tuple[int, str]] = field(default_factory=list)

    async def claim_windows(
        self, worker: str, *, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[DueWindow]:
        """Hand out what there is."""
        del worker, now, lease
        taken, self.windows = self.windows[:limit], self.windows[limit:]
        return taken

    async def postpone_window(
        self, number: int, *, worker: str, error: str, next_at: datetime
    ) -> bool:
        """Note what is to be tried again, and when."""
        del worker
        self.put_off.append((number, error, next_at))
        return True

    async def bury_window(self, number: int, *, worker: str, error: str, now: datetime) -> bool:
        """Note what was given up."""
        del worker, now
        self.buried.append((number, error))
        return True

    async def release_windows(self, worker: str) -> None:
        """Note who went."""
        self.released.append(worker)

    async def forget(self, *, now: datetime) -> int:
        """Note when it was asked to forget."""
        self.forgotten.append(now)
        return 0


@dataclass
class Judge:
    """Judges windows; raises for some, alerts for the rest."""

    broken: frozenset[int] = frozenset()
    judged: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    async def elapse(self, window: DueWindow) -> tuple[Event, tuple[Plan, ...]]:
        """Judge one."""
        if window.number in self.broken:
            raise ValueError("no")
        self.judged.append(window.number)
        return normalise(window.opener), (make_plan(f"a{window.number}"),)

    def raised(self, event: Event, plans: Sequence[Plan]) -> None:
        """Note what was told."""
        self.told += [f"{event.id} {plan.alert.id}" for plan in plans]


def vigil(shelf: Shelf, judge: Judge, clock: list[datetime], woken: list[int]) -> Vigil:
    """Put the parts together; the clock is the first of a list."""
    return Vigil(
        name="w",
        windows=shelf,
        work=judge,
        watch=judge,
        clock=lambda: clock[0],
        lease=timedelta(seconds=30),
        woken=lambda: woken.append(1),
    )


async def test_one_that_fails_does_not_hold_up_the_others() -> None:
    """It is put off; the rest is judged, told, and wakes the worker."""
    shelf, judge, woken = Shelf([window(n) for n in range(3)]), Judge(frozenset({1})), list[int]()
    assert await vigil(shelf, judge, [NOW], woken).look() == 3
    assert judge.judged == [0, 2]
    assert judge.told == ["d0 a0", "d2 a2"]
    assert len(woken) == 2
    assert shelf.put_off == [(1, "ValueError: no", NOW + timedelta(seconds=2))]


async def test_one_that_always_fails_is_buried() -> None:
    """After as many tries as a delivery has it is set aside with its error, not tried for ever."""
    shelf = Shelf([window(1, TRIES - 1), window(2, TRIES)])
    await vigil(shelf, Judge(frozenset({1, 2})), [NOW], []).look()
    assert shelf.put_off == [(1, "ValueError: no", NOW + timedelta(minutes=10))]
    assert shelf.buried == [(2, "ValueError: no")]


async def test_it_forgets_once_a_minute() -> None:
    """Not at every look."""
    shelf, clock = Shelf([]), [NOW]
    watch = vigil(shelf, Judge(), clock, [])
    for second in (0, 30, 60, 90):
        clock[0] = NOW + timedelta(seconds=second)
        await watch.look()
    assert shelf.forgotten == [NOW, NOW + timedelta(seconds=60)]


async def test_it_hands_back_what_it_holds_when_it_stops() -> None:
    """It works through what there is, ends at once when told to, and lets go."""
    shelf, judge, stop = Shelf([window(n) for n in range(70)]), Judge(), asyncio.Event()
    running = asyncio.create_task(vigil(shelf, judge, [NOW], []).run(stop))
    async with asyncio.timeout(5):
        while len(judge.judged) < 70:  # noqa: ASYNC110 - a state, not an event
            await asyncio.sleep(0)
        stop.set()
        await running
    assert shelf.released == ["w"]
