"""How the worker stands, as `/readyz` tells it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.playbook import Mode
from bot.web import worker_check

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LEASE = timedelta(seconds=60)


@pytest.mark.parametrize(
    ("beat", "mode", "idle", "ok", "detail"),
    [
        (None, Mode.ENFORCE, "GitHub is silent", False, "GitHub is silent"),
        (None, Mode.ENFORCE, None, False, "no sign of life"),
        (NOW - 3 * LEASE, Mode.ENFORCE, None, True, "running, mode enforce"),
        (NOW - 4 * LEASE, Mode.ENFORCE, None, False, "no sign of life"),
        (NOW, Mode.OBSERVE, None, True, "nothing is changed at GitHub"),
    ],
)
def test_a_worker_is_alive_while_it_says_so(
    beat: datetime | None, mode: Mode, idle: str | None, *, ok: bool, detail: str
) -> None:
    """Three leases of silence are borne; why there is no worker is told in its own words."""
    check = worker_check(beat, now=NOW, lease=LEASE, mode=mode, idle=idle)
    assert (check.ok, check.name) == (ok, "worker")
    assert detail in check.detail
