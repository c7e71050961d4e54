"""Looking at the cases that time may ask something about: each by one worker, in one transaction.

The cases are locked, looked at and moved on before the transaction ends, so that two workers
never remind of one case twice, and one that dies has changed nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.respond.alert import CaseFile
from bot.respond.rounds import Round
from bot.store import casebook, ledger
from bot.store.tables import cases

Look = Callable[[CaseFile], Round]


def make(connection: Connection, *, now: datetime, limit: int, look: Look) -> list[Round]:
    """Look at up to ``limit`` cases that are due, and save what it leads to; return what."""
    due = connection.scalars(
        select(cases.c.id)
        .where(cases.c.next_look_at <= now)
        .order_by(cases.c.next_look_at, cases.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    made = []
    for case_id, file in casebook.files(connection, due).items():
        found = look(file)
        _save(connection, case_id, found, now)
        made.append(found)
    return made


def _save(connection: Connection, case_id: str, found: Round, now: datetime) -> None:
    values: dict[str, Any] = {"next_look_at": found.next_at}
    if found.reminded:
        values["reminded_at"] = now
    if found.escalated:
        values["escalated_at"] = now
    connection.execute(update(cases).where(cases.c.id == case_id).values(**values))
    if found.state is not None:
        casebook.set_state(connection, case_id, found.state, now)
    ledger.record(connection, [(step, case_id) for step in found.steps])
