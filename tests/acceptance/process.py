"""Tipstaff as a process of its own, with everything it wrote to its log."""

import asyncio
import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from bot.simulator import Simulator
from tests.acceptance.fork import PRELOAD, command, serve
from tests.acceptance.stage import APP_ID, KEYS, ROOT, SECRET

PATIENCE = 60.0
FAST = {
    "TIPSTAFF_CONTENT_PER_MINUTE": "100000",
    "TIPSTAFF_CONTENT_PER_HOUR": "100000",
    "TIPSTAFF_POINTS_PER_MINUTE": "1000000",
    "TIPSTAFF_CAP_PER_HOUR": "100000",
    "TIPSTAFF_CAP_PER_ACTOR": "100000",
    "TIPSTAFF_CAP_SHARE": "100",
    "TIPSTAFF_LEASE": "5",
}
"""Settings for a burst: without GitHub's limits, and with the shortest lease there is."""


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(sim: Simulator, tmp_path: Path, **changed: str) -> dict[str, str]:
    """Return all that the process gets to know: what an operator would set, and nothing else."""
    return {
        "PATH": os.environ["PATH"],
        "APP_ID": str(APP_ID),
        "PRIVATE_KEY": KEYS.private,
        "WEBHOOK_SECRET": SECRET,
        "DATABASE_URL": f"sqlite:///{tmp_path}/tipstaff.db",
        "GITHUB_API_URL": sim.url,
        "PORT": str(free_port()),
        "TIPSTAFF_MODE": "enforce",
        "TIPSTAFF_PLAYBOOKS": str(ROOT / "playbooks"),
        "TIPSTAFF_LISTS": str(ROOT / "lists"),
        "TIPSTAFF_QUIET_PERIOD": "0",
        **changed,
    }


def forked(target: Callable[..., None], *given: object) -> ForkServerProcess:
    """Run a function of a module in a process that has imported Tipstaff already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    process = context.Process(target=target, args=given)
    process.start()
    return process


def tipstaff(
    *words: str, folder: Path = ROOT, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, as ``python -m bot`` would, but warm: see `Tipstaff`."""
    with TemporaryDirectory() as place:
        out, err = Path(place, "out"), Path(place, "err")
        process = forked(command, words, dict(env), folder, out, err)
        process.join(120)
        code = process.exitcode
        if code is None:
            process.kill()
            process.join()
            raise TimeoutError(f"tipstaff {' '.join(words)} does not end")
        said = out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
    return subprocess.CompletedProcess(("tipstaff", *words), code, *said)


class Tipstaff:
    """``python -m bot serve``: started, killed, told to stop, and started again.

    ``warm`` forks a process that has imported Tipstaff already: nothing else differs, and twenty
    starts do not cost a minute.
    """

    def __init__(self, folder: Path, env: Mapping[str, str], *, warm: bool = False) -> None:
        self.url = f"http://127.0.0.1:{env['PORT']}"
        self.hook_url = f"{self.url}/webhooks"
        self._folder = folder
        self._env = dict(env)
        self._warm = warm
        self._log = folder / f"log-{env['PORT']}.txt"
        self._child: subprocess.Popen[bytes] | ForkServerProcess | None = None

    def start(self) -> None:
        """Start it; `ready` waits until it listens."""
        if self._warm:
            self._child = forked(serve, self._env, self._folder, self._log)
            return
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve"],
                env={**self._env, "PYTHONPATH": str(ROOT)},
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def ready(self, path: str = "/readyz") -> None:
        """Wait until it can do its work (``/healthz``: until it listens)."""
        async with aiohttp.ClientSession() as session, asyncio.timeout(PATIENCE):
            while True:
                assert self.exit_code is None, f"it ended: {self.log[-2000:]}"
                try:
                    async with session.get(self.url + path) as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.02)

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._child is not None
        assert self._child.pid is not None
        return self._child.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended (negative: by which signal); ``None`` as long as it runs."""
        if isinstance(self._child, subprocess.Popen):
            return self._child.poll()
        assert isinstance(self._child, ForkServerProcess)
        return self._child.exitcode

    def kill(self) -> None:
        """Send SIGKILL (kill -9): it cannot so much as finish a sentence."""
        os.kill(self.pid, signal.SIGKILL)

    def terminate(self) -> None:
        """Send SIGTERM."""
        os.kill(self.pid, signal.SIGTERM)

    async def ended(self) -> int:
        """Wait until it has ended; return its exit code."""
        async with asyncio.timeout(PATIENCE):
            while (code := self.exit_code) is None:  # noqa: ASYNC110 - a state, not an event
                await asyncio.sleep(0.01)
        return code

    async def stop(self) -> None:
        """End it as an operator would, if it still runs; it must leave with exit code 0."""
        if self._child is not None and self.exit_code is None:
            self.terminate()
            assert await self.ended() == 0, self.log[-2000:]

    @property
    def log(self) -> str:
        """Everything it wrote, over all its lives."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    def lines(self) -> Iterator[dict[str, Any]]:
        """Return its log, line by line; every line is JSON."""
        return (json.loads(line) for line in self.log.splitlines())
