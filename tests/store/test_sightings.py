"""What correlations and baselines remember, on both databases."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.detect.correlation.read import MOST_EVENTS
from bot.detect.correlation.sighting import Sighting
from bot.detect.recall import Deadline, Memory, Recollection, Watch
from bot.respond.alert import Plan
from bot.store import Store
from bot.store.engines import connect, parse
from bot.store.sightings import Remembrance
from tests.store.samples import BEYOND, LATER, LEASE, NOW, make_delivery, make_plan

DAY = timedelta(days=1)


def sighting(name: str, at: datetime = NOW, **changes: object) -> Sighting:
    """Make a sighting of the group g."""
    values = {"correlation": "c", "group": "g", "rule": "r", "event_id": name, "at": at}
    return Sighting(**{**values, **changes})  # type: ignore[arg-type]  # changes are as wide as fields


async def within(store: Store, act: object, name: str = "d1", at: datetime = NOW) -> None:
    """Do something with the memory inside the completion of a delivery."""

    def conclude(memory: Remembrance) -> Sequence[Plan]:
        act(memory)  # type: ignore[operator]  # any callable
        return ()

    await store.accept(make_delivery(name, at=at))
    await store.claim_deliveries("w", now=at, lease=LEASE, limit=1)
    assert await store.complete(name, worker="w", now=at, action="a", conclude=conclude)


async def test_the_database_remembers_as_a_plain_memory_does(store: Store) -> None:
    """The same questions get the same answers from either."""
    answers: list[list[object]] = []

    def ask(memory: Memory) -> None:
        later = NOW + timedelta(minutes=3)
        opened = [memory.hold("c", "g", at=later, until=later + DAY)]
        opened.append(memory.hold("c", "g", at=NOW, until=NOW))
        memory.add([sighting("e1", values=("x", 1.5), words="w", presumed=True)], until=later)
        memory.add([sighting("e1", words="again"), sighting("e2", later)], until=later)
        memory.add([sighting("e3", rule="other"), sighting("e1", group="h")], until=later)
        memory.fire("c", "g", [NOW, later])
        opened.append(memory.hold("c", "g", at=later, until=later))
        opened.append(memory.hold("c", "late", at=NOW, until=later))
        memory.fire("c", "late", [NOW])
        opened.append(memory.hold("c", "late", at=later, until=NOW))
        opened.append(memory.hold("c", "late", at=later + DAY, until=later + DAY))
        seen = [memory.last_seen("c", "g", "v")]
        memory.learn("c", "g", "v", at=later, until=later + DAY)
        memory.learn("c", "g", "v", at=NOW, until=later + DAY)
        seen.append(memory.last_seen("c", "g", "v"))
        found = [
            sorted(memory.between("c", "g", *span), key=lambda each: each.event_id + each.rule)
            for span in ((NOW, later), (NOW, NOW), (later, later + DAY))
        ]
        extents = [
            memory.extent("c", group, NOW, last)
            for group, last in (("g", later), ("g", NOW), ("nobody", later))
        ]
        answers.append([opened, seen, found, extents])

    ask(Recollection())
    await within(store, ask)
    assert answers[0] == answers[1]
    fired = (NOW, NOW + timedelta(minutes=3))
    assert answers[0][0][2:] == [  # type: ignore[index]  # a list of lists
        Watch(since=NOW, fired=fired),
        Watch(since=NOW),
        Watch(since=NOW, fired=(NOW,)),
        Watch(since=NOW + timedelta(minutes=3) + DAY),
    ]


async def test_what_is_concluded_is_saved_with_the_delivery(store: Store) -> None:
    """Plans of the conclusion become alerts; a delivery judged again changes nothing."""
    await store.accept(make_delivery())
    await store.claim_deliveries("w", now=NOW, lease=LEASE, limit=1)

    def conclude(memory: Remembrance) -> Sequence[Plan]:
        memory.hold("c", "g", at=NOW, until=NOW + DAY)
        memory.add([sighting("d1")], until=NOW + DAY)
        return [make_plan("concluded")]

    for kept in (True, False):
        done = await store.complete("d1", worker="w", now=NOW, action="a", conclude=conclude)
        assert done is kept
    assert [alert.id for alert in await store.alerts()] == ["concluded"]


async def test_a_conclusion_that_fails_leaves_no_trace(store: Store) -> None:
    """Nothing is remembered of a delivery that is not completed."""
    await store.accept(make_delivery())
    await store.claim_deliveries("w", now=NOW, lease=LEASE, limit=1)

    def fail(memory: Remembrance) -> Sequence[Plan]:
        memory.hold("c", "g", at=NOW, until=NOW + DAY)
        memory.add([sighting("d1")], until=NOW + DAY)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await store.complete("d1", worker="w", now=NOW, action="a", conclude=fail)
    found: list[Sighting] = []
    await within(store, lambda memory: found.extend(memory.between("c", "g", NOW, NOW)), "d2")
    assert found == []
    assert (await store.overview()).deliveries == {"claimed": 1, "done": 1}


async def test_workers_never_miss_each_others_sightings(database_url: str) -> None:
    """Of events handled at once, each sees those before it: exactly one is the last."""
    stores = [await Store.open(database_url, clock=lambda: NOW) for _ in range(4)]
    try:
        names = [f"d{number}" for number in range(40)]
        await asyncio.gather(*[stores[0].accept(make_delivery(name)) for name in names])
        counts: dict[str, int] = {}

        async def work(number: int, store: Store) -> None:
            worker = f"w{number}"
            for one in await store.claim_deliveries(worker, now=NOW, lease=LEASE, limit=10):
                name = one.delivery.id

                def conclude(memory: Remembrance, name: str = name) -> Sequence[Plan]:
                    memory.hold("c", "g", at=NOW, until=NOW + DAY)
                    memory.add([sighting(name)], until=NOW + DAY)
                    counts[name] = len(memory.between("c", "g", NOW, NOW))
                    return ()

                await store.complete(name, worker=worker, now=NOW, action="a", conclude=conclude)

        await asyncio.gather(*[work(number, store) for number, store in enumerate(stores)])
        assert sorted(counts.values()) == list(range(1, 41))
    finally:
        for store in stores:
            await store.close()


async def schedule(store: Store, name: str = "d1", due: datetime = LATER) -> None:
    """Let a delivery open a window."""
    deadline = Deadline(correlation="c", group="g", event_id=name, opened=NOW, due=due)
    await within(store, lambda memory: (memory.schedule(deadline), memory.schedule(deadline)), name)


async def test_a_window_is_judged_once_when_it_is_due(store: Store) -> None:
    """One worker gets it, with the delivery it began with; whoever lost it saves nothing."""
    await schedule(store)
    assert await store.claim_windows("w1", now=NOW, lease=LEASE, limit=9) == []
    (window,) = await store.claim_windows("w1", now=LATER, lease=LEASE, limit=9)
    assert (window.opener.id, window.deadline.opened) == ("d1", NOW)
    assert await store.claim_windows("w2", now=LATER, lease=LEASE, limit=9) == []
    (again,) = await store.claim_windows("w2", now=BEYOND, lease=LEASE, limit=9)
    for worker, saved in (("w1", False), ("w2", True), ("w2", False)):
        done = await store.complete_window(
            again.number, worker=worker, conclude=lambda _: [make_plan("late")]
        )
        assert done is saved
    assert [alert.id for alert in await store.alerts()] == ["late"]
    assert await store.claim_windows("w3", now=BEYOND + DAY, lease=LEASE, limit=9) == []


async def test_a_window_waits_for_deliveries_that_came_before_it_was_due(store: Store) -> None:
    """What is missing may be in the inbox: after an outage that is read first."""
    await schedule(store)
    await store.accept(make_delivery("d2", at=NOW + timedelta(seconds=2)))
    assert await store.claim_windows("w1", now=LATER, lease=LEASE, limit=9) == []
    await within(store, lambda _: None, "d2", NOW + timedelta(seconds=2))
    await store.accept(make_delivery("d3", at=LATER + timedelta(seconds=1)))
    assert len(await store.claim_windows("w1", now=LATER, lease=LEASE, limit=9)) == 1


async def test_a_window_put_off_comes_back_and_one_given_up_does_not(store: Store) -> None:
    """Each try is counted; what is buried is kept, shown and in the end forgotten."""
    await schedule(store)
    for attempt, now in ((1, LATER), (2, LATER + LEASE)):
        (window,) = await store.claim_windows("w1", now=now, lease=LEASE, limit=9)
        assert window.attempts == attempt
        number = window.number
        assert not await store.postpone_window(number, worker="w2", error="x", next_at=now)
        assert await store.postpone_window(number, worker="w1", error="x", next_at=now + LEASE)
        assert await store.claim_windows("w2", now=now, lease=LEASE, limit=9) == []
        assert (await store.overview()).windows == {"open": 1}
    late = LATER + 2 * LEASE
    assert len(await store.claim_windows("w1", now=late, lease=LEASE, limit=9)) == 1
    assert await store.bury_window(number, worker="w1", error="x", now=late)
    assert not await store.bury_window(number, worker="w1", error="x", now=late)
    assert await store.claim_windows("w1", now=late + DAY, lease=LEASE, limit=9) == []
    assert (await store.overview()).windows == {"dead": 1}
    assert await store.forget(now=late + 30 * DAY) == 0
    assert await store.forget(now=late + 31 * DAY) == 1
    assert (await store.overview()).windows == {}


async def test_a_delivery_that_hangs_does_not_hold_up_every_window(store: Store) -> None:
    """Windows wait for one that is being tried, and no longer for one tried time and again."""
    await schedule(store)
    await store.accept(make_delivery("d2", at=NOW))
    for attempt in range(13):
        assert await store.claim_windows("w", now=LATER, lease=LEASE, limit=9) == [], attempt
        await store.claim_deliveries("w", now=LATER, lease=LEASE, limit=1)
        await store.postpone_delivery("d2", worker="w", error="suspended", next_at=LATER)
    assert len(await store.claim_windows("w", now=LATER, lease=LEASE, limit=9)) == 1


async def test_a_window_handed_back_is_free_at_once(store: Store) -> None:
    """A worker that stops does not make others wait for its lease."""
    await schedule(store)
    assert len(await store.claim_windows("w1", now=LATER, lease=LEASE, limit=9)) == 1
    await store.release_windows("w1")
    (window,) = await store.claim_windows("w2", now=LATER, lease=LEASE, limit=9)
    assert window.attempts == 1


async def test_what_nothing_needs_any_more_is_forgotten(store: Store) -> None:
    """Rows go when their time has passed, and not before."""

    def remember(memory: Memory) -> None:
        for group, until in (("old", NOW + DAY), ("young", NOW + 3 * DAY)):
            memory.hold("c", group, at=NOW, until=until)
            memory.add([sighting("e", group=group)], until=until)
            memory.learn("c", group, "v", at=NOW, until=until)

    await within(store, remember)
    assert await store.forget(now=NOW + DAY) == 0
    assert await store.forget(now=NOW + 2 * DAY) == 3
    kept: list[object] = []

    def look(memory: Memory) -> None:
        kept.extend(bool(memory.between("c", group, NOW, NOW)) for group in ("old", "young"))
        kept.extend(memory.last_seen("c", group, "v") for group in ("old", "young"))

    await within(store, look, "d2")
    assert kept == [False, True, None, NOW]


async def test_a_group_keeps_only_its_newest_sightings(store: Store) -> None:
    """However many events of a group come, what is kept of it is bounded."""
    moments = [NOW + timedelta(seconds=number) for number in range(MOST_EVENTS + 5)]
    kept: list[Sighting] = []

    def remember(memory: Memory) -> None:
        memory.hold("c", "g", at=NOW, until=NOW + DAY)
        many = [sighting(f"e{number}", at) for number, at in enumerate(moments)]
        memory.add(many, until=NOW + DAY)
        memory.add([sighting("same", moments[-1])], until=NOW + DAY)
        kept.extend(memory.between("c", "g", NOW, NOW + DAY))

    await within(store, remember)
    assert len(kept) == MOST_EVENTS
    assert kept[-1].event_id == "same"
    assert kept[0].at == moments[6]


def test_a_playbook_keeps_only_its_newest_values(database_url: str) -> None:
    """Beyond its bound, the values not seen for longest are forgotten, whatever their key."""
    engine = connect(parse(database_url), connections=1)
    with engine.begin() as connection:
        memory = Remembrance(connection, most_values=5)
        for number in range(8):
            at = NOW + timedelta(seconds=number)
            memory.learn("b", f"g{number % 2}", str(number), at=at, until=NOW + DAY)
        memory.learn("other", "g", "0", at=NOW, until=NOW + DAY)
        seen = [memory.last_seen("b", f"g{number % 2}", str(number)) for number in range(8)]
        assert [found is None for found in seen] == [True] * 3 + [False] * 5
        assert memory.last_seen("other", "g", "0") == NOW
    engine.dispose()
