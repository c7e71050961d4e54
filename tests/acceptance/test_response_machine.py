"""Whatever happens, in whatever order: nothing is lost, done twice, or done unasked.

Hypothesis makes up stories over the simulated organisation, guarded by processes that are killed
in between. ``TIPSTAFF_MACHINE=STORIES,STEPS`` tells more and longer ones than the suite does.
"""

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from bot.app import utcnow
from bot.core.playbook import Mode
from bot.respond.alert import CaseFile
from bot.respond.step import Step, StepState
from bot.simulator import Call, Simulator
from bot.simulator.faults import Fault
from bot.store import Store
from tests.acceptance.burst import redeliver_failed, settle, twice_said
from tests.acceptance.process import FAST, Tipstaff, environment
from tests.acceptance.stage import BOT, ORG, github, issues
from tests.official.validator import OfficialApi
from tests.store.postgres import PostgresServer

STORIES, STEPS = (int(part) for part in os.environ.get("TIPSTAFF_MACHINE", "3,8").split(","))
OUTSIDERS = ("eve", "bob", "erin")
PEOPLE = ("olivia", "omar", "alice", "bob")
FAULTS: dict[str, dict[str, Any]] = {
    "a 500": {"kind": "status", "status": 500},
    "a 502 after it took effect": {"kind": "status_after_effect", "status": 502},
    "no answer after it took effect": {"kind": "timeout_after_effect", "seconds": 0.2},
    "a secondary limit": {"kind": "secondary", "seconds": 1},
    "a reset": {"kind": "reset"},
    "a reset after it took effect": {"kind": "reset_after_effect"},
}
ENDED = {StepState.DONE, StepState.UNDONE}


