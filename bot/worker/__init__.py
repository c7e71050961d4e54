"""Floor 4: claims recorded work, runs it, tries it again, and takes up what others left."""

from bot.worker.retry import (
    BEHIND,
    DELIVERY_TRIES,
    LONGEST_PAUSE,
    SETTLE,
    STEP_TRIES,
    SURPRISES,
    pause,
)
from bot.worker.worker import Limits, Worker

__all__ = [
    "BEHIND",
    "DELIVERY_TRIES",
    "LONGEST_PAUSE",
    "SETTLE",
    "STEP_TRIES",
    "SURPRISES",
    "Limits",
    "Worker",
    "pause",
]
