"""The clock that all workers share."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.store import SharedClock, Store
from tests.store.samples import NOW


@dataclass
class Stopwatch:
    """Seconds that pass only when told to."""

    seconds: float = 0.0

    def __call__(self) -> float:
        """Tell how many passed."""
        return self.seconds


async def test_the_database_tells_the_time(store: Store) -> None:
    """In UTC, on both databases; here they are on the machine of the test."""
    assert abs(await store.now() - datetime.now(UTC)) < timedelta(seconds=5)


async def test_a_worker_whose_clock_is_wrong_goes_by_the_databases() -> None:
    """Whether it is ahead or behind."""
    for wrong in (timedelta(minutes=2), -timedelta(hours=1)):
        clock = SharedClock(local=partial(_later, wrong), elapsed=Stopwatch())
        await clock.follow(_now)
        assert clock() == NOW


async def test_a_clock_that_is_right_is_left_alone() -> None:
    """A database that answers a little late does not move it to and fro."""
    clock = SharedClock(local=lambda: NOW + timedelta(milliseconds=40), elapsed=Stopwatch())
    await clock.follow(_now)
    assert clock() == NOW + timedelta(milliseconds=40)


async def test_time_goes_on_between_two_looks_whatever_the_local_clock_does() -> None:
    """Setting the machine's clock ends nobody's lease."""
    local, watch = [NOW], Stopwatch()
    clock = SharedClock(local=lambda: local[0], elapsed=watch)
    local[0] = NOW + timedelta(days=1)
    watch.seconds = 7.0
    assert clock() == NOW + timedelta(seconds=7)


async def test_an_answer_that_took_long_is_not_gone_by() -> None:
    """Nobody knows when in that time it was given."""
    watch = Stopwatch()
    clock = SharedClock(local=lambda: NOW, elapsed=watch)

    async def slow() -> datetime:
        watch.seconds += 5.0
        return NOW + timedelta(hours=1)

    await clock.follow(slow)
    assert clock() == NOW + timedelta(seconds=5)


def _later(by: timedelta) -> datetime:
    return NOW + by


async def _now() -> datetime:
    return NOW
