"""Time that a test puts forward, and Tipstaff as a process that goes by it."""

import asyncio
import mmap
import multiprocessing
import os
import signal
import struct
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import running, utcnow
from bot.settings import load_settings
from tests.acceptance.fork import PRELOAD
from tests.acceptance.process import Tipstaff
from tests.acceptance.stage import DOOR, SETTLE

_AHEAD = struct.Struct("d")


class Dial:
    """A clock that runs as it should, and can be put forward for all who look at one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            path.write_bytes(_AHEAD.pack(0.0))
        with path.open("r+b") as file:
            self._held = mmap.mmap(file.fileno(), _AHEAD.size)

    def __call__(self) -> datetime:
        """Tell the time."""
        return utcnow() + timedelta(seconds=_AHEAD.unpack_from(self._held)[0])

    def forward(self, span: timedelta) -> None:
        """Let time pass."""
        ahead = _AHEAD.unpack_from(self._held)[0]
        _AHEAD.pack_into(self._held, 0, ahead + span.total_seconds())


class TimedTipstaff(Tipstaff):
    """What ``tipstaff serve`` runs, as a process of its own, by a test's clock.

    It differs in one thing more: that a request without an answer may still take effect for a
    minute is known to be untrue of the simulator, and is not waited for.
    """

    def __init__(self, folder: Path, env: Mapping[str, str], dial: Dial) -> None:
        super().__init__(folder, env, warm=True)
        self._dial = dial
        self.killed = False

    def start(self) -> None:
        """Start it; `ready` waits until it listens."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([*PRELOAD, "tests.acceptance.dial"])
        forked = context.Process(
            target=serve, args=(self._env, self._folder, self._log, self._dial.path)
        )
        forked.start()
        self._child = forked
        self.killed = False

    async def ready(self, path: str = "/readyz") -> None:
        """Wait until it can do its work, or was killed before."""
        try:
            await super().ready(path)
        except AssertionError:
            if not self.killed:
                raise

    def kill(self) -> None:
        """Send SIGKILL, once."""
        if not self.killed:
            self.killed = True
            super().kill()


def serve(env: Mapping[str, str], folder: Path, log: Path, dial: Path) -> None:
    """Guard until told to stop; runs in the forked process."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(written, 1)
    os.dup2(written, 2)
    sys.argv = ["tipstaff", "serve"]
    asyncio.run(_guard(Dial(dial)))


async def _guard(dial: Dial) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    settings = load_settings(os.environ, read=lambda path: Path(path).read_text(encoding="utf-8"))
    async with running(settings, clock=dial, settle=SETTLE, door=DOOR) as app:
        await app.until(stop)
