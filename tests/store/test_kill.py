import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store import Store
from tests.acceptance.process import forked
from tests.store.flood import flood


@pytest.mark.parametrize("answered", [1, 150, 400])
def test_what_was_answered_survives_kill_9(
    database_url: str, answered: int, tmp_path: Path
) -> None:
    """However hard the process dies, every delivery it said it recorded is there."""
    told = tmp_path / "told"
    os.mkfifo(told)
    process = forked(flood, database_url, told)
    with told.open(encoding="utf-8") as lines:
        promised = {lines.readline().strip() for _ in range(answered)}
        process.kill()
        promised |= {line.strip() for line in lines if line.endswith("\n")}
    process.join()

    assert process.exitcode == -9
    assert len(promised) >= answered
    assert asyncio.run(_missing(database_url, promised)) == set()


async def _missing(url: str, names: set[str]) -> set[str]:
    store = await Store.open(url, clock=lambda: datetime.now(UTC))
    try:
        return {name for name in names if not await store.has(name)}
    finally:
        await store.close()
