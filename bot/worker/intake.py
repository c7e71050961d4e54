"""The door's way to the inbox."""

from collections.abc import Callable
from typing import Protocol

from bot.core.delivery import Delivery


class Inbox(Protocol):
    """Where deliveries are kept."""

    async def accept(self, delivery: Delivery) -> bool:
        """Record a delivery; true if it is new."""
        ...


class Intake:
    """Records what comes in; what is new wakes the worker at once."""

    def __init__(self, inbox: Inbox, wake: Callable[[], None]) -> None:
        self._inbox = inbox
        self._wake = wake

    async def accept(self, delivery: Delivery) -> bool:
        """Record a delivery; true if it is new."""
        new = await self._inbox.accept(delivery)
        if new:
            self._wake()
        return new
