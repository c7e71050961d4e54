"""Processes that are measured: started, asked where they listen, and ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

ROOT = Path(__file__).parents[1]


def cores() -> tuple[int, int] | tuple[None, None]:
    """Return two cores, for what is measured and for what measures; none if there is but one."""
    if not hasattr(os, "sched_getaffinity"):
        return None, None
    found = sorted(os.sched_getaffinity(0))
    return (found[0], found[1]) if len(found) > 1 else (None, None)


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Keep this process on one core inside the block, and whatever it starts there for good."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def process(
    arguments: Sequence[str],
    *,
    log: Path,
    core: int | None,
    environ: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``python ARGUMENTS`` on a core inside the block; end it with SIGTERM after it."""
    # No variable of the operator's own Tipstaff, and no `.env`, has a say in what is measured.
    clean = {name: text for name, text in os.environ.items() if not name.startswith("TIPSTAFF_")}
    with log.open("ab") as errors, pinned(core):
        child = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=log.parent,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**clean, "PYTHONPATH": str(ROOT), **(environ or {})},
        )
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout is not None:
            child.stdout.close()


def first_line(child: subprocess.Popen[bytes], log: Path) -> Any:
    """Return the JSON line that a process prints when it is ready."""
    assert child.stdout is not None
    line = child.stdout.readline()
    if not line:
        raise SystemExit(f"a process did not start:\n{log.read_text()[-3000:]}")
    return orjson.loads(line)
