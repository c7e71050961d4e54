"""What is looked at before the process calls itself ready."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.core.playbook import Mode
from bot.respond.pause import Pause
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


def changes_check(
    pauses: Sequence[Pause], *, now: datetime, since: datetime | None, quiet_for: timedelta
) -> Check:
    """Return whether changes are made by themselves now; asking for each is no fault.

    ``pauses`` hold; what is in use is new since ``since``, and asks for ``quiet_for``.
    """
    if pauses:
        words = tuple(pause.words for pause in pauses)
        return Check(name="changes", ok=True, detail="paused", problems=words)
    if since is not None and now < since + quiet_for:
        ends = (since + quiet_for).isoformat(timespec="seconds")
        return Check(name="changes", ok=True, detail=f"new here: each is asked for until {ends}")
    return Check(name="changes", ok=True, detail="as the playbooks say")
