"""What is looked at before the process calls itself ready."""

from datetime import datetime, timedelta
from typing import Final

from bot.core.playbook import Mode
from bot.web.status import Check

STALE_BEATS: Final = 3
"""Leases without a sign of life after which the worker counts as dead."""


def worker_check(
    beat: datetime | None, *, now: datetime, lease: timedelta, mode: Mode, idle: str | None
) -> Check:
    """Return how the worker stands; ``idle`` says why there is none."""
    if idle is not None:
        return Check(name="worker", ok=False, detail=idle)
    if beat is None or now - beat > lease * STALE_BEATS:
        return Check(name="worker", ok=False, detail="gives no sign of life")
    detail = f"running, mode {mode}"
    if mode is Mode.OBSERVE:
        detail += ": nothing is changed at GitHub (set TIPSTAFF_MODE to ask or enforce)"
    return Check(name="worker", ok=True, detail=detail)
