"""The shipped playbooks, parsed: whoever is forked off finds them as after a reload."""

from pathlib import Path

from bot.playbooks import load

_ROOT = Path(__file__).parents[2]

LOADED = load(_ROOT / "playbooks", _ROOT / "lists")
