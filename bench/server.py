"""One of the two receivers, in a process of its own: ``python -m bench.server bare|ours ...``.

``bare`` is what the documentation of aiohttp and gidgethub shows: it checks the signature, parses
the payload, answers 202 and forgets it. ``ours`` is the product's door before its state database:
on disk before 202. Both run on uvloop, as the product does.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson
import uvloop
from aiohttp import web
from gidgethub import sansio

from bench.deliveries import SECRET
from bot import logs
from bot.metrics import Metrics
from bot.sources.webhook import Secrets
from bot.store import Store
from bot.web import Readiness, build_web, listening


@asynccontextmanager
async def bare() -> AsyncIterator[int]:
    """Run a receiver that stores nothing; give its port."""

    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        sansio.Event.from_http(request.headers, body, secret=SECRET)
        return web.Response(status=202)

    app = web.Application(client_max_size=25 * 1024 * 1024)
    app.router.add_post("/webhooks", receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@asynccontextmanager
async def ours(database: Path) -> AsyncIterator[int]:
    """Run the product's door with its database at ``database``; give its port."""

    def now() -> datetime:
        return datetime.now(UTC)

    async def readiness() -> Readiness:
        return Readiness(checks=())

    store = await Store.open(f"sqlite:///{database}", clock=now)
    app = build_web(
        store,
        secrets=Secrets(SECRET),
        readiness=readiness,
        metrics=Metrics.create(),
        clock=now,
    )
    async with listening(app, host="127.0.0.1", port=0) as url:
        yield int(url.rpartition(":")[2])
    await store.close()


async def serve(kind: str, database: Path) -> None:
    """Run a receiver until SIGTERM; print its port first."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with bare() if kind == "bare" else ours(database) as port:
        sys.stdout.write(orjson.dumps({"port": port}).decode() + "\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("bare", "ours"))
    parser.add_argument("--database", type=Path, default=Path("bench.db"))
    given = parser.parse_args()
    logs.configure(level="info", json=True, stream=sys.stderr, secrets=[SECRET])
    uvloop.run(serve(given.kind, given.database))


if __name__ == "__main__":
    main()
