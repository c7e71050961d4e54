"""What a forked process runs. It imports nothing of ours, so that a fork is quick to start."""

import os
import runpy
import sys
from collections.abc import Mapping
from pathlib import Path

PRELOAD = ["bot.cli", "bot.app", "pytest"]
"""What the process that forks has imported: Tipstaff, and what multiprocessing would import."""


def serve(env: Mapping[str, str], folder: Path, log: Path) -> None:
    """Be ``python -m bot serve``; runs in the forked process."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(written, 1)
    os.dup2(written, 2)
    sys.argv = ["tipstaff", "serve"]
    runpy.run_module("bot", run_name="__main__")
