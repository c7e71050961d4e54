"""Roster and redelivery against a simulated GitHub: what no webhook tells is found all the same."""

import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.core.delivery import Delivery
from bot.simulator import Fault
from bot.simulator.faults import Kind
from bot.sources.redelivery import Redelivery
from bot.sources.roster import Roster
from bot.sources.rounds import Round
from bot.sources.webhook import Secrets, receive
from bot.store import Store
from tests.github.stage import WEBHOOK_SECRET, Stage
from tests.sources.memory import RedeliveryMemory, RosterMemory


@dataclass(kw_only=True)
class Watch:
    """A roster over the simulated GitHub."""

    stage: Stage
    store: RosterMemory
    roster: Roster

    async def round(self) -> Round:
        """Go round once, a minute after the last time."""
        self.stage.clock.move(seconds=60)
        return await self.roster.once(self.stage.clock())


@pytest.fixture
def watch(stage: Stage) -> Watch:
    """Give a roster that knows nothing yet."""
    store = RosterMemory()
    roster = Roster(
        apps=stage.app,
        store=store,
        own_login="tipstaff[bot]",
        clock=stage.clock,
        sleep=stage.clock.sleep,
    )
    return Watch(stage=stage, store=store, roster=roster)


async def test_a_member_made_owner_is_found(watch: Watch) -> None:
    """GitHub sends no webhook for it, and the next round tells it anyway."""
    sim = watch.stage.sim
    sim.add_member("mallory")
    assert (await watch.round()).learned == 1
    await sim.by("olivia").make_owner("mallory")
    assert sim.deliveries == []
    assert (await watch.round()).deliveries == 1
    [told] = watch.store.told
    assert (told["action"], told["member"]["login"]) == ("owner_added", "mallory")
    assert told["organization"]["login"] == "acme"
    assert told["installation"]["id"] == sim.installation_id


async def test_an_owner_made_member_or_removed_is_found(watch: Watch) -> None:
    """Both are the end of an ownership."""
    sim = watch.stage.sim
    sim.add_owner("carol")
    sim.add_owner("dave")
    await watch.round()
    await sim.by("olivia").make_member("carol")
    await sim.by("olivia").remove_member("dave")
    await watch.round()
    assert {(told["action"], told["member"]["login"]) for told in watch.store.told} == {
        ("owner_removed", "carol"),
        ("owner_removed", "dave"),
    }


async def test_more_owners_than_a_page_holds_are_all_known(watch: Watch) -> None:
    """The roster is whole, and an unchanged one costs nothing but a 304."""
    for number in range(120):
        watch.stage.sim.add_owner(f"owner{number}")
    await watch.round()
    assert len(watch.store.rosters["acme"][1]) == 121
    assert await watch.round() == Round(organisations=1)
    statuses = [call.status for call in watch.stage.sim.calls if call.path.endswith("/members")]
    assert statuses == [200, 200, 304, 304]


@pytest.mark.parametrize("kind", ["status", "secondary", "primary", "reset"])
async def test_a_fault_under_the_list_changes_nothing(watch: Watch, kind: Kind) -> None:
    """After whatever fault the old roster stays, and the change is found when it is over."""
    sim = watch.stage.sim
    for number in range(120):
        sim.add_owner(f"owner{number}")
    sim.add_member("mallory")
    await watch.round()
    known = dict(watch.store.rosters)
    await sim.by("olivia").make_owner("mallory")
    fault = Fault(method="GET", path="/members$", kind=kind, times=9, seconds=30)
    sim.faults.add(fault)
    assert (await watch.round()).skipped == 1
    assert watch.store.rosters == known
    sim.faults.clear()
    await watch.round()
    assert [told["member"]["login"] for told in watch.store.told] == ["mallory"]


async def test_an_uninstalled_app_asks_no_more(watch: Watch) -> None:
    """What is gone or suspended is not asked, and is no error."""
    await watch.round()
    watch.stage.sim.suspend()
    assert await watch.round() == Round()
    watch.stage.sim.uninstall()
    assert await watch.round() == Round()


@dataclass(kw_only=True)
class Door:
    """Where the simulated GitHub delivers to: open or broken."""

    url: str
    inbox: RedeliveryMemory
    received: list[Delivery]
    status: int = 202


