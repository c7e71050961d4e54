"""Cases and alerts: at most one case with a key is not closed, and it takes every new alert."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, and_, exists, func, or_, select, update

from bot.core.errors import TipstaffError
from bot.respond.alert import ENDED, Alert, Case, CaseFile, CaseState, Plan
from bot.respond.life import CASE_LIFE, CaseEvent, advance
from bot.respond.step import Issue, Step
from bot.store import exemptions, former_issues
from bot.store.rows import (
    alert_row,
    alert_value,
    case_row,
    case_value,
    issue_columns,
    step_value,
)
from bot.store.tables import NOT_CLOSED, alerts, cases, steps
from bot.store.upsert import insert

SOON: Final = timedelta(minutes=1)
"""After something happened to a case, until it is looked at: a burst is looked at once."""

_rival = cases.alias("rival")


def record(connection: Connection, plans: Sequence[Plan]) -> list[tuple[Step, str]]:
    """Save the alerts that are not there yet; return their steps, each with its case's id."""
    if not plans:  # as for most deliveries
        return []
    ids = [plan.alert.id for plan in plans]
    known = set(connection.scalars(select(alerts.c.id).where(alerts.c.id.in_(ids))))
    new = {plan.alert.id: plan for plan in plans if plan.alert.id not in known}
    places: dict[str, str] = {}
    # Always in the same order, so that two workers never wait for each other's cases.
    for plan in sorted(new.values(), key=lambda plan: plan.case.key):
        places[plan.alert.id] = _place(connection, plan)
    if new:
        rows = [alert_row(plan.alert, places[plan.alert.id]) for plan in new.values()]
        connection.execute(alerts.insert(), rows)
    return [(step, places[plan.alert.id]) for plan in new.values() for step in plan.steps]


def _place(connection: Connection, plan: Plan) -> str:
    """Find the case that takes the alert, or open it; return its id, locked.

    It is the one with this key that stands, unless that one takes no more; else one that ended
    not long ago, which then stands again.
    """
    case, now = plan.case, plan.alert.created_at
    if case.has_ended:
        return _put_aside(connection, case)
    standing = (
        select(cases.c.id, cases.c.opened_at)
        .where(cases.c.key == case.key, NOT_CLOSED)
        .with_for_update()
    )
    window = plan.alert.playbook.response.group_for
    former: str | None = None
    for _ in range(5):
        found = connection.execute(standing).one_or_none()
        if found is not None:
            if window is None or now < found.opened_at + window:
                look_soon(connection, found.id, now)
                return str(found.id)
            _retire(connection, found.id, case.key)
            former = found.id
        elif former is None:
            reopened, former = _last(connection, plan)
            if reopened is not None:
                return reopened
        row = {**case_row(replace(case, former=former)), "next_look_at": now + SOON}
        connection.execute(
            insert(connection, cases).on_conflict_do_nothing(
                index_elements=[cases.c.key], index_where=NOT_CLOSED
            ),
            row,
        )
        # Another worker may have opened one, or closed it again, between the statements.
    raise TipstaffError(f"the case {case.key} is closed as fast as it is opened; will try again")


def _put_aside(connection: Connection, case: Case) -> str:
    """Return the id of the case for alerts about which nothing is to be done; no one else's."""
    connection.execute(
        insert(connection, cases).on_conflict_do_nothing(index_elements=[cases.c.id]),
        case_row(case),
    )
    return case.id


def _retire(connection: Connection, case_id: str, key: str) -> None:
    """Let a case that stands take no more alerts: its key is another one's from now on."""
    connection.execute(update(cases).where(cases.c.id == case_id).values(key=f"{key}@{case_id}"))


def _last(connection: Connection, plan: Plan) -> tuple[str | None, str | None]:
    """Return the last case with a key that ended: opened again, where it may be, and as former."""
    ended = (
        select(cases.c.id, cases.c.state, cases.c.closed_at)
        .where(cases.c.key == plan.case.key)
        .order_by(cases.c.opened_at.desc(), cases.c.id.desc())
        .limit(1)
        .with_for_update()
    )
    last = connection.execute(ended).one_or_none()
    if last is None or last.state not in ENDED:
        return None, None
    now = plan.alert.created_at
    if plan.reopens is None or last.closed_at is None or now > last.closed_at + plan.reopens:
        return None, last.id
    state = advance(CASE_LIFE, last.state, CaseEvent.HAPPEN_AGAIN)
    return (last.id if set_state(connection, last.id, state, now) else None), last.id


def look_soon(connection: Connection, case_id: str, now: datetime) -> None:
    """Have a case looked at that something happened to, once things have settled."""
    connection.execute(
        update(cases).where(cases.c.id == case_id, NOT_CLOSED).values(next_look_at=now + SOON)
    )


def hear(connection: Connection, case_id: str, now: datetime) -> None:
    """Remember that a person said something on a case."""
    connection.execute(update(cases).where(cases.c.id == case_id).values(heard_at=now))


def lock(connection: Connection, case_id: str) -> bool:
    """Hold a case until the transaction ends; false when there is none with this id."""
    held = select(cases.c.id).where(cases.c.id == case_id).with_for_update()
    return connection.scalar(held) is not None


def state_of(connection: Connection, case_id: str) -> CaseState | None:
    """Return where a case stands."""
    found: CaseState | None = connection.scalar(select(cases.c.state).where(cases.c.id == case_id))
    return found


