"""Deliveries that were taken in: claimed by one worker at a time, kept until handled."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, select, update

from bot.core.delivery import Delivery
from bot.store.attempts import dated
from bot.store.rows import delivery_value
from bot.store.tables import DeliveryState, deliveries
from bot.store.values import ClaimedDelivery


def contains(connection: Connection, delivery_id: str) -> bool:
    """Tell whether a delivery with this id was ever recorded."""
    found = select(deliveries.c.id).where(deliveries.c.id == delivery_id)
    return connection.scalar(found) is not None


def delivery(connection: Connection, delivery_id: str) -> Delivery | None:
    """Return a delivery as it came in; ``None`` when none with this id was recorded."""
    found = connection.execute(select(deliveries).where(deliveries.c.id == delivery_id))
    row = found.mappings().one_or_none()
    return None if row is None else dated(connection, [delivery_value(row)])[0]


def claim(
    connection: Connection, worker: str, *, now: datetime, lease: timedelta, limit: int
) -> list[ClaimedDelivery]:
    """Take the oldest deliveries that are due, or that a dead worker held."""
    columns = deliveries.c
    # One expression, not two alternatives: those would draw SQLite to the index of states, and
    # away from the one that is in the right order.
    due_at = case(
        (columns.state == DeliveryState.QUEUED, columns.next_at), else_=columns.lease_until
    )
    rows = (
        connection.execute(
            select(deliveries)
            .where(columns.handled_at.is_(None), due_at <= now)
            .order_by(columns.received_at, columns.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        .mappings()
        .all()
    )
    if not rows:
        return []
    connection.execute(
        update(deliveries)
        .where(columns.id.in_([row["id"] for row in rows]))
        .values(
            state=DeliveryState.CLAIMED,
            claimed_by=worker,
            lease_until=now + lease,
            attempts=columns.attempts + 1,
        )
    )
    found = dated(connection, [delivery_value(row) for row in rows])
    return [
        ClaimedDelivery(delivery=each, attempts=row["attempts"] + 1)
        for each, row in zip(found, rows, strict=True)
    ]


def is_held(connection: Connection, delivery_id: str, worker: str) -> bool:
    """Tell whether ``worker`` still holds a delivery."""
    held = select(deliveries.c.id).where(
        deliveries.c.id == delivery_id, deliveries.c.claimed_by == worker
    )
    return connection.scalar(held) is not None


def settle(
    connection: Connection, delivery_id: str, *, worker: str, now: datetime, action: str
) -> bool:
    """Mark a delivery as handled; false when ``worker`` does not hold it any more."""
    return _leave(
        connection,
        delivery_id,
        worker,
        state=DeliveryState.DONE,
        handled_at=now,
        action=action,
        error="",
    )


def postpone(
    connection: Connection, delivery_id: str, *, worker: str, error: str, next_at: datetime
) -> bool:
    """Put a delivery back in the queue until ``next_at``; false when the claim was lost."""
    return _leave(
        connection,
        delivery_id,
        worker,
        state=DeliveryState.QUEUED,
        next_at=next_at,
        error=error,
    )


def bury(
    connection: Connection, delivery_id: str, *, worker: str, error: str, now: datetime
) -> bool:
    """Give up on a delivery and keep it for a person; false when the claim was lost."""
    return _leave(
        connection,
        delivery_id,
        worker,
        state=DeliveryState.DEAD,
        handled_at=now,
        error=error,
    )


def extend(
    connection: Connection, worker: str, delivery_ids: Collection[str], *, until: datetime
) -> None:
    """Lengthen the lease of those deliveries that ``worker`` holds."""
    connection.execute(
        update(deliveries)
        .where(deliveries.c.claimed_by == worker, deliveries.c.id.in_(delivery_ids))
        .values(lease_until=until)
    )


def release(connection: Connection, worker: str, *, now: datetime) -> None:
    """Hand back everything ``worker`` holds; a claim handed back is not an attempt."""
    connection.execute(
        update(deliveries)
        .where(deliveries.c.claimed_by == worker)
        .values(
            state=DeliveryState.QUEUED,
            next_at=now,
            attempts=deliveries.c.attempts - 1,
            claimed_by=None,
            lease_until=None,
        )
    )


def _leave(connection: Connection, delivery_id: str, worker: str, **values: object) -> bool:
    """End a claim; claims are only ever held in the state CLAIMED."""
    left = connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.claimed_by == worker)
        .values(claimed_by=None, lease_until=None, **values)
    )
    return left.rowcount == 1
