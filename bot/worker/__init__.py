"""Floor 4: claims recorded work, runs it, tries it again, and takes up what others left."""

from bot.worker.worker import (
    BEHIND,
    DELIVERY_TRIES,
    LONGEST_PAUSE,
    SETTLE,
    STEP_TRIES,
    SURPRISES,
    Limits,
    Worker,
    pause,
)

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
