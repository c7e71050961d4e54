"""The state database: inbox, cases, alerts, steps and what the sources remember."""

from bot.store.clock import SharedClock
from bot.store.errors import StoreUnavailable
from bot.store.schema import migrate
from bot.store.store import Store
from bot.store.values import ClaimedDelivery, DueWindow, Overview, Task

__all__ = [
    "ClaimedDelivery",
    "DueWindow",
    "Overview",
    "SharedClock",
    "Store",
    "StoreUnavailable",
    "Task",
    "migrate",
]
