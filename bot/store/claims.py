"""Which steps may be made now, and by whom: one at a time in a case, the gravest case first."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, and_, or_, select, update

from bot.respond.step import Receipt, StepState
from bot.store import casebook, inbox
from bot.store.precedence import changing, is_free, is_outranked, tells_more, waiting_for_room
from bot.store.rows import step_value
from bot.store.tables import UNSETTLED, cases, steps
from bot.store.turns import words_first
from bot.store.values import Task

_COUNT = sa.Integer()
_other = steps.alias("other")


def claim(
    connection: Connection, worker: str, *, now: datetime, lease: timedelta, limit: int
) -> list[Task]:
    """Take the most urgent steps; the claim itself is the saved intent.

    A case is locked before its steps are looked at for good, so that on PostgreSQL two workers
    never take two steps of one case.
    """
    at = {"now": now}
    if connection.scalar(_due(), at) is None:  # as mostly, and quickly said
        return []
    # More than wanted: some of the cases may be in another worker's hands just now.
    likely = connection.scalars(_likely(), {**at, "most": 4 * limit})
    held = _hold(connection, likely.all(), limit)
    if not held:
        return []
    rows = connection.execute(_claimable().where(steps.c.case_id.in_(held)).limit(limit), at).all()
    taken = _take_in_lanes(connection, rows, worker, now=now, until=now + lease)
    files = casebook.files(connection, [row["case_id"] for row in taken.values()])
    return [
        Task(
            step=step_value(taken[row.id]),
            file=files[row.case_id],
            resumed=row.interrupted,
        )
        for row in rows
        if row.id in taken
    ]


def _take_in_lanes(
    connection: Connection, rows: Sequence[Any], worker: str, *, now: datetime, until: datetime
) -> dict[str, sa.RowMapping]:
    """Save the intent; where another worker took a lane since we looked, leave out all in lanes."""
    ids = _one_of_each_lane(rows)
    free = [row.id for row in rows if row.lane is None]
    if len(free) == len(ids):
        return _take(connection, ids, worker, now=now, until=until)
    try:
        with connection.begin_nested():
            return _take(connection, ids, worker, now=now, until=until)
    except sa.exc.IntegrityError:
        return _take(connection, free, worker, now=now, until=until)


def _one_of_each_lane(rows: Sequence[Any]) -> list[str]:
    """Return the ids of the rows without those whose lane a more urgent one takes."""
    lanes: set[str] = set()
    ids: list[str] = []
    for row in rows:
        if row.lane is None or row.lane not in lanes:
            ids.append(row.id)
        if row.lane is not None:
            lanes.add(row.lane)
    return ids


def _ready() -> sa.ColumnElement[bool]:
    """Due ``now``, or held by a worker that is dead."""
    columns = steps.c
    now = sa.bindparam("now", type_=columns.next_at.type)
    return or_(
        and_(
            columns.state.in_([StepState.PLANNED, StepState.WAITING, StepState.RETRYING]),
            columns.next_at <= now,
        ),
        and_(columns.state == StepState.RUNNING, columns.lease_until <= now),
    )


@cache
def _due() -> sa.Select[int]:
    """Select something if there is any step to look at."""
    return select(sa.literal(1)).where(UNSETTLED, _ready()).limit(1)


@cache
def _likely() -> sa.Select[str]:
    """Select the cases of the ``most`` urgent steps."""
    return _claimable().with_only_columns(steps.c.case_id).limit(sa.bindparam("most", type_=_COUNT))


# Built once: to put it together takes longer than the database takes to answer it.
@cache
def _claimable() -> sa.Select[str, str, str | None, StepState, bool]:
    """Select the one step of each case that may be made now, the most urgent first.

    The gravest goes first, also where it waits for room in GitHub's limits, and an alert's own
    order is kept; but what a case's issue is only told in addition comes after all that changes
    something, or opens an issue, of whatever case, even where that has to wait.
    """
    columns = steps.c
    case_is_busy = sa.exists().where(
        _other.c.case_id == columns.case_id,
        _other.c.state == sa.literal(StepState.RUNNING, literal_execute=True),
        _other.c.seq != columns.seq,
    )
    further = sa.case((tells_more(), 1), else_=0)
    # What goes to other places than GitHub takes none of its room.
    at_github = columns.action != "notify"
    makes_way = and_(tells_more(), at_github, columns.installation.in_(changing()))
    waiting = waiting_for_room()
    # What a dead worker held is looked at first: nothing of its case goes on without it, and for
    # what cannot go on it would make way for ever.
    was_held = columns.state == sa.literal(StepState.RUNNING, literal_execute=True)
    ready = (
        select(
            columns.seq,
            further.label("further"),
            sa.func.row_number()
            .over(partition_by=columns.case_id, order_by=(further, columns.seq))
            .label("nth"),
        )
        .select_from(steps.outerjoin(waiting, waiting.c.installation == columns.installation))
        .where(
            UNSETTLED,
            _ready(),
            ~case_is_busy,
            is_free(),
            ~words_first(),
            or_(was_held, and_(~makes_way, ~is_outranked(waiting))),
        )
        .subquery()
    )
    return (
        select(columns.id, columns.case_id, columns.lane, columns.state, columns.interrupted)
        .join(ready, and_(ready.c.seq == columns.seq, ready.c.nth == 1))
        .order_by(ready.c.further, columns.rank.desc(), columns.seq)
    )


def _hold(connection: Connection, case_ids: Sequence[str], limit: int) -> Sequence[str]:
    """Lock the first ``limit`` of the cases that no other worker has locked."""
    if not case_ids:
        return []
    order = sa.case({case_id: nth for nth, case_id in enumerate(case_ids)}, value=cases.c.id)
    return connection.scalars(
        select(cases.c.id)
        .where(cases.c.id.in_(case_ids))
        .order_by(order)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def _take(
    connection: Connection, step_ids: Sequence[str], worker: str, *, now: datetime, until: datetime
) -> dict[str, sa.RowMapping]:
    """Save the intent; leave out what was finished since we looked."""
    taken = connection.execute(
        update(steps)
        .where(steps.c.id.in_(step_ids), _ready())
        .values(
            state=StepState.RUNNING,
            attempts=steps.c.attempts + 1,
            intent_at=now,
            # What came of an interrupted try stays unknown, whatever becomes of this one.
            sent=or_(steps.c.sent, steps.c.interrupted),
            interrupted=False,
            claimed_by=worker,
            lease_until=until,
        )
        .returning(steps),
        {"now": now},
    )
    return {row["id"]: row for row in taken.mappings()}


def extend(
    connection: Connection,
    worker: str,
    *,
    deliveries: Collection[str],
    step_ids: Collection[str],
    until: datetime,
) -> None:
    """Lengthen the lease of what ``worker`` still has in hand of what it holds."""
    inbox.extend(connection, worker, deliveries, until=until)
    connection.execute(
        update(steps)
        .where(steps.c.claimed_by == worker, steps.c.id.in_(step_ids))
        .values(lease_until=until)
    )


def is_held(connection: Connection, step_id: str, worker: str, attempts: int) -> bool:
    """Tell whether ``worker`` still holds a step by the claim that was its ``attempts``-th."""
    held = select(steps.c.id).where(
        steps.c.id == step_id, steps.c.claimed_by == worker, steps.c.attempts == attempts
    )
    return connection.scalar(held) is not None


def begin(
    connection: Connection,
    step_id: str,
    worker: str,
    attempts: int,
    *,
    intent: Receipt | None = None,
) -> bool:
    """Note that a write is about to be made; false when the claim was lost.

    Until its end is saved nobody knows what came of it; ``intent`` tells what was there before. A
    step that is claimed and was not begun has changed nothing, whoever dies over it.
    """
    begun = connection.execute(
        update(steps)
        .where(steps.c.id == step_id, steps.c.claimed_by == worker, steps.c.attempts == attempts)
        .values(interrupted=True, **({} if intent is None else {"intent": intent}))
    )
    return begun.rowcount == 1


def release(connection: Connection, worker: str, *, now: datetime) -> None:
    """Hand back everything ``worker`` holds. What came of a write that was begun is unknown."""
    inbox.release(connection, worker, now=now)
    connection.execute(
        update(steps)
        .where(steps.c.claimed_by == worker)
        .values(
            state=StepState.RETRYING,
            next_at=now,
            claimed_by=None,
            lease_until=None,
        )
    )
