"""What one try of a step sends out: every write that may have taken effect is noted."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bot.actions.notice import Notice, Notifier
from bot.actions.port import GitHub, Reply
from bot.core.errors import Refused, TipstaffError, Unavailable
from bot.respond.guards.things import covers, untouchable
from bot.respond.step import Receipt, StepState


class Halted(TipstaffError):
    """A write that must not be made now; it was not made. ``receipt`` is how the step ends."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.summary)
        self.receipt = receipt


class Trail:
    """``wrote`` says whether a write of this try may have taken effect.

    A later call of the same try may meet an outage: the error then tells of that call alone, and
    the write before it would be forgotten. ``gate`` is asked right before each write, and told
    whether it is the first one of the try; it raises when the write must not be made. ``intent``
    is the receipt of what is about to be written, as soon as an action has told it.
    """

    def __init__(self, gate: Callable[[bool], Awaitable[None]]) -> None:
        self._gate = gate
        self.wrote = False
        self.intent: Receipt | None = None

    def intend(self, receipt: Receipt) -> None:
        """Note what is about to be written, and what was there before."""
        self.intent = receipt

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """Note the write made inside, as what its outcome shows it to be."""
        await self._gate(not self.wrote)
        before, self.wrote = self.wrote, True
        try:
            yield
        except Refused:
            self.wrote = before
            raise
        except Unavailable as error:
            self.wrote = before or error.sent
            raise


class Noted:
    """GitHub, with every write noted, and none in the repositories that are ``spared``.

    This is the last guard: here a repository has its present name, whichever way an action came
    by it.
    """

    def __init__(self, gh: GitHub, trail: Trail, *, spared: frozenset[str] = frozenset()) -> None:
        self._gh = gh
        self._trail = trail
        self._spared = spared

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
        for repo in _written_to(variables or {}, body or {}):
            if covers(self._spared, repo):
                raise Halted(Receipt(state=StepState.BLOCKED, summary=untouchable(repo)))
        async with self._trail.writing():
            return await self._gh.call(method, url, variables, body=body)

    def pages(
        self, url: str, variables: Mapping[str, str | int] | None = None, *, key: str | None = None
    ) -> AsyncIterator[Any]:
        """Yield every item of a list."""
        return self._gh.pages(url, variables, key=key)


def _written_to(variables: Mapping[str, str | int], body: Mapping[str, Any]) -> Iterator[str]:
    """Yield the repositories that a write names, as ``owner/name``: in its address, or its body."""
    owner, repo, org = (variables.get(name) for name in ("owner", "repo", "org"))
    if owner and repo:
        yield f"{owner}/{repo}"
    for name in body.get("repository_names") or ():
        yield f"{org}/{name}"


class NotedNotifier:
    """The notifier, with every notice noted."""

    def __init__(self, notifier: Notifier, trail: Trail) -> None:
        self._notifier = notifier
        self._trail = trail

    @property
    def names(self) -> Sequence[str]:
        """What the places are called."""
        return self._notifier.names

    async def send(self, name: str, notice: Notice) -> str | None:
        """Deliver a notice."""
        async with self._trail.writing():
            return await self._notifier.send(name, notice)
