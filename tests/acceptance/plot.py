"""What a story is told on: the organisation, its guards, and how all comes to rest."""

import asyncio
import shutil
import tempfile
from abc import abstractmethod
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine

from bot.respond.alert import CaseFile
from bot.respond.step import StepState
from bot.simulator import Call, Simulator
from bot.store import Store
from tests.acceptance.burst import missing, redeliver_failed
from tests.acceptance.dial import Dial, TimedTipstaff
from tests.acceptance.process import FAST, environment, free_port
from tests.acceptance.promises import Promises
from tests.acceptance.stage import ROOT, github
from tests.acceptance.witness import Witness
from tests.official.validator import OfficialApi

PATIENCE = 90.0
LOOKS = 100  # without anything coming to rest, until time is put forward for what waits
UNSETTLED = (StepState.PLANNED, StepState.WAITING, StepState.RETRYING, StepState.RUNNING)

DELAYED = """\
title: Made Maintainer
id: 6f1f9a3e-7a53-4f0e-9c2b-1b1c6c0f8d55
status: test
description: Somebody was made maintainer of a repository.
logsource: {product: github, service: audit}
detection:
  selection: {action: repo.update_member, permission: maintain}
  condition: selection
level: high
response:
  mode: enforce
  group-by: [org, repo, user]
  steps:
    - action: open-issue
    - action: revert
      after: 30m unless acknowledged
"""


