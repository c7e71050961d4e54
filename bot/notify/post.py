"""Posting a notice over HTTP, once for each try: no redirect, no long wait, no secret told."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
import orjson

from bot.core.errors import ApiError, ConfigurationError, Refused, Unavailable
from bot.respond.inert import plain

SECONDS: Final = 10.0
_LONGEST_WAIT: Final = timedelta(hours=1)
_LATER: Final = frozenset({408, 425, 429})
_UNSENT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_READ: Final = 512  # bytes of an answer that are read for its reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """What is posted: a body, the id by which a second copy is known, and when it is sent."""

    id: str
    at: datetime
    body: Mapping[str, Any]


class Poster:
    """Posts JSON. ``seconds`` is the most that one try may take."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        clock: Callable[[], datetime],
        seconds: float = SECONDS,
    ) -> None:
        self._session = session
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=seconds, connect=seconds / 2)

    async def post(self, name: str, url: str, post: Post, *, secret: bytes | None = None) -> None:
        """Post to the place called ``name``; its ``url`` appears in no error.

        With a ``secret`` the post is signed as https://www.standardwebhooks.com says. Raises
        `Refused` when the place said no, `Unavailable` when nobody can know or it is not the time.
        """
        body = orjson.dumps(post.body, default=str, option=orjson.OPT_NON_STR_KEYS)
        try:
            async with self._session.post(
                url,
                data=body,
                headers=headers(post, body, secret),
                allow_redirects=False,
                timeout=self._timeout,
            ) as response:
                said = await response.content.read(_READ)
                failure = self._judge(name, response, said)
        except aiohttp.InvalidURL:
            raise Refused(f"the address of '{name}' is not one that can be posted to") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            unsent = isinstance(error, _UNSENT)
            # Only the kind of error: its text may quote the address, which is a secret.
            raise Unavailable(
                f"'{name}' can't be reached ({type(error).__name__})", sent=not unsent
            ) from None
        if failure is not None:
            raise failure

    def _judge(self, name: str, response: aiohttp.ClientResponse, said: bytes) -> ApiError | None:
        status = response.status
        if 200 <= status < 300:
            return None
        if 300 <= status < 400:
            return Refused(
                f"'{name}' answered {status}: it is somewhere else now; set its new address",
                status=status,
            )
        text = f"'{name}' answered {status}{_reason(response, said)}"
        if status in _LATER or status >= 500:
            until = self._retry_at(response.headers.get("retry-after", ""))
            return Unavailable(text, status=status, retry_at=until, sent=status >= 500)
        return Refused(text, status=status)

    def _retry_at(self, told: str) -> datetime | None:
        """Read ``retry-after``: seconds, or an HTTP date."""
        now = self._clock()
        if told.isdecimal():
            return now + min(timedelta(seconds=int(told[:9])), _LONGEST_WAIT)
        try:
            at = parsedate_to_datetime(told)
        except ValueError:
            return None
        return min(at if at.tzinfo else at.replace(tzinfo=UTC), now + _LONGEST_WAIT)


def _reason(response: aiohttp.ClientResponse, said: bytes) -> str:
    """Return an answer's reason, as Slack gives one, if it is a short plain text."""
    text = plain(said.decode("utf-8", "replace"), 120)
    return f", {text}" if text and response.content_type == "text/plain" else ""


def headers(post: Post, body: bytes, secret: bytes | None) -> dict[str, str]:
    """Return the headers of a post: what it is, its id and, with a secret, its signature."""
    stamp = str(int(post.at.timestamp()))
    known = {
        "content-type": "application/json",
        "user-agent": "tipstaff",
        "webhook-id": post.id,
        "webhook-timestamp": stamp,
    }
    if secret is None:
        return known
    signed = hmac.new(secret, f"{post.id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {**known, "webhook-signature": f"v1,{base64.b64encode(signed).decode()}"}


def read_secret(text: str) -> bytes:
    """Return the bytes of a ``whsec_...`` secret; raise `ConfigurationError` for any other."""
    try:
        key = base64.b64decode(text.strip().removeprefix("whsec_"), validate=True)
    except binascii.Error:
        key = b""
    if not 24 <= len(key) <= 64:
        raise ConfigurationError(
            "TIPSTAFF_NOTIFY_WEBHOOK_SECRET does not fit; set it to what "
            '`echo "whsec_$(openssl rand -base64 32)"` prints'
        )
    return key
