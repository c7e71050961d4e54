"""What a forked process runs. It imports nothing of ours, so that a fork is quick to start."""

import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

PRELOAD = ["bot.cli", "bot.app", "bot.demo", "pytest", "tests.acceptance.preloaded"]
"""What the process that forks has imported: Tipstaff, and what multiprocessing would import."""


def serve(env: Mapping[str, str], folder: Path, log: Path) -> None:
    """Be ``python -m bot serve``; runs in the forked process."""
    command(["serve"], env, folder, log, log)


def command(
    words: Sequence[str], env: Mapping[str, str], folder: Path, out: Path, err: Path
) -> None:
    """Be ``python -m bot`` with these words; runs in the forked process."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    for stream, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT), stream)
    sys.argv = ["tipstaff", *words]
    runpy.run_module("bot", run_name="__main__")
