"""Windows that must be judged when they have passed: claimed by one worker, judged once."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection, delete, or_, select, update

from bot.detect.recall import Deadline
from bot.respond.alert import Plan
from bot.store import casebook, ledger
from bot.store.rows import delivery_value
from bot.store.sightings import Remembrance
from bot.store.tables import deliveries, windows
from bot.store.values import DueWindow


def claim(
    connection: Connection, worker: str, *, now: datetime, lease: timedelta, limit: int
) -> list[DueWindow]:
    """Take the windows that have been due for longest.

    A window waits while a delivery that came in before it was due is not handled: what was
    missing may be in it. One whose opening delivery was removed is dropped.
    """
    waiting = sa.exists().where(
        deliveries.c.handled_at.is_(None), deliveries.c.received_at <= windows.c.due_at
    )
    rows = connection.execute(
        select(windows)
        .where(
            windows.c.due_at <= now,
            or_(windows.c.claimed_by.is_(None), windows.c.lease_until <= now),
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
        .values(claimed_by=worker, lease_until=now + lease)
    )
    found = connection.execute(
        select(deliveries).where(deliveries.c.id.in_({row.event_id for row in rows}))
    ).mappings()
    openers = {each["id"]: delivery_value(each) for each in found}
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


def release(connection: Connection, worker: str) -> None:
    """Hand back every window that ``worker`` holds."""
    connection.execute(
        update(windows)
        .where(windows.c.claimed_by == worker)
        .values(claimed_by=None, lease_until=None)
    )
