"""The port `bot.actions.port.GitHub`, kept by a gidgethub client and a credential."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import structlog

from bot.actions.port import Reply
from bot.core.errors import Forbidden, Unavailable
from bot.github.address import check_variables, with_page_size
from bot.github.line import Bearer
from bot.github.transport import Received, Transport

log = structlog.get_logger(__name__)

_TRIES: Final = 3
_FIRST_BACKOFF: Final = 0.2  # seconds; doubles, and is stretched by up to its own length


class Credential(Protocol):
    """What a client shows to GitHub."""

    async def bearer(self) -> Bearer:
        """Return a credential that is good now, fetching a new one when needed."""
        ...

    def drop(self, bearer: Bearer) -> bool:
        """Forget a credential GitHub refused; true when a new one may fare better."""
        ...


class Nobody:
    """The credential of an unauthenticated call."""

    async def bearer(self) -> Bearer:
        """Return no credential."""
        return Bearer()

    def drop(self, bearer: Bearer) -> bool:  # noqa: ARG002 - the protocol's shape
        """There is nothing to renew."""
        return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Retry:
    """How a client waits between its few own tries: ``jitter`` gives 0 <= x < 1."""

    sleep: Callable[[float], Awaitable[object]]
    jitter: Callable[[], float]


class Client:
    """GitHub's REST API with one credential. See `bot.actions.port.GitHub` for the promises.

    Repeats by itself only what cannot do harm: a ``GET``, and a ``PUT`` or ``DELETE`` of which
    nothing was sent; at most three tries within about a second of waiting. Rate limits and
    everything else are for the caller's durable retry.
    """

    def __init__(self, transport: Transport, credential: Credential, *, retry: Retry) -> None:
        self._transport = transport
        self._credential = credential
        self._retry = retry

    async def call(
        self,
        method: str,
        url: str,
        variables: Mapping[str, str | int] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Make one call, as the port promises."""
        return await self._reply(method, url, variables, body=body, repeatable=method == "GET")

    async def call_again(
        self,
        method: str,
        url: str,
        variables: Mapping[str, str | int] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Make one call that does no harm when made twice, whatever its method."""
        return await self._reply(method, url, variables, body=body, repeatable=True)

    async def pages(
        self, url: str, variables: Mapping[str, str | int] | None = None, *, key: str | None = None
    ) -> AsyncIterator[Any]:
        """Yield every item of a list; raises when a page is missing, never ends early in silence.

        Asks for pages of 100 unless ``url`` says otherwise.
        """
        check_variables(url, variables or {})
        filled: dict[str, str | int] | None = {"per_page": 100, **(variables or {})}
        target: str | None = with_page_size(url)
        seen: set[str] = set()
        while target is not None:
            if target in seen:
                raise Unavailable(f"GET {url}: GitHub's pages lead back to an earlier one")
            seen.add(target)
            received = await self._send(
                "GET", target, filled, body=None, repeatable=True, template=url
            )
            for item in _items(received.data, key=key, url=url):
                yield item
            # A Link is a whole URL already: nothing is left to fill in.
            target, filled = received.more, None

    async def _reply(
        self,
        method: str,
        url: str,
        variables: Mapping[str, str | int] | None,
        *,
        body: Mapping[str, Any] | None,
        repeatable: bool,
    ) -> Reply:
        check_variables(url, variables or {})
        received = await self._send(
            method, url, variables or {}, body=body, repeatable=repeatable, template=url
        )
        return Reply(status=received.status, data=received.data, headers=received.headers)

    async def _send(
        self,
        method: str,
        url: str,
        variables: Mapping[str, str | int] | None,
        *,
        body: Mapping[str, Any] | None,
        repeatable: bool,
        template: str,
    ) -> Received:
        """Send with the present credential, and with a new one after a 401."""

        async def send(bearer: Bearer) -> Received:
            return await self._transport.fetch(
                method, url, variables, body=body, bearer=bearer, template=template
            )

        # Fetched outside of the tries: getting a token has tries of its own.
        bearer = await self._credential.bearer()
        try:
            return await self._try(send, bearer, method=method, repeatable=repeatable)
        except Forbidden as failure:
            # A 401 says that nothing was done, so even a write may be sent again.
            if failure.status != 401 or not self._credential.drop(bearer):
                raise
        bearer = await self._credential.bearer()
        return await self._try(send, bearer, method=method, repeatable=repeatable)

    async def _try(
        self,
        send: Callable[[Bearer], Awaitable[Received]],
        bearer: Bearer,
        *,
        method: str,
        repeatable: bool,
    ) -> Received:
        """Send, and a few times more where that can do no harm."""
        backoff = _FIRST_BACKOFF
        for tried in range(1, _TRIES):
            try:
                return await send(bearer)
            except Unavailable as failure:
                harmless = repeatable or (method in {"PUT", "DELETE"} and _unsent(failure))
                if failure.retry_at is not None or not harmless:
                    raise
                log.info("github.retry", reason=str(failure), status=failure.status, tried=tried)
            await self._retry.sleep(backoff * (1 + self._retry.jitter()))
            backoff *= 2
        return await send(bearer)


def _unsent(failure: Unavailable) -> bool:
    return failure.status == 0 and not failure.sent


def _items(data: Any, *, key: str | None, url: str) -> list[Any]:
    """Return the items of one page; anything but a list is an answer nobody can go by."""
    found = data.get(key) if key is not None and isinstance(data, dict) else data
    if not isinstance(found, list):
        where = f"no list {key!r} in it" if key is not None else "no list"
        raise Unavailable(f"GET {url}: GitHub's answer is {where}")
    return found