@pytest.fixture
async def door(stage: Stage) -> AsyncIterator[Door]:
    """Give a receiver of webhooks that can be told to fail."""
    secrets = Secrets(WEBHOOK_SECRET)
    opened = Door(url="", inbox=RedeliveryMemory(), received=[])

    async def take(request: web.Request) -> web.Response:
        if opened.status == 202:
            body = await request.read()
            delivery = receive(request.headers, body, secrets=secrets, received_at=stage.clock())
            opened.received.append(delivery)
            opened.inbox.inbox.add(delivery.id)
        return web.Response(status=opened.status)

    application = web.Application()
    application.router.add_post("/webhooks", take)
    async with TestServer(application) as server:
        opened.url = stage.sim.hook_url = str(server.make_url("/webhooks"))
        yield opened


async def test_what_github_signs_is_believed(stage: Stage, door: Door) -> None:
    """A delivery of the simulated GitHub passes the door with event, GUID and headers."""
    await stage.sim.by("olivia").add_collaborator("widgets", "eve", "admin")
    await stage.sim.settled()
    assert [delivery.event for delivery in door.received] == ["member"]
    sent = stage.sim.deliveries[0]
    assert door.received[0].id == sent.guid
    assert door.received[0].body == sent.body
    signature = hmac.digest(WEBHOOK_SECRET.encode(), sent.body, "sha256").hex()
    assert sent.headers["X-Hub-Signature-256"] == f"sha256={signature}"


async def test_a_delivery_that_failed_comes_again(stage: Stage, door: Door) -> None:
    """What the door refused while it was broken is asked for, arrives, and is not asked again."""
    redelivery = Redelivery(app=stage.app.as_app(), store=door.inbox, clock=stage.clock)
    door.status = 500
    await stage.sim.by("olivia").add_collaborator("widgets", "eve", "admin")
    await stage.sim.settled()
    assert door.received == []
    door.status = 202
    assert await redelivery.once(stage.clock()) == 0, "the first minute is for GitHub"
    stage.clock.move(minutes=5)
    assert await redelivery.once(stage.clock()) == 1
    await stage.sim.settled()
    assert [delivery.id for delivery in door.received] == [stage.sim.deliveries[0].guid]
    stage.clock.move(minutes=5)
    assert await redelivery.once(stage.clock()) == 0
    assert stage.sim.deliveries[-1].redelivery


async def test_a_door_that_stays_broken_is_asked_for_ever_more_rarely(
    stage: Stage, door: Door
) -> None:
    """Eight times at most, however often one looks in three days."""
    redelivery = Redelivery(app=stage.app.as_app(), store=door.inbox, clock=stage.clock)
    door.status = 500
    await stage.sim.by("olivia").add_collaborator("widgets", "eve", "admin")
    await stage.sim.settled()
    asked = 0
    for _ in range(200):
        stage.clock.move(minutes=20)
        asked += await redelivery.once(stage.clock())
        await stage.sim.settled()
    assert asked == 8
    assert len(stage.sim.deliveries) == 9


async def test_a_change_of_owners_is_recorded_in_the_real_inbox(stage: Stage, store: Store) -> None:
    """Over the real database a change is recorded once, and a restart does not tell it again."""

    def start() -> Roster:
        return Roster(
            apps=stage.app,
            store=store,
            own_login="tipstaff[bot]",
            clock=stage.clock,
            sleep=stage.clock.sleep,
        )

    stage.sim.add_member("mallory")
    roster = start()
    assert (await roster.once(stage.clock())).learned == 1
    await stage.sim.by("olivia").make_owner("mallory")
    assert (await roster.once(stage.clock())).deliveries == 1
    assert await start().once(stage.clock()) == Round(organisations=1)
    claimed = await store.claim_deliveries(
        "w", now=stage.clock(), lease=timedelta(minutes=1), limit=9
    )
    assert [each.delivery.event for each in claimed] == ["roster"]


async def test_what_was_asked_for_again_survives_a_restart(
    stage: Stage, door: Door, store: Store
) -> None:
    """Over the real database the asking is counted across processes."""
    door.status = 500
    await stage.sim.by("olivia").add_collaborator("widgets", "eve", "admin")
    await stage.sim.settled()
    stage.clock.move(minutes=1)
    asked = []
    for _ in range(2):
        redelivery = Redelivery(app=stage.app.as_app(), store=store, clock=stage.clock)
        asked.append(await redelivery.once(stage.clock()))
        await stage.sim.settled()
        stage.clock.move(seconds=90)
    assert asked == [1, 0]
    assert await store.redelivery_asked(stage.sim.deliveries[0].guid) == 1
