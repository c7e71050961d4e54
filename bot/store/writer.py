"""One thread that writes for everybody: what waits together is committed together.

A commit costs a trip to the disk. Whatever arrives while one commit is under way shares the next,
so the cost falls as the load rises, and every caller is still answered only after its own commit.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from bot.core.delivery import Delivery
from bot.store.errors import StoreUnavailable

T = TypeVar("T")
Operation = Callable[[Connection], T]
TakeIn = Callable[[Connection, Sequence[Delivery]], list[bool]]

# Bounds how long the first of a group waits for the last.
_GROUP = 256
# How long a delivery waits for company. GitHub waits 10 s for its answer; a commit of one delivery
# takes as long as one of fifty, and takes the processor from those who are about to come.
_GATHER_SECONDS = 0.002


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Order:
    """Something to write, and who waits for it."""

    work: Delivery | Operation[Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


_Outcomes = dict[_Order, Any]  # the result, or the exception


class Writer:
    """Runs operations and takes deliveries in, each group in one transaction.

    A delivery waits two milliseconds for others to come; an operation, on which a response may
    wait, goes at once. An operation that raises is rolled back alone; its neighbours are committed.
    """

    def __init__(self, engine: Engine, take_in: TakeIn) -> None:
        self._engine = engine
        self._take_in = take_in
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._open = True
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    async def accept(self, delivery: Delivery) -> bool:
        """Record a delivery; return, once it is durable, whether it is new."""
        return bool(await self._submit(delivery))

    async def run(self, operation: Operation[T]) -> T:
        """Run an operation; return, once it is durable, what it returned."""
        result: T = await self._submit(operation)
        return result

    def close(self) -> None:
        """Write what was submitted, then end the thread."""
        if self._open:
            self._open = False
            self._orders.put(None)
        self._thread.join()

    async def _submit(self, work: Delivery | Operation[Any]) -> Any:
        if not self._open:
            raise StoreUnavailable("the state database is closed")
        loop = asyncio.get_running_loop()
        order = _Order(work=work, future=loop.create_future(), loop=loop)
        self._orders.put(order)
        return await order.future

    def _run(self) -> None:
        more = True
        while more:
            group, more = self._next_group()
            if group:
                _answer(self._commit(group))

    def _next_group(self) -> tuple[list[_Order], bool]:
        """Wait for an order; return it with all that came meanwhile, and whether to go on."""
        group: list[_Order] = []
        order = self._orders.get()
        if order is not None and isinstance(order.work, Delivery):
            time.sleep(_GATHER_SECONDS)
        while order is not None:
            group.append(order)
            if len(group) == _GROUP or self._orders.empty():
                return group, True
            order = self._orders.get()
        return group, False

    def _commit(self, group: list[_Order]) -> _Outcomes:
        try:
            with self._engine.begin() as connection:
                outcomes = self._take_all_in(
                    connection, [order for order in group if isinstance(order.work, Delivery)]
                )
                for order in group:
                    if not isinstance(order.work, Delivery):
                        outcomes[order] = _attempt(connection, order.work)
        except Exception as error:
            return dict.fromkeys(group, error)
        return outcomes

    def _take_all_in(self, connection: Connection, orders: list[_Order]) -> _Outcomes:
        """Take deliveries in together; if that fails, one by one, so that only the bad one does."""
        if not orders:
            return {}
        deliveries = [order.work for order in orders if isinstance(order.work, Delivery)]
        answers = _attempt(connection, lambda held: self._take_in(held, deliveries))
        if not isinstance(answers, Exception):
            return dict(zip(orders, answers, strict=True))
        if len(orders) == 1:
            return {orders[0]: answers}
        return {
            order: outcome
            for single in orders
            for order, outcome in self._take_all_in(connection, [single]).items()
        }


def _attempt(connection: Connection, operation: Operation[Any]) -> Any:
    """Return what the operation returned or raised; in the latter case it left no trace."""
    try:
        with connection.begin_nested():
            return operation(connection)
    except Exception as error:
        if connection.invalidated or connection.closed:
            raise
        return error


def _answer(outcomes: _Outcomes) -> None:
    """Tell everybody, with one wake-up for each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, _Outcomes] = {}
    for order, outcome in outcomes.items():
        by_loop.setdefault(order.loop, {})[order] = outcome
    for loop, told in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_tell, told)


def _tell(outcomes: _Outcomes) -> None:
    for order, outcome in outcomes.items():
        if order.future.done():  # whoever asked has gone; it is written all the same
            continue
        if isinstance(outcome, Exception):
            order.future.set_exception(outcome)
        else:
            order.future.set_result(outcome)
