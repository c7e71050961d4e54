"""What all clients of the App share, what they show to GitHub, and what they tell who counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import aiohttp


def open_session() -> aiohttp.ClientSession:
    """Return a session for the App; the caller closes it.

    It keeps no cookies: calls of different organisations go through it.
    """
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """One HTTP exchange, for whoever counts: ``status`` is 0 when there was no answer.

    ``installation`` is ``None`` for the App itself; ``template`` is the call's URL template, which
    names no organisation; ``seconds`` is how long the exchange took by the App's clock;
    ``remaining`` is what is left of the rate limit, where GitHub says.
    """

    installation: int | None
    method: str
    template: str
    status: int
    seconds: float
    remaining: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Bearer:
    """A credential, in the form gidgethub takes: at most one of the two."""

    jwt: str | None = None
    oauth_token: str | None = None

    def __repr__(self) -> str:
        return "Bearer(...)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What all clients of the App share."""

    session: aiohttp.ClientSession
    api_url: str
    clock: Callable[[], datetime]
    timeout: float
    observe: Callable[[Observation], None] | None = None
