"""What did not work: when it is tried again, and when it is left to a person."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.actions.case_issue import TELLING
from bot.core.delivery import Delivery
from bot.core.errors import Paced, Suspended, TipstaffError, Unavailable
from bot.pipeline import StepTask
from bot.respond.step import Step, StepState
from bot.worker.ports import ClaimedDelivery, Queue, Work

log = structlog.get_logger(__name__)

DELIVERY_TRIES = 12
STEP_TRIES = 60
SURPRISES = 8  # tries of a step that fails by a mistake of ours
SETTLE = timedelta(seconds=60)
CREATING = TELLING - {"close-issue"}
BEHIND = timedelta(seconds=1)
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=10)


def pause(attempts: int, jitter: float) -> timedelta:
    """Return how long to wait after the ``attempts``-th try; ``jitter`` in [0, 1) spreads it."""
    base = min(FIRST_PAUSE * 2 ** min(attempts - 1, 16), LONGEST_PAUSE)
    return timedelta(seconds=base.total_seconds() * (0.5 + jitter / 2))


def _tries(error: Unavailable) -> float:
    """Return how often something is tried that GitHub was not available for."""
    return math.inf if isinstance(error, Suspended | Paced) else STEP_TRIES


class Retry:
    """Puts off what one worker holds and could not do, or gives it up.

    ``settle`` is how long a request without an answer may still take effect.
    """

    def __init__(
        self,
        *,
        name: str,
        queue: Queue,
        work: Work,
        clock: Callable[[], datetime],
        settle: timedelta,
        jitter: Callable[[], float],
    ) -> None:
        self._name = name
        self._queue = queue
        self._work = work
        self._clock = clock
        self._settle = settle
        self._jitter = jitter

    async def delivery(self, claimed: ClaimedDelivery, error: Exception) -> None:
        """Put a delivery off that an error kept from being handled, or bury it."""
        delivery, attempts = claimed.delivery, claimed.attempts
        if isinstance(error, Unavailable):
            await self._postpone(delivery, attempts, error.retry_at, str(error), most=_tries(error))
            return
        log.error(
            "delivery.failed", delivery=delivery.id, event_name=delivery.event, exc_info=error
        )
        await self._postpone(delivery, attempts, None, f"{type(error).__name__}: {error}")

    async def step(self, task: StepTask, error: Exception) -> Step:
        """Put a step off that an error kept from being made; return it as it then is."""
        step = task.step
        if isinstance(error, Paced):
            return await self._wait_for_room(task, error)
        if isinstance(error, Unavailable):
            return await self._again(
                task, str(error), self._earliest(step, error), sent=error.sent, most=_tries(error)
            )
        log.error("step.failed", step=step.id, action=step.action, exc_info=error)
        said = f"{type(error).__name__}: {error}"
        # Nobody knows how far it came; such as a receipt that could not be saved.
        most = STEP_TRIES if isinstance(error, TipstaffError) else SURPRISES
        return await self._again(task, said, None, sent=True, most=most)

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
            await self._queue.bury_delivery(delivery.id, worker=self._name, error=error, now=now)
            return
        later = max(now + pause(attempts, self._jitter()), retry_at or now)
        await self._queue.postpone_delivery(
            delivery.id, worker=self._name, error=error, next_at=later
        )

    def _earliest(self, step: Step, error: Unavailable) -> datetime | None:
        """Return when the next try may be made, where that is more than a pause away.

        What creates something is not sent again while the first request may still take effect: to
        look for what it made, before it is made, would make it twice.
        """
        if not error.sent or step.action not in CREATING:
            return error.retry_at
        settled = self._clock() + self._settle
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
            worker=self._name,
            now=now,
            state=state,
            error=str(error),
            next_at=later,
            sent=unsure,
        )
        return replace(step, state=state, error=str(error), next_at=later, sent=unsure)

    async def _again(
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
            worker=self._name,
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
