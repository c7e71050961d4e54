"""The stage of the demo: a simulated organisation, and the real app guarding it."""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.app import App, running, utcnow
from bot.core.errors import TipstaffError
from bot.core.playbook import Mode
from bot.manifest import read_manifest
from bot.rehearsal.keys import make_keys
from bot.respond.alert import CaseFile
from bot.respond.step import StepState
from bot.settings import LogLevel, Settings
from bot.simulator import AppIdentity, Simulator

ORG = "acme"
PATIENCE = 20.0  # seconds to wait for what must happen
PACE = 0.02  # seconds between looks


class Stage:
    """The organisation and the app, and ways to wait for what must happen."""

    def __init__(self, sim: Simulator, app: App) -> None:
        self.sim = sim
        self.app = app
        self._told: set[str] = set()

    async def until(self, what: str, holds: Callable[[], bool]) -> None:
        """Wait until something holds; say what did not come true otherwise."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not holds():  # noqa: ASYNC110 - what is waited for is a state, not an event
                    await asyncio.sleep(PACE)
        except TimeoutError:
            raise TipstaffError(f"the demo waited {PATIENCE:.0f} s in vain for: {what}") from None

    async def quiet(self) -> None:
        """Wait until every delivery is judged and every step that may go on has ended."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.sim.settled()
                while not await self.app.store.settled():
                    await asyncio.sleep(PACE)
                    await self.sim.settled()
        except TimeoutError:
            raise TipstaffError("the demo waited in vain for the work to end") from None

    async def learned(self) -> None:
        """Wait until the roster has seen the owners once: what it never saw cannot change."""
        async with asyncio.timeout(PATIENCE):
            while await self.app.store.known(ORG) is None:  # noqa: ASYNC110 - a state, not an event
                await asyncio.sleep(PACE)

    async def new_cases(self) -> list[CaseFile]:
        """Return the cases that came up since the last look, oldest first."""
        files = {}
        for alert in await self.app.store.alerts():
            if alert.case_id not in self._told:
                file = await self.app.store.case_file(alert.case_id)
                if file is not None:
                    files[alert.case_id] = file
        self._told |= files.keys()
        return sorted(files.values(), key=lambda file: file.case.opened_at)

    async def case(self, case_id: str) -> CaseFile:
        """Return a case as it now stands."""
        file = await self.app.store.case_file(case_id)
        if file is None:
            raise TipstaffError(f"the case {case_id} is gone")
        return file


def waiting(file: CaseFile) -> bool:
    """Whether a step of the case waits for approval."""
    return any(step.state is StepState.AWAITING for step in file.steps)


def people(sim: Simulator) -> None:
    """Put the organisation on stage: two owners, three members, two from outside."""
    sim.add_owner("olivia")
    sim.add_owner("omar")
    for member in ("alice", "bob", "carol"):
        sim.add_member(member)
    sim.add_user("eve")
    sim.add_repository("security", private=True)
    sim.add_repository("payments", private=True)
    sim.add_repository("website", private=True)
    sim.add_collaborator("payments", "alice", "admin")
    sim.add_collaborator("payments", "bob", "push")
    sim.add_collaborator("payments", "eve", "push")
    sim.add_collaborator("website", "alice", "admin")


@asynccontextmanager
async def staged(playbooks: Path, lists: Path, manifest: Path) -> AsyncIterator[Stage]:
    """Start everything on free ports and in a folder of its own; leave nothing behind."""
    keys, secret = make_keys(), secrets.token_hex(32)
    wants = read_manifest(await asyncio.to_thread(manifest.read_text, encoding="utf-8"))
    identity = AppIdentity(
        id=20260101,
        slug="tipstaff",
        public_key=keys.public,
        webhook_secret=secret,
        permissions=wants.permissions,
        events=wants.events,
    )
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tipstaff-demo-"))
        sim = Simulator(identity, org=ORG)
        people(sim)
        url = await sim.start()
        # The story is told of the playbooks as they are: nobody's own changes apply to it.
        config = Path(folder, "tipstaff.yml")
        await asyncio.to_thread(config.touch)
        stack.push_async_callback(sim.stop)
        settings = Settings(
            app_id=identity.id,
            private_key=SecretStr(keys.private),
            webhook_secret=SecretStr(secret),
            database_url=SecretStr(f"sqlite:///{folder}/demo.db"),
            github_api_url=url,
            port=0,
            mode=Mode.ENFORCE,
            playbooks=str(playbooks),
            lists=str(lists),
            config=str(config),
            roster_interval=timedelta(seconds=1),
            quiet_period=timedelta(0),  # the story is told in seconds
            log_level=LogLevel.ERROR,
        )
        app = await stack.enter_async_context(running(settings, clock=utcnow))
        sim.hook_url = f"{app.url}/webhooks"
        stage = Stage(sim, app)
        await stage.learned()
        yield stage
