"""How the worker stands, as `/readyz` tells it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.playbook import Mode
from bot.respond.pause import SWITCH, Pause
from bot.web import changes_check, worker_check

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


@pytest.mark.parametrize(
    ("pauses", "since", "detail"),
    [
        ((), None, "as the playbooks say"),
        ((), NOW - LEASE, "as the playbooks say"),
        ((), NOW - LEASE / 2, "each is asked for until 2026-03-01T00:00:30+00:00"),
        ((SWITCH,), NOW, "paused"),
        ((SWITCH, Pause(org="acme", by="olivia", since=NOW)), None, "paused"),
    ],
)
def test_a_pause_is_shown_and_no_fault(
    pauses: tuple[Pause, ...], since: datetime | None, detail: str
) -> None:
    """The process is ready all the same; each pause is told with its reason."""
    check = changes_check(pauses, now=NOW, since=since, quiet_for=LEASE)
    assert (check.ok, check.name) == (True, "changes")
    assert detail in check.detail
    assert check.problems == tuple(pause.words for pause in pauses)
