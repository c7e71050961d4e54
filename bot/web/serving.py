"""Listening, and stopping so that nobody who was let in is sent away without an answer."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from bot.core.errors import ConfigurationError

# A request leaves hundreds of small objects that no cycle holds. Looking for cycles after every
# 700 of them, as Python does by itself, costs a tenth of the time that a delivery takes.
_COLLECT_AFTER: Final = 10_000

SETTLE: Final = 1.0
"""Seconds that the request of somebody who has just connected may be on its way."""


@asynccontextmanager
async def listening(
    app: web.Application,
    *,
    host: str,
    port: int,
    grace: float = 10.0,
    linger: float = 2.0,
    settle: float = SETTLE,
) -> AsyncIterator[str]:
    """Serve ``app`` inside the block, which gets its URL; port 0 takes any free one.

    On the way out whoever has connected is let in, and new connections are refused; after
    ``settle`` seconds, in which a request may still arrive, idle connections are closed, and
    requests under way get up to ``grace`` seconds to be answered. A sender refused before its
    body's end is still listened to for ``linger`` seconds, so that it can read why. Raises
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
        server = await _listen(runner, host, port)
        address = server.sockets[0].getsockname()
        name = f"[{address[0]}]" if ":" in address[0] else address[0]
        try:
            yield f"http://{name}:{address[1]}"
        finally:
            await _close_door(runner, server)
            await asyncio.sleep(settle)
    finally:
        await runner.cleanup()
        gc.set_threshold(*thresholds)


async def _listen(runner: web.AppRunner, host: str, port: int) -> asyncio.Server:
    try:
        return await asyncio.get_running_loop().create_server(
            _protocols(runner), host, port, backlog=1024
        )
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigurationError(
            f"cannot listen on {host} port {port} ({reason}); set HOST and PORT"
        ) from error


async def _close_door(runner: web.AppRunner, server: asyncio.Server) -> None:
    """Refuse new connections, but let in who has connected and was not looked at yet.

    To close a listening socket is to reset everybody who waits at it. So a copy of it is kept
    while the loop lets go of its own, emptied, and closed in the same breath.
    """
    doors = [socket.fromfd(each.fileno(), each.family, each.type) for each in server.sockets]
    server.close()
    waiting = [connection for door in doors for connection in _empty(door)]
    for connection in waiting:
        await asyncio.get_running_loop().connect_accepted_socket(_protocols(runner), connection)


def _empty(door: socket.socket) -> list[socket.socket]:
    """Accept everybody who waits at a listening socket, and close it."""
    let_in: list[socket.socket] = []
    door.setblocking(False)
    with door:
        while True:
            try:
                connection, _ = door.accept()
            except OSError:  # nobody waits any more
                return let_in
            connection.setblocking(False)
            let_in.append(connection)


def _protocols(runner: web.AppRunner) -> web.Server:
    """Return what makes a connection's protocol; a runner that was set up has it."""
    if runner.server is None:
        raise RuntimeError("the runner was not set up")
    return runner.server
