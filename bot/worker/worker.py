"""Claim, run, retry, recover: the loop that keeps recorded work moving.

Everything it does is claimed from the state database under a lease, so a worker may die at any
point: what it held comes back by itself, and another worker, or the next start, takes it up.
"""

import asyncio
import math
import random
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot.actions.case_issue import TELLING
from bot.core.delivery import Delivery
from bot.core.errors import Moved, Paced, Suspended, TipstaffError, Unavailable
from bot.pipeline import StepTask
from bot.respond.step import Step, StepState
from bot.worker.ports import ClaimedDelivery, Queue, Watch, Work

log = structlog.get_logger(__name__)

DELIVERY_BATCH = 32
DELIVERY_TRIES = 12
STEP_TRIES = 60
SURPRISES = 8  # tries of a step that fails by a mistake of ours
SETTLE = timedelta(seconds=60)
CREATING = TELLING - {"close-issue"}
BEHIND = timedelta(seconds=1)
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=10)


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


def pause(attempts: int, jitter: float) -> timedelta:
    """Return how long to wait after the ``attempts``-th try; ``jitter`` in [0, 1) spreads it."""
    base = min(FIRST_PAUSE * 2 ** min(attempts - 1, 16), LONGEST_PAUSE)
    return timedelta(seconds=base.total_seconds() * (0.5 + jitter / 2))


def _tries(error: Unavailable) -> float:
    """Return how often something is tried that GitHub was not available for."""
    return math.inf if isinstance(error, Suspended | Paced) else STEP_TRIES


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
        self._jitter = jitter
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
        except Unavailable as error:
            await self._postpone(delivery, attempts, error.retry_at, str(error), most=_tries(error))
        except Moved:
            await self._again(delivery, attempts)
        except Exception as error:
            log.exception("delivery.failed", delivery=delivery.id, event_name=delivery.event)
            await self._postpone(delivery, attempts, None, f"{type(error).__name__}: {error}")
        else:
            waited = (self._clock() - delivery.received_at).total_seconds()
            self._watch.handled(event, plans, waited)

    async def _postpone(
        self,
        delivery: Delivery,
        attempts: int,
        retry_at: datetime | None,
        error: str,
        *,
        most: float = DELIVERY_TRIES,
    ) -> None:
        now = self._clock()
        if attempts >= most:
            log.error("delivery.buried", delivery=delivery.id, error=error, attempts=attempts)
            await self._queue.bury_delivery(delivery.id, worker=self.name, error=error, now=now)
            return
        later = max(now + pause(attempts, self._jitter()), retry_at or now)
        await self._queue.postpone_delivery(
            delivery.id, worker=self.name, error=error, next_at=later
        )

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
        except Paced as error:
            finished = await self._wait_for_room(task, error)
        except Unavailable as error:
            finished = await self._retry(
                task, str(error), self._earliest(step, error), sent=error.sent, most=_tries(error)
            )
        except Exception as error:
            log.exception("step.failed", step=step.id, action=step.action)
            said = f"{type(error).__name__}: {error}"
            # Nobody knows how far it came; such as a receipt that could not be saved.
            most = STEP_TRIES if isinstance(error, TipstaffError) else SURPRISES
            finished = await self._retry(task, said, None, sent=True, most=most)
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

    def _earliest(self, step: Step, error: Unavailable) -> datetime | None:
        """Return when the next try may be made, where that is more than a pause away.

        What creates something is not sent again while the first request may still take effect: to
        look for what it made, before it is made, would make it twice.
        """
        if not error.sent or step.action not in CREATING:
            return error.retry_at
        settled = self._clock() + self._limits.settle
        return max(settled, error.retry_at or settled)

    async def _wait_for_room(self, task: StepTask, error: Paced) -> Step:
        """Put a step off until GitHub's limits leave room; then the gravest goes first.

        What is put off for that does not wait longer each time, or others would overtake it. What
        comes after it in its alert waits too, unless a write may have taken effect: of an earlier
        try, or of this one, when the look that was to follow it found no room.
        """
        step, now = task.step, self._clock()
        unsure = step.sent or task.resumed or error.sent
        state = StepState.RETRYING if unsure else StepState.PLANNED
        # A read fits in before a write does: what only tells lets what changes go first.
        behind = BEHIND if step.action in TELLING else timedelta(0)
        later = max(now, error.retry_at or now) + behind
        await self._queue.finish_step(
            step.id,
            worker=self.name,
            now=now,
            state=state,
            error=str(error),
            next_at=later,
            sent=unsure,
        )
        return replace(step, state=state, error=str(error), next_at=later, sent=unsure)

    async def _retry(
        self,
        task: StepTask,
        error: str,
        retry_at: datetime | None,
        *,
        sent: bool,
        most: float = STEP_TRIES,
    ) -> Step:
        """Put a step off, or give it up for a person when the tries have run out."""
        step, now = task.step, self._clock()
        if step.attempts >= most:
            given_up = f"given up after {step.attempts} tries; the last one: {error}"
            return await self._work.finish(
                task,
                replace(step, state=StepState.FAILED, error=given_up, sent=step.sent or sent),
            )
        later = max(now + pause(step.attempts, self._jitter()), retry_at or now)
        await self._queue.finish_step(
            step.id,
            worker=self.name,
            now=now,
            state=StepState.RETRYING,
            error=error,
            next_at=later,
            sent=sent,
        )
        return replace(
            step,
            state=StepState.RETRYING,
            error=error,
            next_at=later,
            sent=step.sent or sent,
        )

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
