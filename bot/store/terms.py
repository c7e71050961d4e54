"""What ends by time: questions nobody decided about, and exemptions, which are announced.

Each by one worker's hand, in one transaction.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.respond.alert import CaseFile
from bot.respond.exemption import Exemption
from bot.respond.step import Step, StepState
from bot.respond.term import Term
from bot.store import casebook, exemptions, ledger
from bot.store.tables import IS_AWAITING, UNANNOUNCED, cases, steps
from bot.store.tables import exemptions as granted

Look = Callable[[CaseFile], Term | None]
Tell = Callable[[Exemption, CaseFile], Step | None]


def end(connection: Connection, *, now: datetime, limit: int, look: Look) -> int:
    """End what is due in up to ``limit`` cases; return in how many."""
    due = connection.scalars(
        select(steps.c.case_id)
        .where(IS_AWAITING, steps.c.ask_until <= now)
        .order_by(steps.c.ask_until)
        .limit(limit)
    ).all()
    if not due:
        return 0
    held = connection.scalars(
        select(cases.c.id).where(cases.c.id.in_(due)).with_for_update(skip_locked=True)
    ).all()
    ended = 0
    for case_id, file in casebook.files(connection, held).items():
        found = look(file)
        if found is None:
            continue
        connection.execute(
            update(steps)
            .where(steps.c.id.in_(found.step_ids), steps.c.state == StepState.AWAITING)
            .values(state=found.state, finished_at=now, approvals=())
        )
        if found.comment is not None:
            ledger.record(connection, [(found.comment, case_id)])
        casebook.look_soon(connection, case_id, now)
        ended += 1
    return ended


def announce(connection: Connection, *, now: datetime, limit: int, tell: Tell) -> int:
    """Tell of up to ``limit`` exemptions that end soon, each once; return how many."""
    due = (
        connection.execute(
            select(granted)
            .where(UNANNOUNCED, granted.c.announce_at <= now)
            .order_by(granted.c.announce_at, granted.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        .mappings()
        .all()
    )
    if not due:
        return 0
    files = casebook.files(connection, {row["case_id"] for row in due})
    told = []
    for row in due:
        step = tell(exemptions.value(row), files[row["case_id"]])
        if step is not None:
            told.append((step, row["case_id"]))
    connection.execute(
        update(granted).where(granted.c.id.in_([row["id"] for row in due])).values(announced_at=now)
    )
    ledger.record(connection, told)
    return len(due)
