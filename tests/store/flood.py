"""Deliveries without end: what a process does that a test kills."""

import asyncio
import itertools
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.core.delivery import Delivery
from bot.store import Store

SENDERS = 16


def flood(url: str, told: Path) -> None:
    """Record deliveries, many at a time, and write the name of each that was answered."""
    with told.open("wb", buffering=0) as line:
        asyncio.run(_flood(url, line.fileno()))


async def _flood(url: str, line: int) -> None:
    store = await Store.open(url, clock=lambda: datetime.now(UTC))
    numbers = itertools.count()
    await asyncio.gather(*[_send(store, numbers, line) for _ in range(SENDERS)])


async def _send(store: Store, numbers: Iterator[int], line: int) -> None:
    for number in numbers:
        delivery = Delivery(
            id=f"d{number}",
            source="webhook",
            event="push",
            received_at=datetime.now(UTC),
            body=os.urandom(6700),
            headers={},
        )
        if await store.accept(delivery):
            os.write(line, f"{delivery.id}\n".encode())
