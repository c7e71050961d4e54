"""The state database as the rest of Tipstaff sees it: every method is one transaction."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Self

import sqlalchemy as sa

from bot.core.delivery import Delivery
from bot.respond.alert import Answer, Plan
from bot.respond.step import Approval, Receipt, Step, StepState
from bot.respond.told import Told
from bot.store import (
    claims,
    engines,
    inbox,
    ledger,
    schema,
    turns,
)
from bot.store.awaited import Conclude
from bot.store.cases import Cases
from bot.store.database import open_database
from bot.store.values import ClaimedDelivery, Task


class Store(Cases):
    """What Tipstaff knows and has to do. What a method wrote is durable when it returns.

    Times are aware; ``worker`` is a name that is unique among all running processes. Every method
    may raise `StoreUnavailable`; nothing was written then.
    """

    @classmethod
    async def open(cls, url: str, *, clock: Callable[[], datetime]) -> Self:
        """Open the database at ``url`` (``sqlite:///path`` or ``postgresql://...``).

        A new SQLite file gets its tables. Raises `ConfigurationError` for an unusable URL, and
        for a schema that is not this version's, saying what to run.
        """
        parsed = engines.parse(url)
        await asyncio.to_thread(schema.require, parsed)
        return cls(open_database(parsed), clock=clock)

    async def close(self) -> None:
        """Finish what was begun, and close."""
        await self._database.close()

    async def ping(self) -> None:
        """Return when the database answers; raise `StoreUnavailable` when it does not."""
        await self._database.read(lambda held: held.execute(sa.select(1)).one())

    async def now(self) -> datetime:
        """Tell the time by the database's clock, the one that all workers share."""
        return await self._database.read(engines.now)

    async def accept(self, delivery: Delivery) -> bool:
        """Record a delivery; true if it is new, false if its id is known."""
        return await self._database.accept(delivery)

    async def has(self, delivery_id: str) -> bool:
        """Tell whether a delivery with this id was ever recorded."""
        return await self._database.read(lambda held: inbox.contains(held, delivery_id))

    async def claim_deliveries(
        self, worker: str, *, now: datetime, lease: timedelta, limit: int
    ) -> list[ClaimedDelivery]:
        """Take up to ``limit`` deliveries that are due or that a dead worker held, oldest first."""
        return await self._database.write(
            lambda held: inbox.claim(held, worker, now=now, lease=lease, limit=limit)
        )

    async def complete(
        self,
        delivery_id: str,
        *,
        worker: str,
        now: datetime,
        action: str,
        plans: Sequence[Plan] = (),
        answer: Answer | None = None,
        conclude: Conclude | None = None,
        tells: Sequence[Told] = (),
    ) -> bool:
        """Save what a delivery leads to, and that it is handled; ``action`` is its event's.

        False when the claim was lost: nothing is written then. An alert already there stays as it
        is; a standing case takes those of its key. ``conclude`` gives further plans from what is
        remembered, inside the transaction; ``tells`` is what the event says of who may do what.
        `Moved`: the case is not as the answer expects.
        """
        return await self._database.write(
            lambda held: ledger.complete(
                held,
                delivery_id,
                worker=worker,
                now=now,
                action=action,
                plans=plans,
                given=answer,
                conclude=conclude,
                tells=tells,
            )
        )

    async def keep(self, delivery_id: str, *, worker: str, plans: Sequence[Plan]) -> bool:
        """Save what a delivery leads to before it is handled; false when the claim was lost."""
        return await self._database.write(
            lambda held: ledger.keep(held, delivery_id, worker=worker, plans=plans)
        )

    async def postpone_delivery(
        self, delivery_id: str, *, worker: str, error: str, next_at: datetime
    ) -> bool:
        """Put a delivery back in the queue until ``next_at``; false when the claim was lost."""
        return await self._database.write(
            lambda held: inbox.postpone(
                held, delivery_id, worker=worker, error=error, next_at=next_at
            )
        )

    async def bury_delivery(
        self, delivery_id: str, *, worker: str, error: str, now: datetime
    ) -> bool:
        """Give up on a delivery and keep it for a person; false when the claim was lost."""
        return await self._database.write(
            lambda held: inbox.bury(held, delivery_id, worker=worker, error=error, now=now)
        )

    async def claim_steps(
        self, worker: str, *, now: datetime, lease: timedelta, limit: int
    ) -> list[Task]:
        """Take up to ``limit`` steps, at most one of each case, the gravest first.

        The claim saves the intent: the step is running, with one attempt more.
        """
        return await self._database.write(
            lambda held: claims.claim(held, worker, now=now, lease=lease, limit=limit)
        )

    async def finish_step(
        self,
        step_id: str,
        *,
        worker: str,
        now: datetime,
        state: StepState,
        receipt: Receipt | None = None,
        error: str = "",
        next_at: datetime | None = None,
        sent: bool = False,
        follow_ups: Sequence[Step] = (),
        ask_until: datetime | None = None,
        approvals: Sequence[Approval] = (),
    ) -> bool:
        """Save what came of a step, with its receipt; false when the claim was lost.

        The receipt's issue becomes the case's; a step that was put back becomes undone. ``sent``
        notes that a write of this try may have taken effect; it is never forgotten again. A step
        that waits for approval is asked for until ``ask_until``, and keeps only ``approvals``.
        Raises `ImpossibleTransition`, and writes nothing, where `STEP_LIFE` knows no such way.
        """
        if state is StepState.RUNNING or (state is StepState.RETRYING and next_at is None):
            raise ValueError(f"{state} does not say what comes next: give next_at, or another")
        return await self._database.write(
            lambda held: ledger.finish(
                held,
                step_id,
                worker=worker,
                now=now,
                state=state,
                receipt=receipt,
                error=error,
                next_at=next_at,
                sent=sent,
                follow_ups=follow_ups,
                ask_until=ask_until,
                approvals=approvals,
            )
        )

    async def resume(self, installation: int, *, now: datetime) -> None:
        """Make every step of an installation due that waits to be tried again."""
        await self._database.write(lambda held: ledger.resume(held, installation, now))

    async def spend_effect(
        self, key: str, value: str, *, by: str, since: datetime, now: datetime
    ) -> bool:
        """Tell whether Tipstaff last set ``key`` to ``value`` since then.

        Only the first ``by`` (a delivery's id) hears yes, as often as it asks.
        """
        return await self._database.write(
            lambda held: ledger.spend_effect(held, key, value, by=by, since=since, now=now)
        )

    async def in_question(self, subject: str) -> bool:
        """Tell whether a step of ours may just be changing a subject (`Subject.key`)."""
        return await self._database.read(lambda held: ledger.in_question(held, subject))

    # What a worker holds

    async def extend(
        self,
        worker: str,
        *,
        deliveries: Collection[str],
        steps: Collection[str],
        now: datetime,
        lease: timedelta,
    ) -> None:
        """Lengthen the lease of what ``worker`` has in hand: it is alive."""
        await self._database.write(
            lambda held: claims.extend(
                held, worker, deliveries=deliveries, step_ids=steps, until=now + lease
            )
        )

    async def holds(self, step_id: str, *, worker: str, attempts: int) -> bool:
        """Tell whether ``worker`` still holds a step by the claim that was its ``attempts``-th."""
        return await self._database.read(
            lambda held: claims.is_held(held, step_id, worker, attempts)
        )

    async def settle_step(
        self,
        step_id: str,
        *,
        worker: str,
        attempts: int,
        params: Mapping[str, Any],
        subject: str | None,
    ) -> bool:
        """Save what a late step is made with; false when the claim was lost."""
        return await self._database.write(
            lambda held: turns.settle(
                held, step_id, worker=worker, attempts=attempts, params=params, subject=subject
            )
        )

    async def put_off(self, *, overdue: datetime, until: datetime) -> int:
        """Put off delayed steps that should have been made before; return how many."""
        return await self._database.write(
            lambda held: turns.put_off(held, overdue=overdue, until=until)
        )

    async def release(self, worker: str, *, now: datetime) -> None:
        """Hand back everything ``worker`` holds, due at once."""
        await self._database.write(lambda held: claims.release(held, worker, now=now))
