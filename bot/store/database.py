"""The two databases behind one face: an event loop asks, threads do."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from sqlalchemy import URL, Engine

from bot.core.delivery import Delivery
from bot.store.engines import connect, is_embedded
from bot.store.errors import StoreUnavailable
from bot.store.failures import explained, lost_a_race
from bot.store.intake import take_in
from bot.store.writer import Operation, Writer

T = TypeVar("T")

_THREADS = 8
_TRIES = 5


class Database(Protocol):
    """Where operations run; each in a transaction of its own, durable before it returns."""

    async def accept(self, delivery: Delivery) -> bool:
        """Record a delivery, together with all others that come at the same time."""
        ...

    async def write(self, operation: Operation[T]) -> T:
        """Run an operation that may write."""
        ...

    async def read(self, operation: Operation[T]) -> T:
        """Run an operation that only reads."""
        ...

    async def close(self) -> None:
        """Finish what was begun, and let go of every connection."""
        ...


def open_database(url: URL) -> Database:
    """Open the database at ``url``, whose schema was looked at before."""
    return Embedded(url) if is_embedded(url) else Server(url)


class Embedded:
    """SQLite: one thread writes, in groups; others read beside it."""

    def __init__(self, url: URL) -> None:
        self._writing = connect(url, connections=1)
        self._reading = connect(url, connections=2, write=False)
        self._writer = Writer(self._writing, take_in)
        self._threads = _Threads(2)

    async def accept(self, delivery: Delivery) -> bool:
        """Record a delivery."""
        with explained():
            return await self._writer.accept(delivery)

    async def write(self, operation: Operation[T]) -> T:
        """Run an operation that may write."""
        with explained():
            return await self._writer.run(operation)

    async def read(self, operation: Operation[T]) -> T:
        """Run an operation that only reads."""
        with explained():
            return await self._threads.run(lambda: _transact(self._reading, operation))

    async def close(self) -> None:
        """Write what was submitted, then close the file."""
        await asyncio.to_thread(self._writer.close)
        await self._threads.close()
        self._reading.dispose()
        self._writing.dispose()


class Server:
    """PostgreSQL: deliveries are taken in by one thread, in groups; the rest runs in a pool."""

    def __init__(self, url: URL) -> None:
        self._engine = connect(url, connections=_THREADS + 1)
        self._writer = Writer(self._engine, take_in)
        self._threads = _Threads(_THREADS)

    async def accept(self, delivery: Delivery) -> bool:
        """Record a delivery."""
        with explained():
            return await self._writer.accept(delivery)

    async def write(self, operation: Operation[T]) -> T:
        """Run an operation that may write; again when another worker was quicker."""
        with explained():
            return await self._threads.run(lambda: _insist(self._engine, operation))

    async def read(self, operation: Operation[T]) -> T:
        """Run an operation that only reads."""
        with explained():
            return await self._threads.run(lambda: _transact(self._engine, operation))

    async def close(self) -> None:
        """Write what was submitted, then close every connection."""
        await asyncio.to_thread(self._writer.close)
        await self._threads.close()
        self._engine.dispose()


class _Threads:
    """A few threads for calls that block."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="store")
        self._open = True

    async def run(self, call: Callable[[], T]) -> T:
        if not self._open:
            raise StoreUnavailable("the state database is closed")
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    async def close(self) -> None:
        self._open = False
        await asyncio.to_thread(self._pool.shutdown)


def _transact(engine: Engine, operation: Operation[T]) -> T:
    with engine.begin() as connection:
        return operation(connection)


def _insist(engine: Engine, operation: Operation[Any]) -> Any:
    for _ in range(_TRIES - 1):
        try:
            return _transact(engine, operation)
        except Exception as error:
            if not lost_a_race(error):
                raise
    return _transact(engine, operation)
