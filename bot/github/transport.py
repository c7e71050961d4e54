"""gidgethub, with what it leaves out: time limits, exact errors, redirects, pace.

One `Transport` is one gidgethub client. It never talks to another host than the API's own, and
raises the errors of `bot.core.errors` from within ``_request``, so that gidgethub's, which hide
the body and most headers, never arise.
"""

import contextvars
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import aiohttp
import gidgethub.aiohttp
from yarl import URL

from bot.core.errors import ApiError, Refused, Suspended, Unavailable
from bot.github.address import same_origin
from bot.github.cache import CachePart
from bot.github.failure import Answer, failure_of, is_global_limit, is_write
from bot.github.gate import Gate
from bot.github.line import Bearer, Line, Observation

API_VERSION: Final = "2022-11-28"
_HEADERS: Final = {"x-github-api-version": API_VERSION}
_ACCEPT: Final = "application/vnd.github+json"
_JSON: Final = "application/json; charset=utf-8"
_REQUESTER: Final = "tipstaff"
_REDIRECTS: Final = frozenset({301, 302, 307, 308})
_SAME_METHOD: Final = frozenset({307, 308})
"""Where a write is sent on as it is (RFC 9110, 15.4.8): GitHub answers 307 for what was renamed."""
_MOST_REDIRECTS: Final = 3


@dataclass(kw_only=True, slots=True)
class _Call:
    """What belongs to the call under way: gidgethub hands neither in nor out."""

    template: str
    headers: Mapping[str, str]


_CALL: contextvars.ContextVar[_Call] = contextvars.ContextVar("tipstaff_github_call")


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """A success: the decoded body, exact status, lower-case headers, and the next page's URL."""

    status: int
    data: Any
    headers: Mapping[str, str]
    more: str | None


class _ResetError(aiohttp.ClientError):
    """A reset under a write, in a class aiohttp does not repeat by itself."""


async def _once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending a PUT or DELETE a second time after a reset.

    It repeats idempotent methods in silence; but a repeated DELETE answers 404 although the first
    one took effect, and only the present state can tell those two apart.
    """
    try:
        return await handler(request)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        if not is_write(request.method):
            raise
        raise _ResetError(type(error).__name__) from None


class Transport(gidgethub.aiohttp.GitHubAPI):
    """One gidgethub client: one installation's (or the App's) door, cache and limits."""

    def __init__(
        self, line: Line, *, gate: Gate, cache: CachePart | None, installation: int | None = None
    ) -> None:
        super().__init__(line.session, _REQUESTER, base_url=line.api_url, cache=cache)
        self._line = line
        self._home = URL(line.api_url)
        self._gate = gate
        self._installation = installation

    async def fetch(
        self,
        method: str,
        url: str,
        variables: Mapping[str, str | int] | None,
        *,
        body: Mapping[str, Any] | None,
        bearer: Bearer,
        template: str,
    ) -> Received:
        """Make one call through gidgethub. Raises an `ApiError` for anything but a success."""
        call = _Call(template=template, headers={})
        token = _CALL.set(call)
        try:
            data, more, status = await self._make_request(
                method,
                url,
                dict(variables) if variables is not None else None,
                b"" if body is None else dict(body),
                _ACCEPT,
                jwt=bearer.jwt,
                oauth_token=bearer.oauth_token,
                extra_headers=dict(_HEADERS),
            )
        except (ValueError, LookupError) as error:
            # gidgethub could not decode a success: GitHub did something, nobody knows what.
            raise Unavailable(
                f"{method} {template}: GitHub's answer can't be read ({type(error).__name__})",
                sent=is_write(method),
            ) from None
        finally:
            _CALL.reset(token)
        return Received(
            status=200 if status == 304 else status, data=data, headers=call.headers, more=more
        )

    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, Mapping[str, str], bytes]:
        target = URL(url, encoded=True)
        for _ in range(_MOST_REDIRECTS):
            answer = await self._exchange(method, target, headers, body)
            location = answer.headers.get("location")
            followed = _SAME_METHOD if is_write(method) else _REDIRECTS
            if answer.status not in followed or location is None:
                break
            target = target.join(URL(location, encoded=True))
        failure = self._judge(answer, method=method, path=self._path(target))
        if failure is not None:
            raise failure
        _CALL.get().headers = answer.headers
        # gidgethub decodes plain application/json only; `_judge` has seen that it is JSON.
        return answer.status, {**answer.headers, "content-type": _JSON}, answer.body

    def _path(self, target: URL) -> str:
        """Return a target below the API's root (which is /api/v3 on Enterprise Server)."""
        return target.path.removeprefix(self._home.path.rstrip("/"))

    async def _exchange(
        self, method: str, target: URL, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        """Send one request and read all of its answer, in its turn and within its time."""
        if not same_origin(target, self._home):
            raise Refused(f"{method} {target.host}: not GitHub's API, so nothing was sent there")
        path = self._path(target)
        async with self._gate.turn(method, path):
            began = self._line.clock()
            answer: Answer | None = None
            try:
                async with self._line.session.request(
                    method,
                    target,
                    headers=headers,
                    data=body,
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(
                        total=self._line.timeout, connect=self._line.timeout / 2
                    ),
                    middlewares=(_once,),
                ) as response:
                    answer = Answer(
                        status=response.status,
                        headers={name.lower(): text for name, text in response.headers.items()},
                        body=await response.read(),
                    )
                    return answer
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                raise _lost(error, method=method, path=path) from None
            finally:
                self._tell(method, began, answer)

    def _judge(self, answer: Answer, *, method: str, path: str) -> ApiError | None:
        failure = failure_of(
            answer,
            method=method,
            path=path,
            now=self._line.clock(),
            backoff=self._gate.backoff(),
        )
        if failure is None:
            self._gate.release()
            return _unreadable(answer, method=method, path=path)
        # One organisation's suspension is no limit: the others go on.
        until = failure.retry_at if isinstance(failure, Unavailable) else None
        if isinstance(failure, Suspended):
            return failure
        if until is not None and answer.status in {403, 429} and is_global_limit(answer):
            self._gate.hold(until)
        return failure

    def _tell(self, method: str, began: datetime, answer: Answer | None) -> None:
        if self._line.observe is None:
            return
        remaining = answer.headers.get("x-ratelimit-remaining", "") if answer else ""
        self._line.observe(
            Observation(
                installation=self._installation,
                method=method,
                template=_CALL.get().template,
                status=answer.status if answer else 0,
                seconds=(self._line.clock() - began).total_seconds(),
                remaining=int(remaining) if remaining.isdecimal() else None,
            )
        )


def _lost(error: BaseException, *, method: str, path: str) -> Unavailable:
    """Say that no answer came, and whether a write may have reached GitHub all the same."""
    unsent = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    if unsent:
        reason = "GitHub can't be reached"
    elif isinstance(error, TimeoutError):
        reason = "GitHub did not answer in time"
    else:
        reason = "the connection to GitHub broke"
    # Only the kind of error: its text may quote the request's headers.
    return Unavailable(
        f"{method} {path}: {reason} ({type(error).__name__})",
        sent=is_write(method) and not unsent,
    )


def _unreadable(answer: Answer, *, method: str, path: str) -> ApiError | None:
    """Catch a success that is no JSON, such as the page of a proxy in between."""
    kind = answer.headers.get("content-type", "")
    if not answer.body or "json" in kind:
        return None
    return Unavailable(
        f"{method} {path}: the answer is {kind or 'of no known type'}, not JSON; is there a proxy "
        "between here and GitHub?",
        status=answer.status,
        sent=is_write(method),
    )
