"""The organisation ``acme`` with Tipstaff guarding it: what the acceptance tests play on."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import SecretStr

from bot.app import App, running, utcnow
from bot.core.playbook import Mode
from bot.manifest import read_manifest
from bot.rehearsal.keys import KeyPair, make_keys
from bot.respond.alert import Alert, CaseFile
from bot.respond.step import Step, StepState
from bot.settings import Settings
from bot.simulator import AppIdentity, Call, Simulator
from bot.store import migrate
from tests.official.validator import OfficialApi

ROOT = Path(__file__).parents[2]
ORG = "acme"
APP_ID = 20260101
BOT = "tipstaff[bot]"
SECRET = "acceptance-webhook-secret-0123456789"
KEYS = make_keys()
WANTS = read_manifest((ROOT / "app.yml").read_text(encoding="utf-8"))
PATIENCE = 60.0
PACE = 0.02
Clock = Callable[[], datetime]
SETTLE = timedelta(milliseconds=400)
DOOR = 0.1


def sign(body: bytes, secret: str = SECRET) -> str:
    """Return the signature GitHub would send with a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


async def until(holds: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(patience):
        while not holds():  # noqa: ASYNC110 - what is waited for is a state, not an event
            await asyncio.sleep(PACE)


@dataclass
class Judge:
    """Holds every call of the bot, and every reply to it, against GitHub's description.

    It writes down first and judges at the end, so that the simulated GitHub stays quick.
    """

    official: OfficialApi
    seen: list[tuple[Call, Any]] = field(default_factory=list)

    def __call__(self, call: Call, answer: Any) -> None:
        """Write one call down."""
        self.seen.append((call, answer))

    def findings(self) -> list[str]:
        """Judge every call; a status of 0 means that the caller never saw an answer."""
        found: list[str] = []
        for call, answer in self.seen:
            try:
                self.official.check(call)
                if 0 < call.status < 500:
                    self.official.check_reply(call, answer)
            except AssertionError as finding:
                found.append(str(finding))
        return list(dict.fromkeys(found))


@asynccontextmanager
async def github(
    official: OfficialApi, keys: KeyPair = KEYS, *, clock: Clock = utcnow
) -> AsyncIterator[Simulator]:
    """Run the organisation: owners olivia and omar, members alice, bob and carol, eve outside."""
    identity = AppIdentity(
        id=APP_ID,
        slug="tipstaff",
        public_key=keys.public,
        webhook_secret=SECRET,
        permissions=WANTS.permissions,
        events=WANTS.events,
    )
    judge = Judge(official)
    async with Simulator(identity, org=ORG, clock=clock) as sim:
        sim.observers.append(judge)
        for owner in ("olivia", "omar"):
            sim.add_owner(owner)
        for member in ("alice", "bob", "carol"):
            sim.add_member(member)
        sim.add_user("eve")
        sim.add_repository("security")
        sim.add_repository("payments")
        sim.add_collaborator("payments", "alice", "admin")
        sim.add_collaborator("payments", "bob", "push")
        sim.add_collaborator("payments", "eve", "push")
        yield sim
    assert judge.findings() == []


class House:
    """The organisation and the app, and ways to wait for what must happen."""

    def __init__(self, sim: Simulator, app: App) -> None:
        self.sim = sim
        self.app = app

    async def quiet(self) -> None:
        """Wait until every delivery was judged and every step that may go on has ended."""
        async with asyncio.timeout(PATIENCE):
            await self.sim.settled()
            while not await self.app.store.settled():
                await asyncio.sleep(PACE)
                await self.sim.settled()

    async def learned(self) -> None:
        """Wait until the roster has seen the owners once."""
        async with asyncio.timeout(PATIENCE):
            while await self.app.store.known(ORG) is None:  # noqa: ASYNC110 - a state, not an event
                await asyncio.sleep(PACE)

    async def until_role(self, login: str, role: str) -> None:
        """Wait until somebody has a role in the organisation, then until all is quiet."""
        await until(lambda: self.sim.org_role(login) == role)
        await self.quiet()

    async def alerts(self) -> list[Alert]:
        """Return every alert so far, oldest first."""
        return await self.app.store.alerts(1000)

    async def alerted(self, count: int) -> list[Alert]:
        """Wait until there are so many alerts; return them."""
        async with asyncio.timeout(PATIENCE):
            while len(found := await self.alerts()) < count:  # noqa: ASYNC110 - a state, not an event
                await asyncio.sleep(PACE)
        return found

    async def case(self) -> CaseFile:
        """Return the only case there is, as it now stands."""
        ids = {alert.case_id for alert in await self.alerts()}
        assert len(ids) == 1, f"there are {len(ids)} cases"
        file = await self.app.store.case_file(ids.pop())
        assert file is not None
        return file

    async def say(self, login: str, text: str) -> CaseFile:
        """Let a person comment on the only case; return it when everything has come of it."""
        issue = (await self.case()).case.issue
        assert issue is not None, "the case has no issue to comment on"
        await self.sim.by(login).comment(issue.repository, issue.number, text)
        await self.quiet()
        return await self.case()

    async def comments(self) -> list[str]:
        """Return what Tipstaff has written on the only case's issue, oldest first."""
        issue = (await self.case()).case.issue
        assert issue is not None, "the case has no issue"
        said = self.sim.comments(issue.repository, issue.number)
        return [str(each["body"]) for each in said if each["user"]["login"] == BOT]

    def writes(self) -> list[str]:
        """Return every call that was meant to change the organisation, as METHOD path."""
        return [
            f"{call.method} {call.path}"
            for call in self.sim.calls
            if call.writes and not call.path.startswith("/app/")
        ]


def issues(sim: Simulator, repository: str = "payments") -> list[dict[str, Any]]:
    """Return the issues that Tipstaff opened in a repository, oldest first."""
    return [issue for issue in sim.issues(repository) if issue["user"]["login"] == BOT]


def step(file: CaseFile, action: str) -> Step:
    """Return the case's last step of an action."""
    return [each for each in file.steps if each.action == action and each.kind == "apply"][-1]


def state(file: CaseFile, action: str) -> StepState:
    """Return the state of the case's last step of an action."""
    return step(file, action).state


def write_playbooks(tmp_path: Path, text: str) -> str:
    """Write playbooks (one file) into a folder of their own; return it as settings name it."""
    folder = tmp_path / "books"
    folder.mkdir()
    (folder / "book.yml").write_text(text, encoding="utf-8")
    return str(folder)


@cache
def _empty_database() -> bytes:
    """Make the state database as a first start makes it; that takes as long as half a test."""
    with TemporaryDirectory() as folder:
        made = Path(folder, "tipstaff.db")
        migrate(f"sqlite:///{made}")
        return made.read_bytes()


def settings(sim: Simulator, tmp_path: Path, **changed: Any) -> Settings:
    """Return the settings of an app that guards the organisation, on a free port."""
    database = tmp_path / "tipstaff.db"
    if not database.exists():
        database.write_bytes(_empty_database())
    usual: dict[str, Any] = {
        "app_id": APP_ID,
        "private_key": SecretStr(KEYS.private),
        "webhook_secret": SecretStr(SECRET),
        "database_url": SecretStr(f"sqlite:///{database}"),
        "github_api_url": sim.url,
        "port": 0,
        "mode": Mode.ENFORCE,
        "playbooks": str(ROOT / "playbooks"),
        "lists": str(ROOT / "lists"),
        "quiet_period": timedelta(0),
    }
    return Settings(**{**usual, **changed})


@asynccontextmanager
async def guarded(
    sim: Simulator, tmp_path: Path, *, clock: Clock = utcnow, **changed: Any
) -> AsyncIterator[House]:
    """Run the app in this process, over TCP, and let it learn who the owners are."""
    async with running(
        settings(sim, tmp_path, **changed), clock=clock, settle=SETTLE, door=DOOR
    ) as app:
        sim.hook_url = f"{app.url}/webhooks"
        house = House(sim, app)
        await house.learned()
        yield house
