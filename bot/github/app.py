"""The App as GitHub knows it, and the way to each of its installations."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import aiohttp
from cachetools import LRUCache

from bot.core.errors import ConfigurationError, Forbidden, NotFound, Unavailable
from bot.github.cache import AnswerCache
from bot.github.client import Client, Nobody, Retry
from bot.github.gate import Gate
from bot.github.key import load_key, read_private_key
from bot.github.line import Line, Observation
from bot.github.pace import Pace
from bot.github.tokens import AppJwt, InstallationCredential, TokenMint, spell
from bot.github.transport import Transport

_INSTALLATIONS_HELD: Final = 256
_GATES_HELD: Final = 10_000
_CACHE_BYTES: Final = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class AppIdentity:
    """Who the App is; ``login`` is how it appears as an actor (``slug[bot]``)."""

    id: int
    slug: str
    login: str
    html_url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """One place where the App is installed.

    ``account_type`` is ``Organization``, ``User`` or ``Enterprise``; ``permissions`` is what was
    granted there, which may lag behind what the App asks for.
    """

    id: int
    account: str
    account_id: int
    account_type: str
    permissions: Mapping[str, str]
    suspended: bool


class InstallationClient:
    """One installation: its own cache and limits, shared by its narrowed views only."""

    def __init__(
        self,
        installation_id: int,
        *,
        line: Line,
        gate: Gate,
        mint: TokenMint,
        retry: Retry,
        cache_bytes: int,
    ) -> None:
        self.id = installation_id
        self._line = line
        self._gate = gate
        self._mint = mint
        self._retry = retry
        self._cache = AnswerCache(cache_bytes)

    def narrowed(self, permissions: Mapping[str, str]) -> Client:
        """Return a view whose token can do no more than this. Nothing is fetched yet."""
        wanted = spell(permissions)
        scope = ",".join(f"{name}:{level}" for name, level in wanted)
        transport = Transport(
            self._line, gate=self._gate, cache=self._cache.part(scope), installation=self.id
        )
        credential = InstallationCredential(self._mint, self.id, wanted)
        return Client(transport, credential, retry=self._retry)


class GitHubApp:
    """The App's way to GitHub; one for the whole process.

    ``clock`` returns the present as an aware datetime, ``sleep`` waits some seconds, ``jitter``
    gives 0 <= x < 1; ``timeout`` is the most seconds one request may take, ``cache_bytes`` what
    each installation's answers may take up. Raises `ConfigurationError` for an unusable key.
    """

    def __init__(
        self,
        *,
        app_id: int | str,
        private_key: str,
        session: aiohttp.ClientSession,
        clock: Callable[[], datetime],
        api_url: str = "https://api.github.com",
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        pace: Pace | None = None,
        timeout: float = 10.0,
        cache_bytes: int = _CACHE_BYTES,
        observe: Callable[[Observation], None] | None = None,
    ) -> None:
        self._line = Line(
            session=session, api_url=api_url, clock=clock, timeout=timeout, observe=observe
        )
        self._pace = pace or Pace()
        self._sleep = sleep
        self._retry = Retry(sleep=sleep, jitter=jitter)
        self._cache_bytes = cache_bytes
        credential = AppJwt(str(app_id), load_key(read_private_key(private_key)), clock=clock)
        self._app = Client(
            Transport(
                self._line, gate=self._new_gate(), cache=AnswerCache(cache_bytes).part("app")
            ),
            credential,
            retry=self._retry,
        )
        self._anonymous = Client(
            Transport(self._line, gate=self._new_gate(), cache=None), Nobody(), retry=self._retry
        )
        self._mint = TokenMint(self._app, clock=clock)
        self._installations: LRUCache[int, InstallationClient] = LRUCache(_INSTALLATIONS_HELD)
        # Kept longer than the clients: who comes back must still know that it has to wait.
        self._gates: LRUCache[int, Gate] = LRUCache(_GATES_HELD)
        self._identity: AppIdentity | None = None

    def _new_gate(self) -> Gate:
        return Gate(self._pace, clock=self._line.clock, sleep=self._sleep)

    async def identity(self) -> AppIdentity:
        """Return who the App is, asked of GitHub once.

        Raises `ConfigurationError` when GitHub does not know the App by this id and key.
        """
        if self._identity is None:
            try:
                data = (await self._app.call("GET", "/app")).data
            except (Forbidden, NotFound) as failure:
                raise ConfigurationError(
                    f"{failure}; check that APP_ID and PRIVATE_KEY belong to the same App, and "
                    "that this machine's clock is right"
                ) from None
            self._identity = _identity(data)
        return self._identity

    async def installations(self) -> tuple[Installation, ...]:
        """Return every place where the App is installed, suspended ones as well."""
        return tuple([_installation(item) async for item in self._app.pages("/app/installations")])

    def installation(self, installation_id: int) -> InstallationClient:
        """Return the way to one installation. Nothing is fetched yet."""
        client = self._installations.get(installation_id)
        if client is None:
            gate = self._gates.get(installation_id) or self._new_gate()
            self._gates[installation_id] = gate
            client = InstallationClient(
                installation_id,
                line=self._line,
                gate=gate,
                mint=self._mint,
                retry=self._retry,
                cache_bytes=self._cache_bytes,
            )
            self._installations[installation_id] = client
        return client

    def as_app(self) -> Client:
        """Return the API as the App itself sees it (``/app/...``), authorised by its JWT."""
        return self._app

    def anonymous(self) -> Client:
        """Return the API as anybody sees it, for calls that must carry no credential."""
        return self._anonymous


def _identity(data: Any) -> AppIdentity:
    try:
        slug = str(data["slug"])
        return AppIdentity(
            id=int(data["id"]), slug=slug, login=f"{slug}[bot]", html_url=str(data["html_url"])
        )
    except (KeyError, TypeError, ValueError):
        raise Unavailable("GET /app: GitHub's answer does not say who the App is") from None


def _installation(data: Any) -> Installation:
    try:
        account = data["account"]
        return Installation(
            id=int(data["id"]),
            # An enterprise has a slug where people and organisations have a login.
            account=str(account.get("login") or account["slug"]),
            account_id=int(account["id"]),
            account_type=str(data.get("target_type") or account["type"]),
            permissions={str(name): str(level) for name, level in data["permissions"].items()},
            suspended=bool(data.get("suspended_at")),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unavailable("GET /app/installations: an installation can't be read") from None