class Story(RuleBasedStateMachine):
    """The organisation ``acme``, what happens in it, and what must be so in the end."""

    official: OfficialApi
    database: Callable[[Path], str]
    workers: int

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.ownerless: list[Call] = []
        self.do(self._begin())

    def do(self, what: Coroutine[Any, Any, None]) -> None:
        """Let something happen; the organisation lives on only while it does."""
        self.runner.run(what)

    async def _begin(self) -> None:
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.sim: Simulator = await self.stack.enter_async_context(github(self.official))
        self.sim.add_collaborator("payments", "erin", "push")
        self.sim.observers.append(self._watch)
        url = type(self).database(folder)
        self.guards = [
            Tipstaff(folder, environment(self.sim, folder, DATABASE_URL=url, **FAST), warm=True)
            for _ in range(self.workers)
        ]
        for guard in self.guards:
            guard.start()
            await guard.ready()
        self.sim.hook_url = self.guards[0].hook_url
        self.store = await Store.open(url, clock=utcnow)
        self.stack.push_async_callback(self.store.close)

    def _watch(self, call: Call, _answer: Any) -> None:
        if not any(self.sim.org_role(login) == "admin" for login in ("olivia", "omar", "carol")):
            self.ownerless.append(call)

    # What can happen.

    @rule(user=st.sampled_from(OUTSIDERS), hurry=st.booleans())
    def raise_somebody(self, user: str, hurry: bool) -> None:
        """Make an outsider an administrator."""
        self.do(self._raise(user, hurry=hurry))

    async def _raise(self, user: str, *, hurry: bool) -> None:
        if self.sim.collaborator("payments", user) != "admin":
            await self.sim.by("alice").set_collaborator("payments", user, "admin")
        if not hurry:
            await asyncio.sleep(0.3)

    @rule(users=st.permutations(OUTSIDERS))
    def arrive_out_of_order(self, users: list[str]) -> None:
        """Send again what happened while nobody listened, the last thing first."""

        async def happen() -> None:
            url, self.sim.hook_url = self.sim.hook_url, None
            for user in users[:2]:
                await self._raise(user, hurry=True)
            self.sim.hook_url = url
            for each in [each for each in self.sim.deliveries if each.status_code == 0][::-1]:
                if each.status != "pending":
                    self.sim.redeliver(each.id)

        self.do(happen())

    @rule(number=st.integers(0, 100))
    def arrive_twice(self, number: int) -> None:
        """Somebody presses the button that sends a delivery again."""

        async def happen() -> None:
            if sent := self.sim.deliveries:
                self.sim.redeliver(sent[number % len(sent)].id)

        self.do(happen())

    @rule(user=st.sampled_from(OUTSIDERS), level=st.sampled_from(["pull", "push"]))
    def change_by_hand(self, user: str, level: str) -> None:
        """Somebody is quicker, or wants something else."""
        self.do(self.sim.by("olivia").set_collaborator("payments", user, level))

    @rule()
    def publish(self) -> None:
        """Publish a repository; what is done about it waits for approval."""

        async def happen() -> None:
            if self.sim.visibility("payments") == "private":
                await self.sim.by("omar").publicize("payments")
            await asyncio.sleep(0.3)

        self.do(happen())

    @rule()
    def make_owner(self) -> None:
        """Somebody becomes an owner."""

        async def happen() -> None:
            if self.sim.org_role("carol") == "member":
                await self.sim.by("omar").make_owner("carol")

        self.do(happen())

    @rule(
        who=st.sampled_from(PEOPLE),
        word=st.sampled_from(["/approve", "/deny no", "/undo"]),
        number=st.integers(0, 100),
    )
    def say(self, who: str, word: str, number: int) -> None:
        """Somebody comments on a case."""

        async def happen() -> None:
            found = [
                (repository, issue["number"])
                for repository in ("payments", "security")
                for issue in issues(self.sim, repository)
            ]
            if found:
                await self.sim.by(who).comment(*found[number % len(found)], word)

        self.do(happen())

    @rule(what=st.sampled_from(sorted(FAULTS)))
    def break_a_change(self, what: str) -> None:
        """Let the next change of a role meet a fault."""
        self.sim.faults.add(Fault(method="PUT", path=r"/collaborators/", **FAULTS[what]))

    @rule(path=st.sampled_from([r"/issues$", r"/comments$"]))
    def refuse_a_word(self, path: str) -> None:
        """Let the next issue or comment meet a limit; after other faults it waits a minute."""
        self.sim.faults.add(Fault(method="POST", path=path, **FAULTS["a secondary limit"]))

    @rule(number=st.integers(0, 1), moment=st.floats(0, 0.2))
    def kill(self, number: int, moment: float) -> None:
        """Kill a worker in the middle of whatever it does, and start another one."""

        async def happen() -> None:
            await asyncio.sleep(moment)
            guard = self.guards[number % len(self.guards)]
            guard.kill()
            assert await guard.ended() == -9
            guard.start()
            await guard.ready("/healthz")
            redeliver_failed(self.sim)

        self.do(happen())

    @rule()
    def come_to_rest(self) -> None:
        """Everything has come of it that will."""
        self.do(self._confirm())

    def teardown(self) -> None:
        """Let the story end, and hold it against the promise."""
        try:
            self.do(self._confirm())
        finally:
            self.do(self._end())
            self.runner.close()

    async def _end(self) -> None:
        for guard in self.guards:
            if guard.exit_code is None:
                guard.kill()
                await guard.ended()
        await self.stack.aclose()

    # What must be so.

    async def _confirm(self) -> None:
        await settle(self.sim, self.store)
        overview = await self.store.overview()
        assert set(overview.deliveries) <= {"done"}
        for attempt in self.sim.deliveries:
            assert await self.store.has(attempt.guid), f"{attempt.event} was lost"
        files = await self._files()
        steps = [step for file in files for step in file.steps]
        assert self.ownerless == [], "the organisation had no owner"
        self._nothing_lost(files)
        self._nothing_twice(files, steps)
        self._nothing_unapproved(files)
        self._undone_as_recorded(steps)

    async def _files(self) -> list[CaseFile]:
        ids = dict.fromkeys(alert.case_id for alert in await self.store.alerts(1000))
        return [file for each in ids if (file := await self.store.case_file(each)) is not None]

    def _by(self, *, bot: bool) -> Counter[tuple[str, str | None]]:
        """Count what was changed, by the webhooks about it, each once."""
        told = {each.guid: each for each in self.sim.deliveries}.values()
        return Counter(
            (each.event, each.action)
            for each in told
            if (each.request["payload"]["sender"]["login"] == BOT) is bot
        )

    def _nothing_lost(self, files: list[CaseFile]) -> None:
        """Find the one alert of every act of a person that a playbook is about."""
        expected = {
            each.guid
            for each in self.sim.deliveries
            if each.event == "member"
            and each.request["payload"]["sender"]["login"] != BOT
            and each.request["payload"]["changes"].get("permission", {}).get("to") == "admin"
        }
        found = [
            alert.delivery_id
            for file in files
            for alert in file.alerts
            if alert.action == "repo.update_member"
        ]
        assert sorted(found) == sorted(expected)

    def _nothing_twice(self, files: list[CaseFile], steps: list[Step]) -> None:
        """Find a receipt of its own for every change, and one issue for every case."""
        acts = self._by(bot=True)
        changed = sum(acts[each] for each in CHANGES)
        receipts = [step for step in steps if _changes(step) and step.state in ENDED]
        # What took effect unseen, and was then changed by hand, is found to have moved on.
        unseen = [step for step in steps if _changes(step) and step.sent and step not in receipts]
        assert changed <= len(receipts) + len(unseen), acts
        assert changed >= len([step for step in receipts if not step.sent]), acts
        assert all(step.receipt is not None and step.receipt.summary for step in receipts)
        opened = [
            (name, issue["number"])
            for name in ("payments", "security")
            for issue in issues(self.sim, name)
            if issue["state_reason"] != "duplicate"
        ]
        named = [
            (file.case.issue.repository.removeprefix(f"{ORG}/"), file.case.issue.number)
            for file in files
            if file.case.issue is not None
        ]
        assert set(named) <= set(opened)
        assert len(named) == len(set(named)) == len(files)
        assert twice_said(self.sim, [("payments", ""), ("security", "")]) == []

    def _nothing_unapproved(self, files: list[CaseFile]) -> None:
        """Find a person's word for all that was done though a playbook only asks."""
        approved = 0
        for file in files:
            asking = {alert.id for alert in file.alerts if alert.mode is Mode.ASK}
            for step in file.steps:
                if step.alert_id in asking and _changes(step) and step.kind == "apply":
                    done = step.state in ENDED
                    assert step.approved_by in {"olivia", "omar", "alice"} or not done, step
                    approved += step.approved_by is not None
        assert self._by(bot=True)["repository", "privatized"] <= approved

    def _undone_as_recorded(self, steps: list[Step]) -> None:
        """Find what was there before each step that was undone."""
        made = {step.id: step for step in steps}
        for step in steps:
            if step.kind == "undo" and step.state is StepState.DONE and step.undo_of is not None:
                undone = made[step.undo_of]
                assert step.receipt is not None
                assert undone.receipt is not None
                assert step.receipt.after["label"] == undone.receipt.before["label"]