class Plot(RuleBasedStateMachine):
    """The organisation ``acme`` with a playbook that waits, guarded by processes that may die."""

    official: ClassVar[OfficialApi]
    workers: ClassVar[int]

    @abstractmethod
    def database(self, folder: Path, /) -> str:
        """Return the URL of an empty database; ``folder`` is the story's own."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.strike_at: int | None = None
        self.do(self._begin())

    def do(self, what: Coroutine[Any, Any, None]) -> None:
        """Let something happen; the organisation lives on only while it does."""
        self.runner.run(what)

    async def _begin(self) -> None:
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.dial = Dial(folder / "ahead")
        self.sim: Simulator = await self.stack.enter_async_context(
            github(self.official, clock=self.dial)
        )
        self.sim.add_collaborator("payments", "erin", "push")
        self.witness = Witness(sim=self.sim)
        self.witness.look()
        self.sim.observers.extend((self.witness, self._strike))
        url = self.database(folder)
        shutil.copytree(ROOT / "playbooks", folder / "books")
        (folder / "books" / "delayed.yml").write_text(DELAYED, encoding="utf-8")
        env = environment(
            self.sim,
            folder,
            DATABASE_URL=url,
            TIPSTAFF_PLAYBOOKS=str(folder / "books"),
            TIPSTAFF_ROSTER_INTERVAL="1",
            **FAST,
        )
        self.guards = [
            TimedTipstaff(folder, {**env, "PORT": str(free_port())}, self.dial)
            for _ in range(self.workers)
        ]
        for guard in self.guards:
            guard.start()
            await guard.ready()
        self.sim.hook_url = self.guards[0].hook_url
        self.store = await Store.open(url, clock=self.dial)
        self.stack.push_async_callback(self.store.close)
        async with asyncio.timeout(PATIENCE):
            while await self.store.known("acme") is None:  # noqa: ASYNC110 - a state, not an event
                await asyncio.sleep(0.05)

    def _strike(self, call: Call, _answer: object) -> None:
        if self.strike_at is None or not call.writes or call.path.startswith("/app/"):
            return
        self.strike_at -= 1
        if self.strike_at == 0:
            self.strike_at = None
            # Nobody can tell which of two it was, so all of them die.
            for guard in self.guards:
                guard.kill()

    async def revive(self) -> None:
        """Start who died, and send again what nobody took."""
        for guard in self.guards:
            while guard.exit_code is not None or guard.killed:
                assert guard.killed, guard.log[-2000:]
                assert await guard.ended() == -9
                guard.start()
                await guard.ready("/healthz")
        redeliver_failed(self.sim)

    def teardown(self) -> None:
        """Let the story end, and hold it against the promises."""
        try:
            self.do(self.confirm())
        finally:
            self.do(self._end())
            self.runner.close()

    async def _end(self) -> None:
        for guard in self.guards:
            if guard.exit_code is None:
                guard.kill()
            await guard.ended()
        await self.stack.aclose()

    async def notice(self) -> None:
        """Wait until Tipstaff has looked at the owners since people last changed them.

        Who becomes an owner and ceases to be one between two looks leaves no trace to be found.
        """
        witness = self.witness
        changes = witness.owners_changed()
        wanted = witness.crowned.total() - witness.overlooked.total()
        async with self._patience():
            while not (await self._looked_since(changes) and await self._alerted(wanted)):
                await self.revive()
                await asyncio.sleep(0.1)

    async def _looked_since(self, changes: list[datetime]) -> bool:
        seen_at = await self.store.owners_seen_at("acme")
        return seen_at is not None and all(seen_at > at for at in changes)

    async def _alerted(self, times: int) -> bool:
        crowned = [a for a in await self.store.alerts(1000) if a.action == "org.update_member"]
        return len(crowned) >= times

    async def demoting(self) -> bool:
        """Tell whether Tipstaff may have taken an owner's role and not yet looked at the effect.

        Who becomes an owner just then is put back by the same step, under the alert there is.
        """
        alerts = {a.id for a in await self.store.alerts(1000) if a.action == "org.update_member"}
        reverts = [each for each in await self.store.steps(1000) if each.action == "revert"]
        return any(each.alert_id in alerts and each.state in UNSETTLED for each in reverts)

    async def rest(self) -> None:
        """Wait until nothing is left to do; a look that is needed may take its time."""
        await self.notice()
        async with self._patience():
            looks = 0
            while not await self._is_quiet():
                looks += 1
                if looks % LOOKS == 0 and not await self._is_at_work():
                    self.dial.forward(timedelta(minutes=1))
                await asyncio.sleep(0.05)

    async def _is_at_work(self) -> bool:
        """Tell whether somebody holds something; what is left otherwise waits for its time."""
        overview = await self.store.overview()
        running = any(state == "running" for _, state in overview.steps)
        return running or "claimed" in overview.deliveries

    @asynccontextmanager
    async def _patience(self) -> AsyncIterator[None]:
        """Wait no longer than `PATIENCE`; then tell what was left, instead of only that it was."""
        try:
            async with asyncio.timeout(PATIENCE):
                yield
        except TimeoutError:
            raise AssertionError(await self._left()) from None

    async def _left(self) -> str:
        """Describe what is not at rest, for whoever must find out why."""
        steps = [step for step in await self.store.steps(1000) if step.state in UNSETTLED]
        lines = [f"not at rest at {self.dial()}; crowned {self.witness.crowned}"]
        lines += [f"not taken: {guid}" for guid in missing(self.sim)]
        lines += [
            f"on its way: {each.event}" for each in self.sim.deliveries if not each.status_code
        ]
        lines += [f"deliveries: {(await self.store.overview()).deliveries}"]
        lines += [f"step: {step}" for step in steps]
        lines += [f"alert: {alert}" for alert in await self.store.alerts(1000)]
        return "\n".join([*lines, *(guard.log[-6000:] for guard in self.guards)])

    async def _is_quiet(self) -> bool:
        await self.revive()
        await self.sim.settled()
        told = len(self.sim.deliveries)
        done = not missing(self.sim) and await self.store.settled()
        # The last thing that was done may have been told of only now.
        return done and told == len(self.sim.deliveries)

    async def confirm(self) -> None:
        """Let all come to rest, and hold it against the promises."""
        await self.rest()
        overview = await self.store.overview()
        assert set(overview.deliveries) <= {"done"}, "a delivery was buried"
        for attempt in self.sim.deliveries:
            assert await self.store.has(attempt.guid), f"{attempt.event} was lost"
        promises = Promises(
            sim=self.sim,
            witness=self.witness,
            files=await self._files(),
            pauses=await self.store.pauses(),
        )
        promises.hold()

    async def _files(self) -> list[CaseFile]:
        ids = dict.fromkeys(alert.case_id for alert in await self.store.alerts(1000))
        return [file for each in ids if (file := await self.store.case_file(each)) is not None]
