"""What the worker needs of others: the durable queue, the work itself, and who is told of it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.delivery import Delivery
from bot.core.event import Event
from bot.pipeline import StepTask
from bot.respond.alert import Plan
from bot.respond.step import Step, StepState


class ClaimedDelivery(Protocol):
    """A delivery this worker holds, and how often it was tried, this time included."""

    @property
    def delivery(self) -> Delivery:
        """What came in."""
        ...

    @property
    def attempts(self) -> int:
        """How often it was claimed."""
        ...


class Queue(Protocol):
    """The durable work, under leases."""

    async def claim_deliveries(
        self, worker: str, *, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[ClaimedDelivery]:
        """Take deliveries that nobody holds, oldest first."""
        ...

    async def claim_steps(
        self, worker: str, *, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[StepTask]:
        """Take due steps, at most one per case; the claim saves each step's intent."""
        ...

    async def postpone_delivery(
        self, delivery_id: str, *, worker: str, error: str, next_at: datetime
    ) -> bool:
        """Hand a delivery back, to be claimed again from ``next_at`` on."""
        ...

    async def bury_delivery(
        self, delivery_id: str, *, worker: str, error: str, now: datetime
    ) -> bool:
        """Set a delivery aside that cannot be handled; it stays recorded with its error."""
        ...

    async def finish_step(
        self,
        step_id: str,
        *,
        worker: str,
        now: datetime,
        state: StepState,
        error: str = "",
        next_at: datetime | None = None,
        sent: bool = False,
    ) -> bool:
        """Save what came of a step; ``sent``: a write of this try may have taken effect."""
        ...

    async def extend(
        self,
        worker: str,
        *,
        deliveries: Collection[str],
        steps: Collection[str],
        now: datetime,
        lease: timedelta,
    ) -> None:
        """Keep holding what this worker has in hand."""
        ...

    async def release(self, worker: str, *, now: datetime) -> None:
        """Hand everything back at once."""
        ...


class Work(Protocol):
    """What is done with claimed work: the pipeline."""

    async def handle(self, delivery: Delivery, *, attempts: int) -> tuple[Event, tuple[Plan, ...]]:
        """Judge a delivery and save what it leads to."""
        ...

    async def act(self, task: StepTask) -> Step:
        """Take a step and save its receipt."""
        ...

    async def finish(self, task: StepTask, finished: Step) -> Step:
        """Save a step's end."""
        ...


class Watch(Protocol):
    """Who is told of progress: the metrics."""

    def handled(self, event: Event, plans: Sequence[Plan], seconds: float) -> None:
        """Tell of a delivery that was judged, so long after it came in."""
        ...

    def stepped(self, step: Step) -> None:
        """Tell of a step that moved on."""
        ...