CHANGES = (
    ("member", "added"),
    ("member", "edited"),
    ("member", "removed"),
    ("repository", "privatized"),
    ("repository", "publicized"),
)


def _changes(step: Step) -> bool:
    """Whether a step changes what `CHANGES` tell of; an owner's role is told by no webhook."""
    return step.action == "revert" and not (step.lane or "").startswith("owners:")


def tell(story: type[Story], stories: int = STORIES) -> None:
    """Tell some stories."""
    run_state_machine_as_test(
        story,
        settings=settings(
            max_examples=stories,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize="TIPSTAFF_MACHINE" not in os.environ,
            report_multiple_bugs=False,
            # A story takes seconds: to make a failing one shorter would take minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_happens_the_promises_hold(official: OfficialApi) -> None:
    """One worker at a time, on SQLite."""

    class Embedded(Story):
        workers = 1

        @staticmethod
        def database(folder: Path) -> str:
            return f"sqlite:///{folder}/tipstaff.db"

    Embedded.official = official
    tell(Embedded)


@pytest.mark.usefixtures("postgres_url")
def test_whatever_happens_to_two_workers_the_promises_hold(
    official: OfficialApi, postgres: PostgresServer
) -> None:
    """Two at once, on PostgreSQL."""

    class Shared(Story):
        workers = 2

        @staticmethod
        def database(_folder: Path) -> str:
            return postgres.clean()

    Shared.official = official
    tell(Shared, max(2, STORIES // 3))
