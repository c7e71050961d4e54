"""GitHub as one try of a step sees it: every write that may have taken effect is noted."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from bot.actions.port import GitHub, Reply
from bot.core.errors import Refused, Unavailable


class Noted:
    """Passes every call on; ``wrote`` says whether a write of this try may have taken effect.

    A later call of the same try may meet an outage: the error then tells of that call alone, and
    the write before it would be forgotten. ``held`` says whether the step is still this worker's:
    one that was out cold for longer than its lease must not write beside its successor.
    """

    def __init__(self, gh: GitHub, held: Callable[[], Awaitable[bool]]) -> None:
        self._gh = gh
        self._held = held
        self.wrote = False

    async def call(
        self,
        method: str,
        url: str,
        variables: Mapping[str, str | int] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Make one call."""
        if method == "GET":
            return await self._gh.call(method, url, variables, body=body)
        if not await self._held():
            raise Unavailable("another worker has taken this step over")
        before, self.wrote = self.wrote, True
        try:
            return await self._gh.call(method, url, variables, body=body)
        except Refused:
            self.wrote = before
            raise
        except Unavailable as error:
            self.wrote = before or error.sent
            raise

    def pages(
        self, url: str, variables: Mapping[str, str | int] | None = None, *, key: str | None = None
    ) -> AsyncIterator[Any]:
        """Yield every item of a list."""
        return self._gh.pages(url, variables, key=key)
