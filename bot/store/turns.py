"""Steps whose turn has come, and steps that turn another one back, or once more."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, and_, select, update

from bot.actions.opening import OPENING
from bot.respond.life import settled
from bot.respond.step import StepState
from bot.respond.undoing import BEFORE
from bot.store.tables import UNSETTLED, alerts, deliveries, effects, steps

SPENT: Final = "spent"
"""The value of an effect that nobody is to be heard about any more."""


_WORDS: Final = ("issue_comment", "issues")
_PATIENCE: Final = 6  # tries of a delivery, about half a minute

# Written out, not bound: an alert's steps are found by an index over those that are applied, which
# SQLite uses only for a query that says so. Without it, every claim would read all of the past.
APPLIED: Final = sa.literal("apply", literal_execute=True)

_elder = steps.alias("needed")
_other = steps.alias("asking")
_UNENDED: Final = [state for state in StepState if not settled(state)]


def needs_more() -> sa.ColumnElement[bool]:
    """Whether a step has to wait for others of its alert to end.

    What opens the case's issue does not wait while something of the alert waits for approval:
    without an issue nobody could give it.
    """
    columns = steps.c
    needed = sa.exists().where(
        columns.needs != "",
        _elder.c.alert_id == columns.alert_id,
        _elder.c.kind == APPLIED,
        columns.needs.contains(
            sa.literal(",") + sa.cast(_elder.c.position, sa.Text) + sa.literal(",")
        ),
        _elder.c.state.in_(_UNENDED),
    )
    asking = sa.exists().where(
        _other.c.alert_id == columns.alert_id,
        _other.c.kind == APPLIED,
        _other.c.state == StepState.AWAITING,
    )
    return and_(needed, ~and_(columns.action.in_(OPENING), asking))


def words_first() -> sa.ColumnElement[bool]:
    """Whether a step that waits for its time has to let people's words be heard that came before.

    One of them may call it off. A delivery that can't be handled holds nothing up for long.
    """
    columns = steps.c
    said = sa.exists().where(
        deliveries.c.handled_at.is_(None),
        deliveries.c.event.in_(_WORDS),
        deliveries.c.received_at <= columns.next_at,
        deliveries.c.attempts < _PATIENCE,
    )
    return and_(columns.state == StepState.WAITING, said)


def put_off(connection: Connection, *, overdue: datetime, until: datetime) -> int:
    """Put off what should have been made before ``overdue``; return how many.

    Nobody was there then to hear who calls it off. Only what waits for its time is meant: its
    time is later than its alert.
    """
    delayed = sa.exists().where(
        alerts.c.id == steps.c.alert_id, alerts.c.created_at < steps.c.next_at
    )
    late = (
        update(steps)
        .where(UNSETTLED, steps.c.state == StepState.WAITING, steps.c.next_at < overdue, delayed)
        .values(next_at=until)
    )
    return connection.execute(late).rowcount


def settle(
    connection: Connection,
    step_id: str,
    *,
    worker: str,
    attempts: int,
    params: Mapping[str, Any],
    subject: str | None,
) -> bool:
    """Save what a late step is made with, before anything is done; false when the claim was lost.

    What was found when its turn came is final.
    """
    held = (
        update(steps)
        .where(
            steps.c.id == step_id,
            steps.c.claimed_by == worker,
            steps.c.attempts == attempts,
        )
        .values(params=dict(params), subject=subject, late=False)
    )
    return connection.execute(held).rowcount == 1


def turn_back(
    connection: Connection, step_id: str, kind: str, state: StepState, *, by: str, now: datetime
) -> None:
    """Let a step stand as what turned it left it: undone, or done again.

    ``by`` is the step of ``kind`` that did so, and now is in ``state``.
    """
    if kind == "redo":
        _take_back(connection, step_id, by=by, now=now)
    if state is not StepState.DONE:
        return
    before, after = (
        (BEFORE["undo"], StepState.UNDONE) if kind == "undo" else (BEFORE["redo"], StepState.DONE)
    )
    connection.execute(
        update(steps).where(steps.c.id == step_id, steps.c.state.in_(before)).values(state=after)
    )


def _take_back(connection: Connection, step_id: str, *, by: str, now: datetime) -> None:
    """Promise no more what the undo had promised, such as an invitation nobody accepted yet."""
    undos = select(steps.c.id).where(steps.c.undo_of == step_id, steps.c.kind == "undo")
    keys = connection.scalars(
        select(effects.c.key).where(effects.c.step_id.in_(undos)).distinct()
    ).all()
    if keys:
        connection.execute(
            effects.insert(),
            [{"key": key, "value": SPENT, "at": now, "step_id": by} for key in keys],
        )
