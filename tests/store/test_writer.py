import asyncio
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event, select

from bot.core.delivery import Delivery
from bot.store import StoreUnavailable
from bot.store.engines import connect, parse
from bot.store.intake import take_in
from bot.store.tables import deliveries
from bot.store.writer import Writer
from tests.store.samples import make_delivery


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Connect to each database in turn."""
    made = connect(parse(database_url), connections=2)
    yield made
    made.dispose()


@pytest.fixture
def writer(engine: Engine) -> Iterator[Writer]:
    """Start the one thread that writes."""
    made = Writer(engine, take_in)
    yield made
    made.close()


async def test_deliveries_that_come_together_are_committed_together(
    engine: Engine, writer: Writer
) -> None:
    """Two hundred deliveries at once cost a few trips to the disk, not two hundred."""
    commits = _count_commits(engine)

    answers = await asyncio.gather(
        *[writer.accept(make_delivery(f"d{number}")) for number in range(200)]
    )

    assert all(answers)
    assert len(commits) <= 40
    assert _stored(engine) == {f"d{number}" for number in range(200)}


async def test_nobody_is_answered_before_the_commit(engine: Engine, writer: Writer) -> None:
    """Whoever is told that a delivery is recorded finds it by another connection."""

    async def accept_and_look(name: str) -> bool:
        await writer.accept(make_delivery(name))
        return name in await asyncio.to_thread(_stored, engine)

    assert all(await asyncio.gather(*[accept_and_look(f"d{number}") for number in range(20)]))


async def test_one_bad_delivery_fails_alone(writer: Writer, engine: Engine) -> None:
    """Its neighbours in the same commit are recorded."""
    bad = make_delivery("bad", body="text, not bytes")  # type: ignore[arg-type]  # the point of it
    good = [make_delivery(f"d{number}") for number in range(5)]

    answers = await asyncio.gather(
        *[writer.accept(delivery) for delivery in (*good[:2], bad, *good[2:])],
        return_exceptions=True,
    )

    assert [answer for answer in answers if answer is True] == [True] * 5
    assert isinstance(answers[2], Exception)
    assert _stored(engine) == {delivery.id for delivery in good}


async def test_an_operation_that_raises_leaves_no_trace(writer: Writer, engine: Engine) -> None:
    """What it wrote before it raised is rolled back; an operation beside it is committed."""

    def fail(connection: Connection) -> None:
        take_in(connection, [make_delivery("half")])
        raise LookupError("on purpose")

    def succeed(connection: Connection) -> int:
        take_in(connection, [make_delivery("whole")])
        return 42

    failed, succeeded = await asyncio.gather(
        writer.run(fail), writer.run(succeed), return_exceptions=True
    )

    assert isinstance(failed, LookupError)
    assert succeeded == 42
    assert _stored(engine) == {"whole"}


async def test_a_failed_commit_is_told_to_everybody_and_ends_nothing(
    engine: Engine, writer: Writer
) -> None:
    """After the disk was full for a moment the writer goes on."""
    broken = True

    @event.listens_for(engine, "commit")
    def fail(_connection: Connection) -> None:
        if broken:
            raise OSError("disk full, on purpose")

    answers = await asyncio.gather(
        *[writer.accept(make_delivery(f"d{number}")) for number in range(3)],
        return_exceptions=True,
    )
    broken = False

    assert all(isinstance(answer, OSError) for answer in answers)
    assert _stored(engine) == set()
    assert await writer.accept(make_delivery("after"))


async def test_who_gave_up_waiting_hurts_nobody(engine: Engine, writer: Writer) -> None:
    """A cancelled caller gets no answer; its delivery may be recorded all the same."""
    waiting = asyncio.create_task(writer.accept(make_delivery("gone")))
    await asyncio.sleep(0)
    waiting.cancel()

    assert await writer.accept(make_delivery("here"))
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert "here" in _stored(engine)


async def test_closing_writes_what_was_submitted(engine: Engine) -> None:
    """A clean stop loses nothing, and nothing is taken after it."""
    writer = Writer(engine, take_in)
    waiting = [
        asyncio.create_task(writer.accept(make_delivery(f"d{number}"))) for number in range(50)
    ]
    await asyncio.sleep(0)

    await asyncio.to_thread(writer.close)

    assert all(await asyncio.gather(*waiting))
    with pytest.raises(StoreUnavailable, match="closed"):
        await writer.accept(make_delivery("late"))


def test_a_batch_tells_new_from_known(engine: Engine) -> None:
    """Of two with one id in a batch the first is new; what was there before is not."""
    with engine.begin() as connection:
        take_in(connection, [make_delivery("known")])
        batch: list[Delivery] = [make_delivery(name) for name in ("a", "known", "a", "b")]

        assert take_in(connection, batch) == [True, False, False, True]


def _count_commits(engine: Engine) -> list[int]:
    commits: list[int] = []

    @event.listens_for(engine, "commit")
    def count(_connection: Connection) -> None:
        commits.append(1)

    return commits


def _stored(engine: Engine) -> set[str]:
    # AUTOCOMMIT is not for SQLite's engine, which says BEGIN IMMEDIATE: wait for the writer.
    with engine.connect() as connection:
        return set(connection.scalars(select(deliveries.c.id).order_by(sa.text("id"))))
