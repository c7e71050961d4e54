from datetime import timedelta

from bot.core.playbook import Level
from bot.respond.alert import CaseState
from bot.respond.step import StepState
from bot.store import Overview, Store
from bot.store.database import open_database
from bot.store.engines import parse
from tests.store.samples import LEASE, NOW, SOON, claim, make_delivery, make_plan, record


async def test_an_empty_store_is_settled_and_counts_nothing(store: Store) -> None:
    """Nothing is left to do, because nothing came."""
    assert await store.settled()
    assert await store.overview() == Overview(
        deliveries={}, alerts={}, steps={}, windows={}, open_cases=0, oldest_queued=None
    )


async def test_the_overview_counts_everything(database_url: str) -> None:
    """By state, by level, by action; and how long the oldest has waited."""
    store = Store(open_database(parse(database_url)), clock=lambda: NOW + timedelta(minutes=5))
    await record(
        store,
        make_plan("a1", level=Level.HIGH, steps=2),
        make_plan("a2", level=Level.HIGH, states=(StepState.OBSERVED,)),
        make_plan("a3", level=Level.LOW),
    )
    await store.set_case_state("case-a3", CaseState.CLOSED)
    await claim(store, limit=1)
    await store.accept(make_delivery("d2", NOW))
    await store.accept(make_delivery("d3", SOON))

    overview = await store.overview()
    await store.close()

    assert overview == Overview(
        deliveries={"done": 1, "queued": 2},
        alerts={"high": 2, "low": 1},
        steps={
            ("open-issue", "running"): 1,
            ("open-issue", "planned"): 2,
            ("open-issue", "observed"): 1,
        },
        windows={},
        open_cases=2,
        oldest_queued=timedelta(minutes=5),
    )


async def test_work_of_any_kind_unsettles(store: Store) -> None:
    """Queued, claimed, planned, running and retrying each mean that more will happen."""
    await store.accept(make_delivery())
    assert not await store.settled()
    await store.claim_deliveries("w1", now=NOW, lease=LEASE, limit=1)
    assert not await store.settled()
    await store.complete("d1", worker="w1", now=NOW, action="x", plans=[make_plan()])
    assert not await store.settled()
    await claim(store)
    assert not await store.settled()
    await store.finish_step("a1:0", worker="w1", now=NOW, state=StepState.RETRYING, next_at=SOON)
    assert not await store.settled()
    await claim(store, now=SOON)
    await store.finish_step("a1:0", worker="w1", now=SOON, state=StepState.FAILED, error="403")
    assert await store.settled()


async def test_the_newest_are_listed_oldest_first(store: Store) -> None:
    """A table of what happened lately reads from top to bottom."""
    for number in range(4):
        at = NOW + timedelta(seconds=number)
        await record(store, make_plan(f"a{number}", at=at), name=f"d{number}")

    assert [alert.id for alert in await store.alerts(3)] == ["a1", "a2", "a3"]
    assert [step.id for step in await store.steps(2)] == ["a2:0", "a3:0"]
