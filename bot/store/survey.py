"""Counting and listing, for metrics, readiness and tables."""

from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, func, select

from bot.respond.alert import Alert
from bot.respond.step import Step, StepState
from bot.store import windows
from bot.store.rows import alert_value, step_value
from bot.store.tables import (
    NOT_CLOSED,
    UNSETTLED,
    alerts,
    cases,
    deliveries,
    steps,
)
from bot.store.turns import needs_more
from bot.store.values import Overview


def overview(connection: Connection, now: datetime) -> Overview:
    """Count everything."""
    by_state = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    by_level = select(alerts.c.level, func.count()).group_by(alerts.c.level)
    by_action = select(steps.c.action, steps.c.state, func.count()).group_by(
        steps.c.action, steps.c.state
    )
    oldest = connection.scalar(
        select(func.min(deliveries.c.received_at)).where(deliveries.c.handled_at.is_(None))
    )
    standing = select(func.count()).select_from(cases).where(NOT_CLOSED)
    return Overview(
        deliveries={str(state): count for state, count in connection.execute(by_state)},
        alerts={str(level): count for level, count in connection.execute(by_level)},
        steps={
            (action, str(state)): count for action, state, count in connection.execute(by_action)
        },
        windows=windows.count(connection),
        open_cases=connection.scalar(standing) or 0,
        oldest_queued=None if oldest is None else now - oldest,
    )


def settled(connection: Connection, now: datetime) -> bool:
    """Tell whether nothing is left to do: no delivery waits, and no step.

    A step that waits for its time, or for others, is not left to do now.
    """
    return not connection.scalar(_left_to_do(), {"now": now})


@cache
def _left_to_do() -> sa.Select[Any]:
    """Return whether there is work, as a query that is put together once: it is asked often."""
    waiting = sa.exists().select_from(deliveries).where(deliveries.c.handled_at.is_(None))
    later = steps.c.next_at > sa.bindparam("now", type_=steps.c.next_at.type)
    waits = sa.and_(steps.c.state == StepState.WAITING, sa.or_(later, needs_more()))
    pending = sa.exists().select_from(steps).where(UNSETTLED, ~waits)
    return select(sa.or_(waiting, pending))


def recent_alerts(connection: Connection, limit: int) -> list[Alert]:
    """Return the newest ``limit`` alerts, oldest first."""
    newest = select(alerts).order_by(alerts.c.created_at.desc(), alerts.c.id.desc()).limit(limit)
    return [alert_value(row) for row in connection.execute(newest).mappings()][::-1]


def recent_steps(connection: Connection, limit: int) -> list[Step]:
    """Return the ``limit`` steps recorded last, oldest first."""
    newest = select(steps).order_by(steps.c.seq.desc()).limit(limit)
    return [step_value(row) for row in connection.execute(newest).mappings()][::-1]
