"""Several workers on one database, each with connections of its own."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.respond.step import Issue, Receipt, StepState
from bot.store import Store
from tests.store.samples import make_delivery, make_plan

LEASE = timedelta(minutes=5)


@pytest.fixture
async def stores(database_url: str) -> AsyncIterator[list[Store]]:
    """Open the database as four workers would."""
    opened = [await Store.open(database_url, clock=_now) for _ in range(4)]
    yield opened
    for store in opened:
        await store.close()


async def test_no_delivery_is_claimed_twice(stores: list[Store]) -> None:
    """Every delivery goes to exactly one worker."""
    await asyncio.gather(*[stores[0].accept(make_delivery(f"d{n}")) for n in range(120)])
    taken: Counter[str] = Counter()

    async def work(number: int, store: Store) -> None:
        while claimed := await store.claim_deliveries(
            f"w{number}", now=_now(), lease=LEASE, limit=7
        ):
            taken.update(one.delivery.id for one in claimed)

    await asyncio.gather(*[work(number, store) for number, store in enumerate(stores)])

    assert taken == {f"d{n}": 1 for n in range(120)}


async def test_one_key_gives_one_case(stores: list[Store]) -> None:
    """Workers that record matches of one burst at once all join one case."""
    await asyncio.gather(*[stores[0].accept(make_delivery(f"d{n}")) for n in range(40)])

    async def work(number: int, store: Store) -> None:
        worker = f"w{number}"
        for one in await store.claim_deliveries(worker, now=_now(), lease=LEASE, limit=10):
            name = one.delivery.id
            plans = [
                make_plan(f"{name}-x", key=f"x{name[-1]}", at=_now()),
                make_plan(f"{name}-k", key="k", at=_now()),
            ]
            assert await store.complete(
                name, worker=worker, now=_now(), action="x", plans=plans[:: (-1) ** number]
            )

    await asyncio.gather(*[work(number, store) for number, store in enumerate(stores)])

    overview = await stores[0].overview()
    assert overview.deliveries == {"done": 40}
    assert overview.alerts == {"medium": 80}
    assert overview.open_cases == 11


async def test_a_case_never_has_two_running_steps(stores: list[Store]) -> None:
    """Two workers never make two steps of one case at once, and none twice."""
    await _record_burst(stores[0], alerts=24, cases=3)
    running: Counter[str] = Counter()
    made: Counter[str] = Counter()
    together: list[str] = []

    async def work(number: int, store: Store) -> None:
        worker = f"w{number}"
        while not await store.settled():
            for task in await store.claim_steps(worker, now=_now(), lease=LEASE, limit=2):
                case_id = task.step.case_id
                running[case_id] += 1
                if running[case_id] > 1:
                    together.append(case_id)
                await asyncio.sleep(0.002)
                made[task.step.id] += 1
                running[case_id] -= 1
                assert await store.finish_step(
                    task.step.id,
                    worker=worker,
                    now=_now(),
                    state=StepState.DONE,
                    receipt=_receipt(case_id),
                )

    await asyncio.gather(*[work(number, store) for number, store in enumerate(stores)])

    assert together == []
    assert made == {f"a{n}:{position}": 1 for n in range(24) for position in range(2)}


async def test_a_lane_never_has_two_running_steps(stores: list[Store]) -> None:
    """Two workers never change one organisation's owners at once."""
    await stores[0].accept(make_delivery())
    await stores[0].claim_deliveries("recorder", now=_now(), lease=LEASE, limit=1)
    plans = [make_plan(f"a{n}", lane=f"owners:{n % 2}", at=_now()) for n in range(16)]
    await stores[0].complete("d1", worker="recorder", now=_now(), action="x", plans=plans)
    running: Counter[str | None] = Counter()
    made: Counter[str] = Counter()
    together: list[str] = []

    async def work(number: int, store: Store) -> None:
        worker = f"w{number}"
        while not await store.settled():
            for task in await store.claim_steps(worker, now=_now(), lease=LEASE, limit=4):
                running[task.step.lane] += 1
                if running[task.step.lane] > 1:
                    together.append(task.step.id)
                await asyncio.sleep(0.002)
                made[task.step.id] += 1
                running[task.step.lane] -= 1
                assert await store.finish_step(
                    task.step.id, worker=worker, now=_now(), state=StepState.DONE
                )

    await asyncio.gather(*[work(number, store) for number, store in enumerate(stores)])

    assert together == []
    assert made == {f"a{n}:0": 1 for n in range(16)}


async def test_a_late_worker_and_its_successor_never_both_finish(stores: list[Store]) -> None:
    """When leases run out under way, exactly one of two workers writes what came of a step."""
    await _record_burst(stores[0], alerts=12, cases=12)
    first, second = stores[:2]
    claimed_at = _now()
    tasks = await first.claim_steps("w1", now=claimed_at, lease=LEASE, limit=12)
    for task in tasks:
        assert await first.begin_write(task.step.id, worker="w1", attempts=1)
    later = claimed_at + 2 * LEASE

    async def finish_late() -> list[bool]:
        return [
            await first.finish_step(
                task.step.id,
                worker="w1",
                now=later,
                state=StepState.DONE,
                receipt=_receipt(task.step.case_id),
            )
            for task in reversed(tasks)
        ]

    async def take_over() -> list[str]:
        taken: list[str] = []
        for _ in range(12):
            claimed = await second.claim_steps("w2", now=later, lease=LEASE, limit=1)
            taken += [task.step.id for task in claimed if task.resumed]
        return taken

    finished, taken = await asyncio.gather(finish_late(), take_over())

    kept = {task.step.id for task, won in zip(reversed(tasks), finished, strict=True) if won}
    first_steps = {task.step.id for task in tasks}
    assert kept | set(taken) == first_steps
    assert not kept & set(taken)


async def _record_burst(store: Store, *, alerts: int, cases: int) -> None:
    await store.accept(make_delivery())
    await store.claim_deliveries("recorder", now=_now(), lease=LEASE, limit=1)
    plans = [make_plan(f"a{n}", key=f"k{n % cases}", steps=2, at=_now()) for n in range(alerts)]
    await store.complete("d1", worker="recorder", now=_now(), action="x", plans=plans)


def _receipt(case_id: str) -> Receipt:
    issue = Issue(repository="acme/security", number=len(case_id), url="https://github.com/")
    return Receipt(state=StepState.DONE, summary="Done.", issue=issue)


def _now() -> datetime:
    return datetime.now(UTC)
