"""SIGTERM in the middle of a burst: who was let in is answered, and nothing is lost."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import aiohttp

from bot.app import utcnow
from bot.simulator import Simulator
from bot.store import Store
from tests.acceptance.burst import confirm, finish, prepare, raise_all
from tests.acceptance.process import FAST, Tipstaff, environment
from tests.acceptance.stage import sign, until

SENDERS = 20
ACCEPTED, REFUSED = "answered with 202", "refused at the door"
PING = b'{"zen": "Keep it logically awesome."}'


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """One delivery to send."""

    guid: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Crowd:
    """Sends deliveries, many at a time, each once, and writes down what became of them."""

    url: str
    outcomes: dict[str, str] = field(default_factory=dict)

    async def send(self, parcels: Sequence[Parcel], *, each: float) -> None:
        """Send all; every sender pauses so many seconds after each."""
        waiting = list(parcels)
        async with aiohttp.ClientSession(
            # A new connection each time: so a refusal can be told from a reset.
            connector=aiohttp.TCPConnector(force_close=True, limit=0)
        ) as session:

            async def sender() -> None:
                while waiting:
                    parcel = waiting.pop()
                    self.outcomes[parcel.guid] = await self._post(session, parcel)
                    await asyncio.sleep(each)

            await asyncio.gather(*(sender() for _ in range(SENDERS)))

    async def _post(self, session: aiohttp.ClientSession, parcel: Parcel) -> str:
        try:
            async with session.post(self.url, data=parcel.body, headers=parcel.headers) as answer:
                await answer.read()
                return f"answered with {answer.status}"
        except aiohttp.ClientConnectorError as error:
            # Reset before it was connected: the door closed while they shook hands.
            shut = ConnectionRefusedError | ConnectionResetError
            return REFUSED if isinstance(error.os_error, shut) else repr(error)
        except aiohttp.ClientError as error:
            return repr(error)

    @property
    def counted(self) -> Counter[str]:
        """How often each outcome came about."""
        return Counter(self.outcomes.values())


def parcels(sim: Simulator) -> list[Parcel]:
    """Return what GitHub has written down about collaborators, and could not send."""
    return [
        Parcel(guid=attempt.guid, headers=attempt.headers, body=attempt.body)
        for attempt in sim.deliveries
        if attempt.event == "member"
    ]


def pings(count: int) -> list[Parcel]:
    """Return deliveries that are recorded and lead to nothing."""
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": "ping",
        "X-Hub-Signature-256": sign(PING),
    }
    guids = [str(UUID(int=number, version=4)) for number in range(count)]
    return [
        Parcel(guid=guid, headers={**headers, "X-GitHub-Delivery": guid}, body=PING)
        for guid in guids
    ]


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
    crowd = Crowd(process.hook_url)
    sending = asyncio.create_task(crowd.send(parcels(sim), each=0.1))
    await until(lambda: len(sim.calls) > 40)
    began = asyncio.get_running_loop().time()
    process.terminate()
    assert await process.ended() == 0
    assert asyncio.get_running_loop().time() - began < 10
    await sending
    assert set(crowd.counted) == {ACCEPTED, REFUSED}
    store = await Store.open(env["DATABASE_URL"], clock=utcnow)
    try:
        kept = {guid for guid in crowd.outcomes if await store.has(guid)}
        assert kept == {guid for guid, told in crowd.outcomes.items() if told == ACCEPTED}
        overview = await store.overview()
        assert "running" not in {state for _, state in overview.steps}, "not handed back"
        assert "claimed" not in overview.deliveries, "not handed back"
        sim.hook_url = process.hook_url
        process.start()
        await process.ready()
        await finish(sim, store, process)
        await confirm(sim, store, grants)
    finally:
        await store.close()


async def test_a_door_that_closes_under_full_load_resets_nobody(
    sim: Simulator, tmp_path: Path
) -> None:
    """Also who has connected, and was not looked at yet, is let in and answered."""
    env = environment(sim, tmp_path)
    process = Tipstaff(tmp_path, env, warm=True)
    process.start()
    await process.ready()
    crowd = Crowd(process.hook_url)
    sending = asyncio.create_task(crowd.send(pings(1000), each=0.0))
    await until(lambda: crowd.counted[ACCEPTED] > 100)
    process.terminate()
    assert await process.ended() == 0
    await sending
    assert set(crowd.counted) == {ACCEPTED, REFUSED}
    store = await Store.open(env["DATABASE_URL"], clock=utcnow)
    try:
        kept = {guid for guid in crowd.outcomes if await store.has(guid)}
    finally:
        await store.close()
    assert kept == {guid for guid, told in crowd.outcomes.items() if told == ACCEPTED}
