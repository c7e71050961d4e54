"""Which step goes before which other: as conditions on a row of `steps`, which SQL judges."""

import sqlalchemy as sa
from sqlalchemy import and_, or_, select

from bot.actions.opening import TELLING
from bot.respond.step import StepState
from bot.store.tables import UNSETTLED, cases, steps
from bot.store.turns import APPLIED, needs_more

_elder = steps.alias("elder")
_other = steps.alias("other")


def changing() -> sa.Select[int]:
    """Select the installations with changes that wait for nothing but their turn, or for room."""
    columns = steps.c
    now = sa.bindparam("now", type_=columns.next_at.type)
    return (
        select(columns.installation)
        .where(
            UNSETTLED,
            columns.state == StepState.PLANNED,
            columns.action.not_in(TELLING),
            # Planned again after a try: it waits for room.
            or_(columns.next_at <= now, columns.attempts > 0),
            is_free(),
        )
        .correlate(None)
    )


def waiting_for_room() -> sa.Subquery:
    """Select, for each installation, the ``rank`` of the gravest change that waits for room."""
    columns = steps.c
    return (
        select(columns.installation, sa.func.max(columns.rank).label("rank"))
        .where(
            UNSETTLED,
            columns.state == StepState.PLANNED,
            columns.action.not_in(TELLING),
            columns.attempts > 0,
            columns.next_at > sa.bindparam("now", type_=columns.next_at.type),
        )
        .group_by(columns.installation)
        .subquery()
    )


def is_outranked(waiting: sa.Subquery) -> sa.ColumnElement[bool]:
    """Whether a graver change waits for room: what needs less would find it before, for ever."""
    of_an_alert = and_(steps.c.alert_id.is_not(None), steps.c.kind == APPLIED)
    return and_(of_an_alert, steps.c.rank < sa.func.coalesce(waiting.c.rank, steps.c.rank))


def is_free() -> sa.ColumnElement[bool]:
    """Whether no other step of the alert, or of the lane, has to come first."""
    columns = steps.c
    held_up = sa.exists().where(
        _elder.c.alert_id == columns.alert_id,
        _elder.c.kind == APPLIED,
        columns.kind == "apply",
        _elder.c.position < columns.position,
        _elder.c.state.in_([StepState.PLANNED, StepState.RUNNING]),
    )
    # A write that may yet take effect keeps its lane closed too.
    lane_is_busy = sa.exists().where(
        _other.c.lane == columns.lane,
        _other.c.seq != columns.seq,
        or_(
            _other.c.state == StepState.RUNNING,
            and_(_other.c.state == StepState.RETRYING, or_(_other.c.sent, _other.c.interrupted)),
        ),
    )
    return and_(~held_up, ~needs_more(), ~lane_is_busy)


def tells_more() -> sa.ColumnElement[bool]:
    """Whether a step adds to an issue that there is; an answer to a person is not meant."""
    columns = steps.c
    told = sa.exists().where(cases.c.id == columns.case_id, cases.c.issue_number.is_not(None))
    return and_(
        columns.alert_id.is_not(None),
        columns.kind == "apply",
        columns.action.in_(TELLING),
        told,
    )
