import asyncio
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from bot.store import Store

_PROGRAM = """
import asyncio, itertools, os, sys
from datetime import UTC, datetime
from bot.core.delivery import Delivery
from bot.store import Store

async def send(store, numbers):
    for number in numbers:
        delivery = Delivery(
            id=f"d{number}", source="webhook", event="push",
            received_at=datetime.now(UTC), body=os.urandom(6700), headers={},
        )
        if await store.accept(delivery):
            os.write(1, f"{delivery.id}\\n".encode())

async def main():
    store = await Store.open(sys.argv[1], clock=lambda: datetime.now(UTC))
    numbers = itertools.count()
    await asyncio.gather(*[send(store, numbers) for _ in range(16)])

asyncio.run(main())
"""


@pytest.mark.parametrize("answered", [1, 150, 400])
def test_what_was_answered_survives_kill_9(database_url: str, answered: int) -> None:
    """However hard the process dies, every delivery it said it recorded is there."""
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, database_url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    promised = {process.stdout.readline().strip() for _ in range(answered)}

    process.kill()
    promised |= {line.strip() for line in process.stdout if line.endswith("\n")}
    process.wait()

    assert len(promised) >= answered
    assert asyncio.run(_missing(database_url, promised)) == set()


async def _missing(url: str, names: set[str]) -> set[str]:
    store = await Store.open(url, clock=lambda: datetime.now(UTC))
    try:
        return {name for name in names if not await store.has(name)}
    finally:
        await store.close()
