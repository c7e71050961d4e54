"""A simulated organisation, a client that calls it as an App would, and a place for webhooks."""

import base64
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bot.simulator import AppIdentity, Call, Simulator
from tests.official.validator import OfficialApi

PERMISSIONS = {
    "members": "write",
    "administration": "write",
    "contents": "read",
    "issues": "write",
    "organization_administration": "write",
    "organization_personal_access_tokens": "write",
    "organization_personal_access_token_requests": "write",
    "actions": "write",
    "organization_self_hosted_runners": "write",
    "secret_scanning_alerts": "write",
    "security_events": "write",
    "vulnerability_alerts": "write",
    "checks": "write",
    "repository_hooks": "write",
    "organization_hooks": "write",
    "organization_custom_properties": "write",
}

EVENTS = (
    *("branch_protection_rule", "repository_ruleset", "security_and_analysis"),
    *("organization", "member", "membership", "team", "team_add", "repository", "public"),
    *("deploy_key", "push", "create", "delete", "fork", "personal_access_token_request"),
    "custom_property_values",
    *("secret_scanning_alert", "issues", "issue_comment", "pull_request", "workflow_run"),
)

SECRET = "a webhook secret"


@dataclass
class Clock:
    """A clock that moves only when told to."""

    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def pass_(self, **lapse: float) -> None:
        """Let time pass."""
        self.now += timedelta(**lapse)


@dataclass
class Answer:
    """What the API answered."""

    status: int
    data: Any
    headers: Any


@dataclass
class Client:
    """Calls the API with a token, unless told otherwise."""

    session: aiohttp.ClientSession
    url: str
    token: str = ""

    async def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        **headers: str,
    ) -> Answer:
        """Make a call; header names are written with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        shown = self.token if token is None else token
        if shown:
            sent["Authorization"] = f"Bearer {shown}"
        url = path if path.startswith("http") else self.url + path
        content = None if body is None else orjson.dumps(body)
        async with self.session.request(
            method, url, data=content, headers=sent, allow_redirects=False
        ) as reply:
            raw = await reply.read()
            return Answer(reply.status, orjson.loads(raw) if raw else None, reply.headers)


@dataclass
class Inbox:
    """A web server that takes webhooks, and answers with ``status``."""

    url: str = ""
    status: int = 202
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, http: web.Request) -> web.Response:
        """Take one delivery."""
        self.received.append((dict(http.headers), await http.read()))
        return web.Response(status=self.status)


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    """Make the App's key once."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands still."""
    return Clock()


@pytest.fixture
def app(key: rsa.RSAPrivateKey) -> AppIdentity:
    """Register an App."""
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return AppIdentity(
        id=12345,
        slug="tipstaff",
        public_key=public.decode(),
        webhook_secret=SECRET,
        permissions=PERMISSIONS,
        events=EVENTS,
    )


@pytest.fixture(scope="session")
def official() -> OfficialApi:
    """Read GitHub's descriptions once."""
    return OfficialApi()


@pytest.fixture
async def sim(app: AppIdentity, clock: Clock) -> AsyncIterator[Simulator]:
    """Run an organisation with a few people and a repository."""
    simulator = Simulator(app, org="acme", clock=clock)
    simulator.add_owner("olivia")
    simulator.add_member("bob")
    simulator.add_user("eve")
    simulator.add_repository("widgets", private=True, files={"src/app.py": "print()\n"})
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
def judged(sim: Simulator, official: OfficialApi) -> Iterator[list[str]]:
    """Hold every successful call and answer against GitHub's description."""
    problems: list[str] = []

    def judge(call: Call, answer: Any) -> None:
        try:
            if call.template is not None and call.status < 400:
                official.check(call)
            if call.template is not None:
                official.check_reply(call, answer)
        except AssertionError as error:
            problems.append(str(error))

    sim.observers.append(judge)
    yield problems
    assert problems == []


@pytest.fixture
async def inbox(sim: Simulator) -> AsyncIterator[Inbox]:
    """Receive the simulator's webhooks over TCP."""
    box = Inbox()
    application = web.Application(client_max_size=2**25)
    application.router.add_post("/webhooks", box.take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    box.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks"
    sim.hook_url = box.url
    yield box
    await runner.cleanup()


def sign_jwt(key: rsa.RSAPrivateKey, clock: Clock, **changed: Any) -> str:
    """Write the App's JWT, good for nine minutes unless the claims are changed."""
    now = int(clock().timestamp())
    claims = {"iat": now - 60, "exp": now + 540, "iss": "12345", **changed}
    parts = [{"alg": "RS256", "typ": "JWT"}, claims]
    signed = b".".join(_encode(orjson.dumps(part)) for part in parts)
    signature = key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return (signed + b"." + _encode(signature)).decode()


def _encode(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


@pytest.fixture
async def api(sim: Simulator, key: rsa.RSAPrivateKey, clock: Clock) -> AsyncIterator[Client]:
    """Call the API with an installation token for everything the App was granted."""
    async with aiohttp.ClientSession() as session:
        client = Client(session, sim.url, sign_jwt(key, clock))
        path = f"/app/installations/{sim.installation_id}/access_tokens"
        client.token = (await client("POST", path)).data["token"]
        yield client


@pytest.fixture
def jwt(key: rsa.RSAPrivateKey, clock: Clock) -> str:
    """Give the App's JWT."""
    return sign_jwt(key, clock)
