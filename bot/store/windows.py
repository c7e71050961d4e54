"""Windows that must be judged when they have passed: claimed by one worker, judged once.

One that cannot be judged is tried again later, and buried in the end: set aside with its error.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection, delete, func, or_, select, update

from bot.detect.recall import Deadline
from bot.respond.alert import Plan
from bot.store import casebook, ledger
from bot.store.attempts import dated
from bot.store.remembered import windows
from bot.store.rows import delivery_value
from bot.store.sightings import Remembrance
from bot.store.tables import deliveries
from bot.store.values import DueWindow

HELD_UP: Final = 12
"""Tries after which windows wait no longer for a delivery that cannot be handled."""

BURIED_FOR: Final = timedelta(days=30)
"""How long a window that was given up is kept."""


def claim(
    connection: Connection, worker: str, *, now: datetime, lease: timedelta, limit: int
) -> list[DueWindow]:
    """Take the windows that have been due for longest.

    A window waits while a delivery that came in before it was due is not handled: what was
    missing may be in it. One delivery that hangs for good (such as of an installation that is
    suspended) holds nothing up after `HELD_UP` tries. A window whose opening delivery was
    removed is dropped.
    """
    waiting = sa.exists().where(
        deliveries.c.handled_at.is_(None),
        deliveries.c.received_at <= windows.c.due_at,
        deliveries.c.attempts <= HELD_UP,
    )
    rows = connection.execute(
        select(windows)
        .where(
            windows.c.due_at <= now,
            windows.c.buried_at.is_(None),
            or_(windows.c.lease_until.is_(None), windows.c.lease_until <= now),
            ~waiting,
        )
        .order_by(windows.c.due_at, windows.c.seq)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not rows:
        return []
    connection.execute(
        update(windows)
        .where(windows.c.seq.in_([row.seq for row in rows]))
        .values(claimed_by=worker, lease_until=now + lease, attempts=windows.c.attempts + 1)
    )
    found = connection.execute(
        select(deliveries).where(deliveries.c.id.in_({row.event_id for row in rows}))
    ).mappings()
    openers = {each.id: each for each in dated(connection, [delivery_value(row) for row in found])}
    lost = [row.seq for row in rows if row.event_id not in openers]
    if lost:
        connection.execute(delete(windows).where(windows.c.seq.in_(lost)))
    return [
        DueWindow(
            number=row.seq,
            deadline=Deadline(
                correlation=row.playbook_id,
                group=row.group_key,
                event_id=row.event_id,
                opened=row.opened,
                due=row.due_at,
            ),
            opener=openers[row.event_id],
            attempts=row.attempts + 1,
        )
        for row in rows
        if row.event_id in openers
    ]


def complete(
    connection: Connection,
    number: int,
    *,
    worker: str,
    conclude: Callable[[Remembrance], Sequence[Plan]],
) -> bool:
    """Save what a window leads to, and that it is judged; false when the claim was lost."""
    held = connection.execute(
        delete(windows).where(windows.c.seq == number, windows.c.claimed_by == worker)
    )
    if held.rowcount != 1:
        return False
    plans = conclude(Remembrance(connection))
    ledger.record(connection, casebook.record(connection, plans))
    return True


def postpone(
    connection: Connection, number: int, *, worker: str, error: str, next_at: datetime
) -> bool:
    """Hand a window back until ``next_at``; false when the claim was lost."""
    return _leave(connection, number, worker, error=error, lease_until=next_at)


def bury(connection: Connection, number: int, *, worker: str, error: str, now: datetime) -> bool:
    """Give up on a window and keep it for a person; false when the claim was lost."""
    return _leave(connection, number, worker, error=error, lease_until=None, buried_at=now)


def release(connection: Connection, worker: str) -> None:
    """Hand back every window that ``worker`` holds; a claim handed back is not a try."""
    connection.execute(
        update(windows)
        .where(windows.c.claimed_by == worker)
        .values(claimed_by=None, lease_until=None, attempts=windows.c.attempts - 1)
    )


def count(connection: Connection) -> dict[str, int]:
    """Count windows by state: those that wait or are being judged, and those given up."""
    found = connection.execute(
        select(windows.c.buried_at.is_not(None), func.count()).group_by(
            windows.c.buried_at.is_not(None)
        )
    )
    return {"dead" if buried else "open": number for buried, number in found}


def prune(connection: Connection, now: datetime) -> int:
    """Forget the windows that were given up long ago; return how many."""
    old = delete(windows).where(windows.c.buried_at < now - BURIED_FOR)
    return connection.execute(old).rowcount


def _leave(connection: Connection, number: int, worker: str, **values: object) -> bool:
    left = connection.execute(
        update(windows)
        .where(windows.c.seq == number, windows.c.claimed_by == worker)
        .values(claimed_by=None, **values)
    )
    return left.rowcount == 1
