"""An event loop whose time jumps over what it would only wait for: minutes cost milliseconds.

Time passes as it does outside while anything is under way, the state database included; where
nothing is, it jumps to the next thing that is due. So what is told in its seconds is what GitHub's
limits cost, and the work itself at most as much as it takes on this machine.
"""

import asyncio
import selectors
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from unittest.mock import patch

from bot.store import SharedClock
from bot.store.database import Embedded

T = TypeVar("T")
START = datetime(2026, 11, 22, 7, tzinfo=UTC)
QUIET = 0.004  # seconds without a byte after which nothing is under way on this machine
LONGEST = 1.0  # seconds to jump at once, so that whoever was about to come is not left behind


class _Selector(selectors.BaseSelector):
    """The system's selector; instead of waiting for a time, it puts the clock forward."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.busy = 0
        self._real = selectors.DefaultSelector()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for a moment; if nothing comes, it is later."""
        if timeout is None or timeout <= 0 or self.busy:
            return self._real.select(timeout)
        found = self._real.select(min(timeout, QUIET))
        if not found and timeout > QUIET:
            self.ahead += min(timeout, LONGEST) - QUIET
        return found

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Watch a file."""
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """Watch it no more."""
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Watch it for something else."""
        return self._real.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        """Return what is watched."""
        return self._real.get_map()

    def close(self) -> None:
        """Let go of everything."""
        self._real.close()


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, waiting: _Selector) -> None:
        self._waiting = waiting
        super().__init__(waiting)

    def time(self) -> float:
        """Tell the time of the simulation, in seconds."""
        return time.monotonic() + self._waiting.ahead


class Simulation:
    """Runs one story in simulated time; `clock` tells it, and so do leases."""

    def __init__(self) -> None:
        self._selector = _Selector()
        self._loop = _Loop(self._selector)
        self._began = self._loop.time()

    def clock(self) -> datetime:
        """Tell the time."""
        return START + timedelta(seconds=self._loop.time() - self._began)

    def run(self, story: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run the story to its end."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner, self._followed():
            return runner.run(story())

    @contextmanager
    def _followed(self) -> Iterator[None]:
        """Have leases follow the loop's time, and the loop wait for the database's threads."""
        kept = SharedClock.__init__.__kwdefaults__
        with ExitStack() as stack:
            stack.enter_context(patch.dict(kept, elapsed=self._loop.time))
            for name in ("accept", "read", "write"):
                waited = self._waited(getattr(Embedded, name))
                stack.enter_context(patch.object(Embedded, name, waited))
            yield

    def _waited(self, method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def counted(*given: Any) -> Any:
            self._selector.busy += 1
            try:
                return await method(*given)
            finally:
                self._selector.busy -= 1

        return counted
