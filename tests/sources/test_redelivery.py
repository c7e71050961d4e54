"""What did not arrive is asked for again: not too soon, not too often, not too late."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.port import Reply
from bot.core.errors import Refused, Unavailable
from bot.sources.redelivery import Attempt, Redelivery, is_due, missing
from tests.sources.memory import RedeliveryMemory

NOW = datetime(2025, 6, 4, 12, tzinfo=UTC)


def attempt(number: int, guid: str, *, ago: float, ok: bool = False) -> Attempt:
    """Return an attempt made some minutes ago."""
    return Attempt(id=number, guid=guid, delivered_at=NOW - timedelta(minutes=ago), ok=ok)


def test_only_what_never_succeeded_is_missing() -> None:
    """One success settles a delivery, whichever attempt it was; the newest attempt is asked of."""
    log = [
        attempt(6, "lost", ago=5),
        attempt(5, "arrived later", ago=6, ok=True),
        attempt(4, "lost", ago=7),
        attempt(3, "arrived later", ago=8),
        attempt(2, "fine", ago=9, ok=True),
        attempt(1, "lost first", ago=10),
    ]
    assert [(each.guid, each.id) for each in missing(log, now=NOW)] == [
        ("lost first", 1),
        ("lost", 6),
    ]


def test_what_github_keeps_no_more_is_given_up() -> None:
    """After three days there is nothing to ask for."""
    day = 24 * 60
    log = [attempt(1, "old", ago=3 * day), attempt(2, "kept", ago=3 * day - 1)]
    assert [each.guid for each in missing(log, now=NOW)] == ["kept"]


@given(st.permutations(range(6)))
def test_the_order_of_the_log_does_not_matter(order: list[int]) -> None:
    """However the attempts come, the same deliveries are missing."""
    log = [attempt(n, f"g{n % 3}", ago=10 - n, ok=n == 4) for n in range(6)]
    assert missing([log[n] for n in order], now=NOW) == missing(log, now=NOW)


@pytest.mark.parametrize(
    ("ago", "asked", "due"),
    [
        (0.5, 0, False),
        (1, 0, True),
        (1, 1, False),
        (2, 1, True),
        (127, 7, False),
        (128, 7, True),
        (4000, 8, False),
    ],
)
def test_each_asking_waits_twice_as_long_and_the_eighth_is_the_last(
    ago: float, asked: int, due: bool
) -> None:
    """A minute, then two, four and so on; never more than eight times."""
    assert is_due(attempt(1, "g", ago=ago), asked=asked, now=NOW) is due


@dataclass(kw_only=True)
class Log:
    """The App's delivery log, and what was asked of it."""

    entries: list[Any]
    read: int = 0
    asked: list[int] = field(default_factory=list)
    error: Exception | None = None
    breaks_after: int | None = None
    read_twice: asyncio.Event = field(default_factory=asyncio.Event)

    async def call(
        self,
        method: str,
        url: str,
        variables: Mapping[str, str | int] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Take an order for a redelivery."""
        assert (method, url) == ("POST", "/app/hook/deliveries/{delivery_id}/attempts")
        if self.error is not None:
            raise self.error
        self.asked.append(int((variables or {})["delivery_id"]))
        return Reply(status=202)

    async def pages(
        self, url: str, variables: Mapping[str, str | int] | None = None, *, key: str | None = None
    ) -> AsyncIterator[Any]:
        """Give the log, newest first."""
        assert url == "/app/hook/deliveries"
        for number, entry in enumerate(self.entries):
            if number == self.breaks_after:
                raise Unavailable("502")
            self.read += 1
            if self.read >= 2:
                self.read_twice.set()
            yield entry


def entry(number: int, guid: str, *, ago: float, status: str = "Invalid HTTP Response: 500") -> Any:
    """Return one entry of the log as GitHub writes it."""
    at = (NOW - timedelta(minutes=ago)).isoformat().replace("+00:00", "Z")
    return {"id": number, "guid": guid, "delivered_at": at, "status": status, "event": "push"}


def watch(log: Log, memory: RedeliveryMemory) -> Redelivery:
    """Return the watch over a log."""
    return Redelivery(app=log, store=memory, interval=0.01, clock=lambda: NOW)


async def test_a_lost_delivery_is_asked_for_and_remembered() -> None:
    """What failed and is not in the inbox is asked for by its newest attempt's id."""
    log = Log(
        entries=[entry(3, "b", ago=5), entry(2, "a", ago=6, status="OK"), entry(1, "b", ago=9)]
    )
    memory = RedeliveryMemory()
    assert await watch(log, memory).once(NOW) == 1
    assert (log.asked, memory.asked) == ([3], {"b": 1})


async def test_what_the_inbox_has_is_not_asked_for() -> None:
    """An answer that came too late for GitHub is no loss."""
    log = Log(entries=[entry(1, "a", ago=5, status="timed out")])
    assert await watch(log, RedeliveryMemory(inbox={"a"})).once(NOW) == 0
    assert log.asked == []


async def test_any_status_but_ok_is_a_failure() -> None:
    """GitHub has many words for failures and one for success."""
    words = ["failed to connect to host", "Invalid HTTP Response: 401", "timed out", "ok", ""]
    log = Log(entries=[entry(n, f"g{n}", ago=5, status=word) for n, word in enumerate(words)])
    assert await watch(log, RedeliveryMemory()).once(NOW) == len(words)


async def test_the_log_is_not_read_again_from_the_beginning() -> None:
    """A second look stops where the first began, and still knows what it found missing."""
    old = [entry(100 - n, f"g{n}", ago=60 + n, status="OK") for n in range(50)]
    log = Log(entries=[*old, entry(1, "lost", ago=200)])
    memory = RedeliveryMemory(asked={"lost": 7})
    redelivery = watch(log, memory)
    assert await redelivery.once(NOW - timedelta(minutes=80)) == 0
    log.read = 0
    assert await redelivery.once(NOW) == 1
    assert log.asked == [1]
    assert log.read < 50


async def test_a_delivery_that_arrived_meanwhile_is_forgotten() -> None:
    """A success in the log ends the matter although the inbox was not asked."""
    log = Log(entries=[entry(1, "a", ago=0.5)])
    redelivery = watch(log, RedeliveryMemory())
    assert await redelivery.once(NOW) == 0
    log.entries.insert(0, entry(2, "a", ago=0.2, status="OK"))
    assert await redelivery.once(NOW + timedelta(minutes=5)) == 0


async def test_a_reading_that_broke_off_hides_nothing() -> None:
    """What lay beyond the break is found by the next reading."""
    log = Log(entries=[entry(2, "new", ago=5, status="OK"), entry(1, "lost", ago=600)])
    log.breaks_after = 1
    redelivery = watch(log, RedeliveryMemory())
    assert await redelivery.once(NOW) == 0
    log.breaks_after = None
    assert await redelivery.once(NOW) == 1


async def test_a_refusal_counts_and_an_absence_does_not() -> None:
    """What GitHub will not send again is asked for a bounded number of times."""
    memory = RedeliveryMemory()
    log = Log(entries=[entry(1, "a", ago=500)], error=Refused("gone", status=422))
    await watch(log, memory).once(NOW)
    assert memory.asked == {"a": 1}
    log.error = Unavailable("502")
    await watch(log, memory).once(NOW)
    assert memory.asked == {"a": 1}


async def test_an_entry_nobody_can_read_is_left_alone() -> None:
    """A broken entry does not hide the others."""
    broken = [None, {"id": 1}, {**entry(1, "x", ago=5), "delivered_at": "yesterday"}]
    log = Log(entries=[*broken, entry(2, "a", ago=5)])
    assert await watch(log, RedeliveryMemory()).once(NOW) == 1


async def test_a_flood_is_asked_for_in_portions() -> None:
    """After an outage the deliveries come back a part each round, oldest first."""
    log = Log(entries=[entry(1000 - n, f"g{n}", ago=5 + n) for n in range(500)])
    redelivery = watch(log, RedeliveryMemory())
    assert await redelivery.once(NOW) == 200
    assert log.asked[0] == 501


async def test_it_runs_until_told_to_stop() -> None:
    """It looks at once, goes on at its interval, and ends when asked."""
    log = Log(entries=[entry(1, "a", ago=5)])
    stop = asyncio.Event()
    running = asyncio.create_task(watch(log, RedeliveryMemory()).run(stop))
    async with asyncio.timeout(2):
        await log.read_twice.wait()
        stop.set()
        await running


async def test_the_first_attempt_is_when_it_happened() -> None:
    """Of several attempts the earliest is kept, though the newest is the one asked of."""
    log = Log(entries=[entry(3, "a", ago=5), entry(2, "a", ago=45), entry(1, "a", ago=90)])
    memory = RedeliveryMemory()
    redelivery = watch(log, memory)
    await redelivery.once(NOW)
    assert memory.first == {"a": NOW - timedelta(minutes=90)}

    log.entries = [entry(4, "a", ago=1)]
    memory.first.clear()
    await redelivery.once(NOW + timedelta(minutes=20))
    assert memory.first == {"a": NOW - timedelta(minutes=90)}


async def test_what_the_inbox_has_keeps_its_time() -> None:
    """What arrived by itself is not dated back: it may have been judged already."""
    memory = RedeliveryMemory(inbox={"a"})
    await watch(Log(entries=[entry(1, "a", ago=5)]), memory).once(NOW)
    assert memory.first == {}