def set_state(connection: Connection, case_id: str, state: CaseState, now: datetime) -> bool:
    """Move a case to ``state``.

    False when there is no such case, or when it cannot stand again because another case with
    its key stands now.
    """
    ends = state in ENDED
    moving = (
        update(cases)
        .where(cases.c.id == case_id)
        .values(
            state=state,
            closed_at=now if ends else None,
            next_look_at=now + SOON,
        )
    )
    if not ends:
        moving = moving.where(
            ~exists().where(
                _rival.c.key == cases.c.key,
                _rival.c.id != cases.c.id,
                _rival.c.state.not_in(ENDED),
            )
        )
    return connection.execute(moving).rowcount == 1


def move(connection: Connection, case_id: str, state: CaseState, now: datetime) -> None:
    """Move a case to ``state``; beside another that stands now, it takes no more alerts."""
    if not set_state(connection, case_id, state, now):
        key: str | None = connection.scalar(select(cases.c.key).where(cases.c.id == case_id))
        if key is not None:
            _retire(connection, case_id, key)
            set_state(connection, case_id, state, now)


def set_issue(connection: Connection, case_id: str, issue: Issue | None) -> None:
    """Remember where a case lives at GitHub; ``None``: nowhere any more."""
    if issue is not None:
        former_issues.leave(connection, case_id, issue)
    connection.execute(update(cases).where(cases.c.id == case_id).values(**issue_columns(issue)))


def rename_repository(connection: Connection, old: str, new: str) -> None:
    """Let the cases whose issues are in ``old`` live in ``new``; both are ``owner/name``."""
    former_issues.rename_repository(connection, old, new)
    connection.execute(
        update(cases)
        .where(func.lower(cases.c.issue_repository) == old.lower())
        .values(
            issue_repository=new,
            issue_url=func.replace(cases.c.issue_url, f"/{old}/", f"/{new}/"),
        )
    )


def standing_in(connection: Connection, repository: str) -> dict[str, CaseFile]:
    """Read the cases that stand and whose issues are in ``owner/name``, locked, by id."""
    held = connection.scalars(
        select(cases.c.id)
        .where(NOT_CLOSED, func.lower(cases.c.issue_repository) == repository.lower())
        .order_by(cases.c.id)
        .with_for_update()
    )
    return files(connection, held.all())


def file_of_issue(
    connection: Connection, repository: str, number: int, issue_id: int | None
) -> CaseFile | None:
    """Read the case that lives in this issue; a standing one before a closed one.

    The id decides where it is known: the repository may have another name by now, and another
    repository may have its former one.
    """
    named = and_(
        cases.c.issue_number == number,
        func.lower(cases.c.issue_repository) == repository.lower(),
    )
    if issue_id is not None:
        named = or_(cases.c.issue_id == issue_id, and_(named, cases.c.issue_id.is_(None)))
    found: str | None = connection.scalar(
        select(cases.c.id)
        .where(named)
        .order_by(cases.c.state.in_(ENDED), cases.c.opened_at.desc(), cases.c.id)
        .limit(1)
    )
    return None if found is None else _whole(connection, found)


def file_of_former_issue(
    connection: Connection, repository: str, number: int, issue_id: int | None
) -> CaseFile | None:
    """Read the case that lived in this issue before it went on in another one."""
    found = former_issues.case_of(connection, repository, number, issue_id)
    return None if found is None else _whole(connection, found)


def _whole(connection: Connection, case_id: str) -> CaseFile:
    exempt = exemptions.of_case(connection, case_id)
    return replace(files(connection, [case_id])[case_id], exemptions=exempt)


def files(connection: Connection, case_ids: Iterable[str]) -> dict[str, CaseFile]:
    """Read whole cases, by id; an id that is not known is left out."""
    wanted = list(case_ids)
    case_rows = connection.execute(select(cases).where(cases.c.id.in_(wanted))).mappings().all()
    earlier = [row["former"] for row in case_rows if row["former"] is not None]
    formers = _cases(connection, earlier) if earlier else {}
    alert_rows = connection.execute(
        select(alerts)
        .where(alerts.c.case_id.in_(wanted))
        .order_by(alerts.c.created_at, alerts.c.id)
    ).mappings()
    step_rows = connection.execute(
        select(steps).where(steps.c.case_id.in_(wanted)).order_by(steps.c.seq)
    ).mappings()
    alerts_of: dict[str, list[Alert]] = {}
    steps_of: dict[str, list[Step]] = {}
    for row in alert_rows:
        alerts_of.setdefault(row["case_id"], []).append(alert_value(row))
    for row in step_rows:
        steps_of.setdefault(row["case_id"], []).append(step_value(row))
    return {
        row["id"]: _file(
            case_value(row),
            alerts_of.get(row["id"], []),
            steps_of.get(row["id"], []),
            formers.get(row["former"] or ""),
        )
        for row in case_rows
    }


def _cases(connection: Connection, case_ids: Sequence[str]) -> dict[str, Case]:
    rows = connection.execute(select(cases).where(cases.c.id.in_(case_ids))).mappings()
    return {row["id"]: case_value(row) for row in rows}


def _file(case: Case, found: list[Alert], steps_found: list[Step], former: Case | None) -> CaseFile:
    place = {alert.id: index for index, alert in enumerate(found)}
    # Stable: steps of no alert, and what was undone and done again, stay as recorded.
    steps_found.sort(
        key=lambda step: (
            (place.get(step.alert_id or "", len(place)), step.position)
            if step.alert_id
            else (len(place), 0)
        )
    )
    return CaseFile(case=case, alerts=tuple(found), steps=tuple(steps_found), former=former)
