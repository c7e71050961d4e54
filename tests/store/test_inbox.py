import asyncio
from datetime import timedelta

from bot.store import Store
from tests.store.samples import BEYOND, LATER, LEASE, NOW, SOON, make_delivery

SECOND = timedelta(seconds=1)


async def test_a_delivery_comes_back_as_it_came_in(store: Store) -> None:
    """Bytes, headers and the microsecond survive."""
    delivery = make_delivery(body=bytes(range(256)) * 40)

    assert await store.accept(delivery)
    [claimed] = await store.claim_deliveries("w1", now=NOW, lease=LEASE, limit=5)

    assert claimed.delivery == delivery
    assert claimed.attempts == 1


async def test_a_delivery_is_shown_as_it_came_in(store: Store) -> None:
    """Handled or not; what was never recorded is nothing."""
    delivery = make_delivery(body=bytes(range(256)))
    await store.accept(delivery)
    await store.claim_deliveries("w1", now=NOW, lease=LEASE, limit=5)
    await store.complete("d1", worker="w1", now=NOW, action="x")

    assert await store.delivery("d1") == delivery
    assert await store.delivery("d2") is None


async def test_the_same_id_is_taken_in_once(store: Store) -> None:
    """GitHub sends the same id again on redelivery."""
    assert await store.accept(make_delivery())
    assert not await store.accept(make_delivery(body=b"another"))

    [claimed] = await store.claim_deliveries("w1", now=NOW, lease=LEASE, limit=5)
    assert claimed.delivery.body == b"{}"


async def test_of_the_same_id_at_the_same_time_one_is_new(store: Store) -> None:
    """Deliveries that share one commit are told apart too."""
    answers = await asyncio.gather(*[store.accept(make_delivery()) for _ in range(20)])

    assert sorted(answers) == [False] * 19 + [True]


async def test_a_recorded_delivery_is_known_for_ever(store: Store) -> None:
    """An id stays known when its delivery was handled."""
    await store.accept(make_delivery())
    await store.claim_deliveries("w1", now=NOW, lease=LEASE, limit=5)
    await store.complete("d1", worker="w1", now=NOW, action="x")

    assert await store.has("d1")
    assert not await store.has("d2")
    assert not await store.accept(make_delivery())


async def test_the_oldest_are_claimed_first(store: Store) -> None:
    """The order is that of arrival, however they were written."""
    for name, age in (("young", 0), ("old", 9), ("middle", 5)):
        await store.accept(make_delivery(name, NOW - age * SECOND))

    claimed = await store.claim_deliveries("w1", now=NOW, lease=LEASE, limit=2)

    assert [one.delivery.id for one in claimed] == ["old", "middle"]


async def test_a_claimed_delivery_is_left_alone_until_its_lease_ends(store: Store) -> None:
    """A dead worker's delivery goes to the next one, and counts a second attempt."""
    await store.accept(make_delivery())
    assert await store.claim_deliveries("w1", now=NOW, lease=LEASE, limit=5)

    assert not await store.claim_deliveries("w2", now=SOON, lease=LEASE, limit=5)
    [again] = await store.claim_deliveries("w2", now=LATER, lease=LEASE, limit=5)

    assert again.attempts == 2


async def test_a_heartbeat_keeps_a_claim(store: Store) -> None:
    """A worker that is alive keeps what it holds beyond the first lease."""
    await store.accept(make_delivery())
    await store.claim_deliveries("w1", now=NOW, lease=LEASE, limit=5)

    await store.extend("w1", deliveries=["d1"], steps=[], now=SOON, lease=LEASE)

    assert not await store.claim_deliveries("w2", now=LATER, lease=LEASE, limit=5)
    assert await store.claim_deliveries("w2", now=BEYOND, lease=LEASE, limit=5)


async def test_a_worker_that_lost_its_claim_writes_nothing(store: Store) -> None:
    """Neither completing, postponing nor burying works on another's delivery."""
    await store.accept(make_delivery())
    await store.claim_deliveries("w1", now=NOW, lease=LEASE, limit=5)
    await store.claim_deliveries("w2", now=LATER, lease=LEASE, limit=5)

    assert not await store.complete("d1", worker="w1", now=LATER, action="x")
    assert not await store.postpone_delivery("d1", worker="w1", error="", next_at=LATER)
    assert not await store.bury_delivery("d1", worker="w1", error="", now=LATER)
    assert await store.complete("d1", worker="w2", now=LATER, action="x")
    assert not await store.complete("d1", worker="w2", now=LATER, action="x")


async def test_a_postponed_delivery_waits_for_its_time(store: Store) -> None:
    """It comes back when it is due, to any worker."""
    await store.accept(make_delivery())
    await store.claim_deliveries("w1", now=NOW, lease=LEASE, limit=5)

    assert await store.postpone_delivery("d1", worker="w1", error="GitHub is down", next_at=SOON)

    assert not await store.claim_deliveries("w2", now=NOW, lease=LEASE, limit=5)
    [again] = await store.claim_deliveries("w2", now=SOON, lease=LEASE, limit=5)
    assert again.attempts == 2


async def test_a_buried_delivery_is_kept_and_never_claimed(store: Store) -> None:
    """The dead letter is counted, and waits for a person."""
    await store.accept(make_delivery())
    await store.claim_deliveries("w1", now=NOW, lease=LEASE, limit=5)

    assert await store.bury_delivery("d1", worker="w1", error="not JSON", now=NOW)

    assert not await store.claim_deliveries("w1", now=BEYOND, lease=LEASE, limit=5)
    assert (await store.overview()).deliveries == {"dead": 1}
    assert await store.settled()


async def test_what_is_handed_back_is_due_at_once(store: Store) -> None:
    """A worker that stops on purpose costs no waiting, and no attempt."""
    await store.accept(make_delivery())
    await store.claim_deliveries("w1", now=NOW, lease=LEASE, limit=5)

    await store.release("w1", now=NOW)

    [again] = await store.claim_deliveries("w2", now=NOW, lease=LEASE, limit=5)
    assert again.attempts == 1
