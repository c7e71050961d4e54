"""Steps whose turn has come, and steps that turn another one back, or once more."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, and_, select, update

from bot.actions.opening import OPENING
from bot.respond.life import settled
from bot.respond.step import StepState
from bot.store.tables import effects, steps

SPENT: Final = "spent"
"""The value of an effect that nobody is to be heard about any more."""


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
        _elder.c.kind == "apply",
        columns.needs.contains(
            sa.literal(",") + sa.cast(_elder.c.position, sa.Text) + sa.literal(",")
        ),
        _elder.c.state.in_(_UNENDED),
    )
    asking = sa.exists().where(
        _other.c.alert_id == columns.alert_id,
        _other.c.kind == "apply",
        _other.c.state == StepState.AWAITING,
    )
    return and_(needed, ~and_(columns.action.in_(OPENING), asking))


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
    way = {
        "undo": (StepState.DONE, StepState.UNDONE),
        "redo": (StepState.UNDONE, StepState.DONE),
    }
    before, after = way[kind]
    connection.execute(
        update(steps).where(steps.c.id == step_id, steps.c.state == before).values(state=after)
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
