"""SIGTERM in the middle of a burst: who was let in is answered, and nothing is lost."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bot.app import utcnow
from bot.simulator import Simulator
from bot.simulator.hooks import Attempt
from bot.store import Store
from tests.acceptance.burst import confirm, prepare, raise_all, settle
from tests.acceptance.process import FAST, Tipstaff, environment
from tests.acceptance.stage import until

SENDERS = 20
ACCEPTED, REFUSED = "answered with 202", "refused at the door"


@dataclass
class Crowd:
    """Sends the deliveries that GitHub has written down, many at a time, each once."""

    sim: Simulator
    url: str
    outcomes: dict[str, str] = field(default_factory=dict)

    async def send(self, *, each: float) -> None:
        """Send all; a sender pauses so many seconds after each."""
        waiting = [attempt for attempt in self.sim.deliveries if attempt.event == "member"]
        async with aiohttp.ClientSession(
            # A new connection each time, as GitHub does: a refusal is then told from a reset.
            connector=aiohttp.TCPConnector(force_close=True, limit=0)
        ) as session:

            async def sender() -> None:
                while waiting:
                    attempt = waiting.pop()
                    self.outcomes[attempt.guid] = await self._post(session, attempt)
                    await asyncio.sleep(each)

            await asyncio.gather(*(sender() for _ in range(SENDERS)))

    async def _post(self, session: aiohttp.ClientSession, attempt: Attempt) -> str:
        try:
            async with session.post(self.url, data=attempt.body, headers=attempt.headers) as answer:
                await answer.read()
                return f"answered with {answer.status}"
        except aiohttp.ClientConnectorError:
            return REFUSED
        except aiohttp.ClientError as error:
            return f"broke off: {error!r}"


async def test_a_stop_during_a_burst_answers_everybody_and_loses_nothing(
    sim: Simulator, tmp_path: Path
) -> None:
    """Every request is answered or refused at the door; a restart finishes all that was begun."""
    grants = prepare(sim)
    env = environment(sim, tmp_path, **FAST)
    process = Tipstaff(tmp_path, env)
    process.start()
    await process.ready()
    await raise_all(sim, grants, every=0.0)
    crowd = Crowd(sim, process.hook_url)
    sending = asyncio.create_task(crowd.send(each=0.1))
    await until(lambda: len(sim.calls) > 40)
    process.terminate()
    began = asyncio.get_running_loop().time()
    assert await process.ended() == 0
    assert asyncio.get_running_loop().time() - began < 10
    await sending
    counted = Counter(crowd.outcomes.values())
    assert set(counted) == {ACCEPTED, REFUSED}, counted
    store = await Store.open(env["DATABASE_URL"], clock=utcnow)
    try:
        kept = {guid for guid in crowd.outcomes if await store.has(guid)}
        assert kept == {guid for guid, told in crowd.outcomes.items() if told == ACCEPTED}
        overview = await store.overview()
        assert not {state for _, state in overview.steps} & {"running"}, "not handed back"
        assert "claimed" not in overview.deliveries, "not handed back"
        sim.hook_url = process.hook_url
        process.start()
        await process.ready()
        await settle(sim, store)
        await process.stop()
        await confirm(sim, store, grants)
    finally:
        await store.close()
