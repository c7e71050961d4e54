"""Two processes share one PostgreSQL and one burst; one of them dies."""

from pathlib import Path

from bot.app import utcnow
from bot.simulator import Simulator
from bot.store import Store
from tests.acceptance.burst import confirm, finish, prepare, raise_all
from tests.acceptance.process import FAST, Tipstaff, environment
from tests.acceptance.stage import until


def steps_taken(process: Tipstaff) -> int:
    """Count the steps a process moved on."""
    return sum(line["event"] == "step.moved" for line in process.lines())


async def test_two_workers_share_a_burst_and_survive_each_other(
    sim: Simulator, tmp_path: Path, postgres_url: str
) -> None:
    """Both take their share; what the dead one held is taken over, and all is done once.

    Half of the burst arrives late and backwards, the other half twice, at either door.
    """
    grants = prepare(sim, 60)
    first, second = (
        Tipstaff(tmp_path, environment(sim, tmp_path, DATABASE_URL=postgres_url, **FAST), warm=True)
        for _ in range(2)
    )
    for process in (first, second):
        process.start()
    for process in (first, second):
        await process.ready()
    await raise_all(sim, grants[::2], every=0.0)
    sim.hook_url = first.hook_url
    await raise_all(sim, grants[1::2], every=0.0)
    sim.hook_url = second.hook_url
    for delivery in reversed(sim.deliveries):
        sim.redeliver(delivery.id)
    await until(lambda: len(sim.calls) > 2 * len(grants))
    first.kill()
    assert await first.ended() == -9
    sim.hook_url = second.hook_url
    store = await Store.open(postgres_url, clock=utcnow)
    try:
        await finish(sim, store, second)
        await confirm(sim, store, grants)
    finally:
        await store.close()
    assert steps_taken(first) > 0
    assert steps_taken(second) > 0
