"""Sequences seen by the whole app: across a kill, two processes, and a wait for what never came."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import utcnow
from bot.core.playbook import Mode
from bot.simulator import Simulator
from bot.store import Store
from tests.acceptance.burst import settle
from tests.acceptance.process import FAST, Tipstaff, environment
from tests.acceptance.stage import House, github, guarded, write_playbooks
from tests.official.validator import OfficialApi

MANY = "Many People Given Access At Once"
TITLE = "Published And Not Taken Back"
ABSENT = f"""\
title: {TITLE}
id: 11111111-2222-4333-8444-000000000001
level: high
correlation:
  type: temporal_ordered
  rules: [published, taken_back]
  group-by: [repo]
  timespan: 10m
  condition: published and not taken_back
---
title: Published
id: 11111111-2222-4333-8444-000000000002
name: published
level: low
logsource: {{product: github, service: audit}}
detection: {{s: {{action: repo.access, visibility: public}}, condition: s}}
---
title: Taken Back
id: 11111111-2222-4333-8444-000000000003
name: taken_back
level: low
logsource: {{product: github, service: audit}}
detection: {{s: {{action: repo.access, visibility: private}}, condition: s}}
"""


async def add_people(sim: Simulator, first: int, last: int) -> None:
    """Let mallory add some people to a repository."""
    for number in range(first, last):
        await sim.by("mallory").add_collaborator("payments", f"user-{number}", "push")


def people(sim: Simulator) -> None:
    """Put mallory and twelve people on stage."""
    sim.add_member("mallory")
    for number in range(12):
        sim.add_user(f"user-{number}")


async def test_a_burst_across_a_kill_is_one_burst(sim: Simulator, tmp_path: Path) -> None:
    """Five before kill -9 and five after a restart are ten: one alert names them, and no other."""
    people(sim)
    env = environment(sim, tmp_path, **FAST)
    process = Tipstaff(tmp_path, env, warm=True)
    process.start()
    await process.ready()
    sim.hook_url = process.hook_url
    store = await Store.open(env["DATABASE_URL"], clock=utcnow)
    try:
        await add_people(sim, 0, 5)
        await settle(sim, store)
        process.kill()
        assert await process.ended() == -9
        process.start()
        await process.ready()
        await add_people(sim, 5, 12)
        await settle(sim, store)
        await process.stop()
        found = [alert for alert in await store.alerts() if alert.playbook.title == MANY]
        assert [len(alert.reasons) for alert in found] == [10]
        # What waits together is judged side by side, so any of the late ones may be the tenth.
        assert found[0].fields["user"] in {f"user-{number}" for number in range(5, 12)}
    finally:
        await store.close()


async def test_two_processes_see_one_burst(
    sim: Simulator, tmp_path: Path, postgres_url: str
) -> None:
    """Whoever judges which event, ten of them make one alert."""
    people(sim)
    processes = [
        Tipstaff(tmp_path, environment(sim, tmp_path, DATABASE_URL=postgres_url, **FAST), warm=True)
        for _ in range(2)
    ]
    for process in processes:
        process.start()
    for process in processes:
        await process.ready()
    store = await Store.open(postgres_url, clock=utcnow)
    try:
        for number in range(12):
            sim.hook_url = processes[number % 2].hook_url
            await add_people(sim, number, number + 1)
        await settle(sim, store)
        found = [alert for alert in await store.alerts() if alert.playbook.title == MANY]
        assert [len(alert.reasons) for alert in found] == [10]
        for process in processes:
            await process.stop()
    finally:
        await store.close()


async def test_what_never_came_is_told_after_a_restart(
    official: OfficialApi, tmp_path: Path
) -> None:
    """A window that passed while nothing ran is judged at the next start: once, and rightly."""
    books = write_playbooks(tmp_path, ABSENT)
    passed = timedelta(0)

    def clock() -> datetime:
        return utcnow() + passed

    def app(sim: Simulator) -> AbstractAsyncContextManager[House]:
        return guarded(sim, tmp_path, clock=clock, playbooks=books, mode=Mode.OBSERVE)

    async with github(official, clock=clock) as sim:
        async with app(sim) as house:
            for repository in ("payments", "security"):
                await sim.by("olivia").publicize(repository)
            await sim.by("olivia").privatize("security")
            await house.quiet()
            assert await house.alerts() == []
        passed = timedelta(minutes=12)
        async with app(sim) as house:
            (alert,) = await house.alerted(1)
            assert (alert.playbook.title, alert.repo) == (TITLE, "acme/payments")
            assert [reason.selection for reason in alert.reasons] == ["published"]
        passed = timedelta(days=1)
        async with app(sim) as house:
            await sim.by("olivia").publicize("security")
            await house.quiet()
            assert len(await house.alerts()) == 1
