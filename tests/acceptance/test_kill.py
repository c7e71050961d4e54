"""kill -9 at any point of a burst: everything is handled, and nothing is done twice."""

import asyncio
import random
from pathlib import Path
from typing import Any

from bot.app import utcnow
from bot.simulator import Call, Simulator
from bot.store import Store
from tests.acceptance.burst import SIZE, confirm, finish, prepare, raise_all, redeliver_failed
from tests.acceptance.process import FAST, Tipstaff, environment

KILLS = 20
# A grant that is put back and told of takes at least five calls.
POINTS = range(5, 5 * SIZE - 50)


class Assassin:
    """Kills the process at chosen calls to GitHub's API: when they took effect, before the answer.

    Every other time it lets a moment pass first, so that the answer arrives and the process dies
    over what it makes of it.
    """

    def __init__(self, process: Tipstaff, dice: random.Random) -> None:
        self.killed = asyncio.Event()
        self.kills = 0
        self._process = process
        self._dice = dice
        self._points = sorted(dice.sample(POINTS, KILLS))
        self._calls = 0

    def __call__(self, call: Call, _answer: Any) -> None:
        """See one call; strike when its time has come."""
        if not call.path.startswith("/repos/"):
            return
        self._calls += 1
        if self.killed.is_set() or not self._points or self._calls < self._points[0]:
            return
        self._points.pop(0)
        self.killed.set()
        if self._dice.random() < 0.5:
            self._strike()
        else:
            asyncio.get_running_loop().call_later(self._dice.uniform(0, 0.03), self._strike)

    def _strike(self) -> None:
        self._process.kill()
        self.kills += 1


async def test_twenty_kills_during_a_burst_lose_nothing_and_repeat_nothing(
    sim: Simulator, tmp_path: Path
) -> None:
    """200 deliveries, 20 deaths: each grant put back once, each told in one issue."""
    grants = prepare(sim)
    env = environment(sim, tmp_path, **FAST)
    process = Tipstaff(tmp_path, env, warm=True)
    assassin = Assassin(process, random.Random(20261122))
    sim.observers.append(assassin)
    sim.hook_url = process.hook_url
    process.start()
    await process.ready()
    burst = asyncio.create_task(raise_all(sim, grants, every=0.03))
    for _ in range(KILLS):
        async with asyncio.timeout(60):
            await assassin.killed.wait()
        assert await process.ended() == -9
        process.start()
        await process.ready("/healthz")
        assassin.killed.clear()
        redeliver_failed(sim)
    await burst
    store = await Store.open(env["DATABASE_URL"], clock=utcnow)
    try:
        await finish(sim, store, process)
        await confirm(sim, store, grants)
    finally:
        await store.close()
    assert assassin.kills == KILLS
