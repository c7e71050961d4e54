"""Listening, and stopping so that nobody who was let in is sent away without an answer."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from bot.core.errors import ConfigurationError

# A request leaves hundreds of small objects that no cycle holds. Looking for cycles after every
# 700 of them, as Python does by itself, costs a tenth of the time that a delivery takes.
_COLLECT_AFTER: Final = 10_000


@asynccontextmanager
async def listening(
    app: web.Application, *, host: str, port: int, grace: float = 10.0, linger: float = 2.0
) -> AsyncIterator[str]:
    """Serve ``app`` inside the block, which gets its URL; port 0 takes any free one.

    On the way out new connections are turned away first, then idle ones are closed, and requests
    under way get up to ``grace`` seconds to be answered. A sender refused before its body's end is
    still listened to for ``linger`` seconds, so that it can read why. Raises
    `ConfigurationError` when the address cannot be had.
    """
    runner = web.AppRunner(
        app,
        # Every delivery is logged where it is judged, with more than a status line.
        access_log=None,
        # Signatures are over the bytes as they came.
        auto_decompress=False,
        lingering_time=linger,
        shutdown_timeout=grace,
    )
    thresholds = gc.get_threshold()
    gc.set_threshold(max(_COLLECT_AFTER, thresholds[0]), *thresholds[1:])
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, backlog=1024)
        try:
            await site.start()
        except OSError as error:
            reason = error.strerror or str(error)
            raise ConfigurationError(
                f"cannot listen on {host} port {port} ({reason}); set HOST and PORT"
            ) from error
        address = runner.addresses[0]
        name = f"[{address[0]}]" if ":" in address[0] else address[0]
        yield f"http://{name}:{address[1]}"
    finally:
        await runner.cleanup()
        gc.set_threshold(*thresholds)
