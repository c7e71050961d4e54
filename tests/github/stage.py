"""A simulated GitHub, the App that talks to it, and one clock for both."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import aiohttp
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.github import Client, GitHubApp, open_session
from bot.simulator import AppIdentity, Call, Limits, Simulator
from tests.official.validator import OfficialApi

PERMISSIONS = {"members": "write", "issues": "write", "administration": "read", "metadata": "read"}
WEBHOOK_SECRET = "it's a secret to everybody"
APP_ID = 12345


@cache
def key_pair() -> tuple[str, str]:
    """Return a private and a public key as PEM texts; making one takes a moment."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        form.Encoding.PEM, form.PrivateFormat.TraditionalOpenSSL, form.NoEncryption()
    )
    public = key.public_key().public_bytes(
        form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


@cache
def official_api() -> OfficialApi:
    """Return the judge of calls; reading GitHub's description takes a moment."""
    return OfficialApi()


@dataclass(kw_only=True)
class Clock:
    """A clock that moves only when told to, or when somebody sleeps by it."""

    now: datetime = datetime(2025, 6, 1, 12, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def move(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    async def sleep(self, seconds: float) -> None:
        """Let that time pass at once."""
        self.slept.append(seconds)
        self.move(seconds=seconds)


def build_app(
    api_url: str,
    *,
    session: aiohttp.ClientSession,
    clock: Clock,
    private_key: str | None = None,
    app_id: int = APP_ID,
    timeout: float = 10.0,
) -> GitHubApp:
    """Return the App of one process, in which nothing is waited for in earnest."""
    return GitHubApp(
        app_id=app_id,
        private_key=private_key or key_pair()[0],
        api_url=api_url,
        session=session,
        clock=clock,
        sleep=clock.sleep,
        jitter=lambda: 0.5,
        timeout=timeout,
    )


@dataclass(kw_only=True)
class Stage:
    """Everything a test needs of GitHub."""

    sim: Simulator
    app: GitHubApp
    clock: Clock
    session: aiohttp.ClientSession

    def another_app(
        self, *, private_key: str | None = None, app_id: int = APP_ID, timeout: float = 10.0
    ) -> GitHubApp:
        """Return another process's App, which knows nothing of the first one's tokens."""
        return build_app(
            self.sim.url,
            session=self.session,
            clock=self.clock,
            private_key=private_key,
            app_id=app_id,
            timeout=timeout,
        )

    def gh(self, **permissions: str) -> Client:
        """Return the installation with a token for these permissions."""
        return self.app.installation(self.sim.installation_id).narrowed(
            permissions or {"members": "write"}
        )

    def count(self, method: str, ending: str) -> int:
        """Count the calls GitHub saw."""
        return sum(call.method == method and call.path.endswith(ending) for call in self.sim.calls)

    @property
    def minted(self) -> int:
        """How many tokens were asked for."""
        return self.count("POST", "/access_tokens")


@asynccontextmanager
async def open_stage(
    *, limits: Limits | None = None, permissions: Mapping[str, str] | None = None
) -> AsyncIterator[Stage]:
    """Start a simulated GitHub with one organisation, ``acme``, owned by ``olivia``.

    In the end every call that was made is held against GitHub's official description.
    """
    clock = Clock()
    identity = AppIdentity(
        id=APP_ID,
        slug="tipstaff",
        public_key=key_pair()[1],
        webhook_secret=WEBHOOK_SECRET,
        permissions=permissions or PERMISSIONS,
        events=("member", "repository", "issues", "issue_comment"),
    )
    async with (
        Simulator(identity, org="acme", clock=clock, limits=limits) as sim,
        open_session() as session,
    ):
        sim.add_owner("olivia")
        sim.add_repository("widgets")
        app = build_app(sim.url, session=session, clock=clock)
        problems: list[str] = []
        sim.observers.append(lambda call, reply: problems.extend(judge(call, reply)))
        yield Stage(sim=sim, app=app, clock=clock, session=session)
        assert problems == []


def judge(call: Call, reply: Any) -> Iterator[str]:
    """Yield what GitHub's official description does not know in a call or its answer."""
    try:
        official_api().check(call)
        if 0 < call.status < 500:  # otherwise a fault was the answer
            official_api().check_reply(call, reply)
    except AssertionError as problem:
        yield str(problem)
