"""What ends by time: questions nobody decided about, and exemptions, which are announced.

Each by one worker's hand, in one transaction.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, select, update

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
    held = _hold(connection, due)
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
    """Tell of up to ``limit`` exemptions that end soon, each once; return how many.

    The cases are locked first, as a person's word on them does: so neither waits for the other.
    """
    is_due = and_(UNANNOUNCED, granted.c.announce_at <= now)
    due = connection.scalars(
        select(granted.c.case_id).where(is_due).order_by(granted.c.announce_at).limit(limit)
    ).all()
    if not due:
        return 0
    files = casebook.files(connection, _hold(connection, due))
    ending = connection.execute(
        select(granted)
        .where(is_due, granted.c.case_id.in_(list(files)))
        .order_by(granted.c.announce_at, granted.c.id)
    ).mappings()
    told = [exemptions.value(row) for row in ending]
    connection.execute(
        update(granted).where(granted.c.id.in_([each.id for each in told])).values(announced_at=now)
    )
    comments = ((tell(each, files[each.case_id]), each.case_id) for each in told)
    ledger.record(connection, [(step, case_id) for step, case_id in comments if step is not None])
    return len(told)


def _hold(connection: Connection, case_ids: Sequence[str]) -> Sequence[str]:
    """Lock those of the cases that nobody else has locked."""
    held = select(cases.c.id).where(cases.c.id.in_(case_ids))
    return connection.scalars(held.with_for_update(skip_locked=True)).all()
