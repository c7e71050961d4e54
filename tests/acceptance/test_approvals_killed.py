"""Two people's approvals on two workers: one dies between them, or both come at once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.app import utcnow
from bot.respond.alert import CaseFile
from bot.respond.step import Step, StepState
from bot.simulator import Call, Simulator
from bot.simulator.faults import Fault
from bot.store import Store
from tests.acceptance.burst import settle, twice_said
from tests.acceptance.process import FAST, Tipstaff, environment
from tests.acceptance.stage import BOT
from tests.acceptance.test_approvals import book


class Killer:
    """Kills a process at the first call of a kind: after it took effect, before the answer."""

    def __init__(self, process: Tipstaff, method: str, path: str) -> None:
        self.process = process
        self._method = method
        self._path = path
        self.struck = False

    def __call__(self, call: Call, _answer: Any) -> None:
        """See one call."""
        if not self.struck and call.method == self._method and self._path in call.path:
            self.struck = True
            self.process.kill()


async def revert_of(store: Store) -> tuple[CaseFile, Step]:
    """Return the only case, and the step that waits in it for people."""
    (alert,) = await store.alerts(10)
    file = await store.case_file(alert.case_id)
    assert file is not None
    return file, next(each for each in file.steps if each.action == "revert")


def said(sim: Simulator) -> list[str]:
    """Return what Tipstaff wrote on the issue."""
    comments = sim.comments("payments", 1)
    return [str(each["body"]) for each in comments if each["user"]["login"] == BOT]


def prepared(sim: Simulator, tmp_path: Path, database: str) -> dict[str, str]:
    """Return the settings of a process whose playbook takes two owners' word."""
    sim.add_owner("oscar")
    books = book(tmp_path, "owners")
    return environment(sim, tmp_path, **FAST, TIPSTAFF_PLAYBOOKS=books, DATABASE_URL=database)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/issues/comments/"), ("POST", "/issues/1/comments"), ("DELETE", "/keys/")],
    ids=["as the first is read", "as the first is answered", "as the step is made"],
)
async def test_a_kill_around_the_approvals_loses_none_and_repeats_nothing(
    sim: Simulator, tmp_path: Path, method: str, path: str
) -> None:
    """Each counts once, whoever was alive to hear it; the step is made once."""
    env = prepared(sim, tmp_path, f"sqlite:///{tmp_path}/tipstaff.db")
    process = Tipstaff(tmp_path, env, warm=True)
    process.start()
    await process.ready()
    sim.hook_url = process.hook_url
    store = await Store.open(env["DATABASE_URL"], clock=utcnow)
    watch = asyncio.create_task(kept_alive(process))
    try:
        await sim.by("alice").add_deploy_key("payments", "ci")
        await settle(sim, store)
        killer = Killer(process, method, path)
        sim.observers.append(killer)
        for owner in ("olivia", "omar"):
            await sim.by(owner).comment("payments", 1, "/approve")
            await settle(sim, store)
            _, step = await revert_of(store)
            counted = {each.by for each in step.approvals}
            assert counted == ({"olivia"} if owner == "olivia" else {"olivia", "omar"})
        assert killer.struck
        assert step.state is StepState.DONE
        assert sim.deploy_keys("payments") == []
        deleted = [call for call in sim.calls if call.method == "DELETE" and "/keys/" in call.path]
        assert len(deleted) == 1
        assert twice_said(sim, [("payments", "")]) == []
        assert sum("Approved by 1 of 2" in text for text in said(sim)) == 1
        watch.cancel()
        await process.stop()
    finally:
        watch.cancel()
        await store.close()


async def kept_alive(process: Tipstaff) -> None:
    """Start it again whenever it was killed, as a supervisor would."""
    while True:
        if process.exit_code is not None:
            process.start()
            await process.ready("/healthz")
        await asyncio.sleep(0.02)


async def test_two_people_at_once_on_two_workers_are_both_counted(
    sim: Simulator, tmp_path: Path, postgres_url: str
) -> None:
    """Neither overwrites the other, and the step is made once."""
    env = prepared(sim, tmp_path, postgres_url)
    workers = [
        Tipstaff(tmp_path, {**env, "PORT": environment(sim, tmp_path)["PORT"]}, warm=True)
        for _ in range(2)
    ]
    for process in workers:
        process.start()
    for process in workers:
        await process.ready()
    store = await Store.open(postgres_url, clock=utcnow)
    try:
        sim.hook_url = workers[0].hook_url
        await sim.by("alice").add_deploy_key("payments", "ci")
        await settle(sim, store)
        slow = Fault(
            method="GET", path="/orgs/acme/memberships/", kind="slow", seconds=0.5, times=2
        )
        sim.faults.add(slow)
        await asyncio.gather(
            *(sim.by(owner).comment("payments", 1, "/approve") for owner in ("olivia", "omar"))
        )
        await settle(sim, store)
        _, step = await revert_of(store)
        assert step.state is StepState.DONE
        assert {each.by for each in step.approvals} == {"olivia", "omar"}
        deleted = [call for call in sim.calls if call.method == "DELETE" and "/keys/" in call.path]
        assert len(deleted) == 1
        assert sum("Approved by 1 of 2" in text for text in said(sim)) == 1
        for process in workers:
            await process.stop()
    finally:
        await store.close()
