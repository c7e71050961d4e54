"""Claim, run, retry, recover: the loop that keeps recorded work moving.

Everything it does is claimed from the state database under a lease, so a worker may die at any
point: what it held comes back by itself, and another worker, or the next start, takes it up.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot.core.delivery import Delivery
from bot.core.errors import Moved
from bot.pipeline import StepTask
from bot.worker.ports import ClaimedDelivery, Queue, Watch, Work
from bot.worker.retry import SETTLE, Retry

log = structlog.get_logger(__name__)

DELIVERY_BATCH = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much a worker holds at once, and for how long without a sign of life.

    ``settle`` is how long a request without an answer may still take effect.
    """

    concurrency: int = 8
    lease: timedelta = timedelta(seconds=60)
    poll: timedelta = timedelta(seconds=1)
    grace: timedelta = timedelta(seconds=8)
    settle: timedelta = SETTLE


class Worker:
    """Runs one process's share of the work until told to stop."""

    def __init__(
        self,
        *,
        name: str,
        queue: Queue,
        work: Work,
        watch: Watch,
        clock: Callable[[], datetime],
        limits: Limits,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self.beat: datetime | None = None
        self._queue = queue
        self._work = work
        self._watch = watch
        self._clock = clock
        self._limits = limits
        self._retry = Retry(
            name=name, queue=queue, work=work, clock=clock, settle=limits.settle, jitter=jitter
        )
        self._woken = asyncio.Event()
        # What is in hand, by id: only that is kept from falling back to others.
        self._deliveries: dict[str, asyncio.Task[None]] = {}
        self._steps: dict[str, asyncio.Task[None]] = {}
        # What is being handed back: it may be claimed anew before its task has ended.
        self._leaving: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Say that there may be work: the next look happens now instead of at the next poll."""
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; then finish what is in hand, and hand back what is not."""
        stopping = asyncio.create_task(stop.wait())
        heart = asyncio.create_task(self._heartbeat())
        try:
            while not stop.is_set():
                await self._round(stopping)
        finally:
            heart.cancel()
            stopping.cancel()
            await self._wind_down()

    async def _round(self, stopping: asyncio.Task[Any]) -> None:
        """Look once for work, then wait until there may be more."""
        self._woken.clear()
        self.beat = self._clock()
        try:
            found = await self._claim()
        except Exception as error:
            log.warning("worker.claim_failed", error=str(error), kind=type(error).__name__)
            found = False
        if found:
            return
        woken = asyncio.create_task(self._woken.wait())
        await asyncio.wait(
            {woken, stopping},
            timeout=self._limits.poll.total_seconds(),
            return_when=asyncio.FIRST_COMPLETED,
        )
        woken.cancel()

    async def _claim(self) -> bool:
        """Start whatever can be started; return whether anything was."""
        room = DELIVERY_BATCH - len(self._deliveries)
        deliveries: Sequence[ClaimedDelivery] = ()
        if room > 0:
            deliveries = await self._queue.claim_deliveries(
                self.name, now=self._clock(), lease=self._limits.lease, limit=room
            )
        for claimed in deliveries:
            self._start(self._deliveries, claimed.delivery.id, partial(self._handle, claimed))
        room = self._limits.concurrency - len(self._steps)
        steps: Sequence[StepTask] = ()
        if room > 0:
            steps = await self._queue.claim_steps(
                self.name, now=self._clock(), lease=self._limits.lease, limit=room
            )
        for task in steps:
            self._start(self._steps, task.step.id, partial(self._act, task))
        return bool(deliveries or steps)

    def _start(
        self,
        held: dict[str, asyncio.Task[None]],
        name: str,
        job: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        if name in held:
            return  # its lease ran out while this very worker was at it: it still is
        running = asyncio.create_task(job())
        held[name] = running
        running.add_done_callback(lambda done: self._ended(held, name, done))

    def _ended(
        self, held: dict[str, asyncio.Task[None]], name: str, done: asyncio.Task[None]
    ) -> None:
        self._leaving.discard(done)
        if held.get(name) is done:
            del held[name]
        if not done.cancelled() and (error := done.exception()) is not None:
            # What it held comes back by lease; the work itself is safe in the database.
            log.error("worker.lost_hold", error=str(error), kind=type(error).__name__)
        self._woken.set()

    async def _handle(self, claimed: ClaimedDelivery) -> None:
        delivery, attempts = claimed.delivery, claimed.attempts
        try:
            event, plans = await self._work.handle(delivery, attempts=attempts)
        except Moved:
            await self._again(delivery, attempts)
        except Exception as error:
            await self._retry.delivery(claimed, error)
        else:
            waited = (self._clock() - delivery.received_at).total_seconds()
            self._watch.handled(event, plans, waited)

    async def _again(self, delivery: Delivery, attempts: int) -> None:
        """Have a delivery handled anew at once: what it was decided from has moved on."""
        log.info("delivery.moved", delivery=delivery.id, attempts=attempts)
        self._leaving.add(self._deliveries.pop(delivery.id))
        await self._queue.postpone_delivery(
            delivery.id, worker=self.name, error="", next_at=self._clock()
        )

    async def _act(self, task: StepTask) -> None:
        step = task.step
        try:
            finished = await self._work.act(task)
        except Exception as error:
            finished = await self._retry.step(task, error)
        log.info(
            "step.moved",
            step=step.id,
            action=step.action,
            kind=step.kind,
            state=str(finished.state),
            attempts=step.attempts,
            error=finished.error,
        )
        self._watch.stepped(finished)

    async def _heartbeat(self) -> None:
        """Keep the leases alive while work is in hand."""
        while True:
            await asyncio.sleep(self._limits.lease.total_seconds() / 3)
            if not (self._deliveries or self._steps):
                continue
            try:
                await self._queue.extend(
                    self.name,
                    deliveries=list(self._deliveries),
                    steps=list(self._steps),
                    now=self._clock(),
                    lease=self._limits.lease,
                )
            except Exception as error:
                log.warning("worker.heartbeat_failed", error=str(error))

    async def _wind_down(self) -> None:
        """Let what is in hand end by itself for a while, then hand the rest back."""
        held = {*self._deliveries.values(), *self._steps.values(), *self._leaving}
        if held:
            _, late = await asyncio.wait(held, timeout=self._limits.grace.total_seconds())
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
        await self._queue.release(self.name, now=self._clock())
        log.info("worker.stopped", worker=self.name)
