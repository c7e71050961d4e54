"""The state database, opened for one command, and who asks for it."""

import getpass
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from bot.store import Store

T = TypeVar("T")


def with_store(job: "Callable[[Store], Awaitable[T]]") -> T:
    """Open the state database of the settings, do a job with it, close it; return what came."""
    import uvloop

    from bot.settings import load_database_url
    from bot.store import Store

    url = load_database_url(os.environ, read=lambda path: Path(path).read_text(encoding="utf-8"))

    async def run() -> T:
        store = await Store.open(url, clock=lambda: datetime.now(UTC))
        try:
            return await job(store)
        finally:
            await store.close()

    return uvloop.run(run())


def operator() -> str:
    """Return who sits at the command line, as it is recorded."""
    try:
        return f"{getpass.getuser()} (operator)"
    except (KeyError, OSError):  # a container may know no user of this number
        return "the operator"
