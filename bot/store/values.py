"""What the store hands out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.core.delivery import Delivery
from bot.detect.recall import Deadline
from bot.respond.alert import CaseFile
from bot.respond.step import Step


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimedDelivery:
    """A delivery that one worker holds; ``attempts`` counts the claims, this one included."""

    delivery: Delivery
    attempts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DueWindow:
    """A correlation's window that has passed, held by one worker, and the delivery it began with.

    ``number`` names it for as long as it is kept; ``attempts`` counts the claims, this one
    included.
    """

    number: int
    deadline: Deadline
    opener: Delivery
    attempts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A step that one worker holds, as claimed, and all that is recorded about its case.

    ``resumed``: an earlier try was interrupted after it had begun to write, and its outcome is
    unknown. Look before trying.
    """

    step: Step
    file: CaseFile
    resumed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """How much of everything there is, for metrics and tables.

    ``deliveries`` counts by state, ``windows`` (what correlations wait for) by open and dead,
    ``alerts`` by level, ``steps`` by action and state; ``oldest_queued`` is how long ago the oldest
    delivery that is not handled yet came in (``None``: all are).
    """

    deliveries: Mapping[str, int]
    alerts: Mapping[str, int]
    steps: Mapping[tuple[str, str], int]
    windows: Mapping[str, int]
    open_cases: int
    oldest_queued: timedelta | None
