"""What a week came to, counted; and the step that tells of it, recorded once."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from bot.core.playbook import Level
from bot.respond.alert import ENDED, Case, CaseFile, CaseState
from bot.respond.digest import DIGEST, MOST_BUSY, MOST_LINES, Line, Period, Week
from bot.respond.life import Stage, stage_of
from bot.respond.step import Step, StepState
from bot.store import casebook, ledger
from bot.store.rows import case_row
from bot.store.tables import alerts, cases, steps
from bot.store.upsert import insert

# Neither digests, nor what is put aside because it is exempt.
_OF_PEOPLE = and_(cases.c.key.not_like(f"{DIGEST}:%"), cases.c.key.not_like("exempt:%"))
_URGENT = (Stage.AWAITING, Stage.FAILED, Stage.OPEN)


def organisations(connection: Connection) -> dict[str, int]:
    """Return each organisation that has cases, with the installation of its newest."""
    found = connection.execute(
        select(cases.c.org, cases.c.installation)
        .group_by(cases.c.org, cases.c.installation)
        .order_by(func.max(cases.c.opened_at))
    )
    return {row.org: row.installation for row in found}


def has(connection: Connection, case_id: str) -> bool:
    """Tell whether a digest was recorded."""
    return connection.scalar(select(cases.c.id).where(cases.c.id == case_id)) is not None


def reach(connection: Connection, org: str) -> tuple[datetime | None, datetime | None]:
    """Return until when digests told of an organisation, and when its first case was opened.

    One that found no place told nobody.
    """
    failed = exists().where(steps.c.case_id == cases.c.id, steps.c.state == StepState.FAILED)
    told: datetime | None = connection.scalar(
        select(func.max(cases.c.opened_at)).where(
            cases.c.key.startswith(f"{DIGEST}:{org.lower()}:", autoescape=True), ~failed
        )
    )
    began: datetime | None = connection.scalar(
        select(func.min(cases.c.opened_at)).where(cases.c.org == org, _OF_PEOPLE)
    )
    return told, began


def record(connection: Connection, case: Case, step: Step | None) -> bool:
    """Save a digest to be made, or that there was nothing; false when another worker did."""
    added = connection.scalar(
        insert(connection, cases)
        .values(case_row(case))
        .on_conflict_do_nothing(index_elements=[cases.c.id])
        .returning(cases.c.id)
    )
    if added is None:
        return False
    ledger.record(connection, [] if step is None else [(step, case.id)])
    return True


def week(
    connection: Connection,
    org: str,
    installation: int,
    period: Period,
    *,
    changing: Collection[str],
) -> Week:
    """Count what there was in a period, and read what of it stands now."""
    stages = _stages(connection, org, period, changing)
    return Week(
        org=org,
        installation=installation,
        period=period,
        opened=_opened(connection, org, period),
        ended=_ended(connection, org, period),
        done=_done(connection, org, period, changing),
        busy=_busy(connection, org, period),
        standing=_lines(connection, stages),
        stands=len(stages),
    )


def _stages(
    connection: Connection, org: str, period: Period, changing: Collection[str]
) -> dict[str, tuple[Stage, Level]]:
    """Return the stage and level of every case that still stands, the most urgent first."""
    standing = and_(
        cases.c.org == org,
        cases.c.state.not_in(ENDED),
        # What began since is told next time: no digest is due before the first whole week.
        cases.c.opened_at < period.until,
        _OF_PEOPLE,
    )
    found = connection.execute(
        select(cases.c.id, cases.c.state, cases.c.issue_number)
        .where(standing)
        .order_by(cases.c.opened_at)
    ).all()
    states: dict[str, list[StepState]] = {}
    for row in connection.execute(
        select(steps.c.case_id, steps.c.state)
        .join(cases, cases.c.id == steps.c.case_id)
        .where(standing, steps.c.kind == "apply", steps.c.action.in_(list(changing)))
        .distinct()
    ):
        states.setdefault(row.case_id, []).append(row.state)
    levels = _levels(connection, standing)
    stages = {
        row.id: (stage_of(row.state, states.get(row.id, [])), levels[row.id])
        for row in found
        if row.id in levels
    }
    # What was only watched has no issue, and waits for nobody.
    told = {row.id for row in found if row.issue_number is not None}
    stages = {
        case_id: (stage, level)
        for case_id, (stage, level) in stages.items()
        if case_id in told or stage is not Stage.OPEN
    }
    order = sorted(stages, key=lambda each: _urgency(*stages[each]))
    return {case_id: stages[case_id] for case_id in order}


def _urgency(stage: Stage, level: Level) -> tuple[int, int]:
    return (_URGENT.index(stage) if stage in _URGENT else len(_URGENT), -level.rank)


def _levels(connection: Connection, which: ColumnElement[bool]) -> dict[str, Level]:
    """Return the highest level of each case's alerts."""
    highest: dict[str, Level] = {}
    for row in connection.execute(
        select(alerts.c.case_id, alerts.c.level)
        .join(cases, cases.c.id == alerts.c.case_id)
        .where(which)
        .distinct()
    ):
        known = highest.get(row.case_id, Level.INFORMATIONAL)
        highest[row.case_id] = max(known, row.level, key=lambda level: level.rank)
    return highest


def _opened(connection: Connection, org: str, period: Period) -> dict[Level, int]:
    opened = and_(
        cases.c.org == org,
        cases.c.opened_at >= period.since,
        cases.c.opened_at < period.until,
        _OF_PEOPLE,
    )
    return dict(Counter(_levels(connection, opened).values()))


def _ended(connection: Connection, org: str, period: Period) -> dict[CaseState, int]:
    found = connection.execute(
        select(cases.c.state, func.count().label("number"))
        .where(
            cases.c.org == org,
            cases.c.closed_at >= period.since,
            cases.c.closed_at < period.until,
            _OF_PEOPLE,
        )
        .group_by(cases.c.state)
    )
    return {row.state: row.number for row in found}


def _done(
    connection: Connection, org: str, period: Period, changing: Collection[str]
) -> dict[tuple[str, StepState], int]:
    found = connection.execute(
        select(steps.c.action, steps.c.state, func.count().label("number"))
        .join(cases, cases.c.id == steps.c.case_id)
        .where(
            cases.c.org == org,
            steps.c.finished_at >= period.since,
            steps.c.finished_at < period.until,
            steps.c.action.in_(list(changing)),
        )
        .group_by(steps.c.action, steps.c.state)
    )
    return {(row.action, row.state): row.number for row in found}


def _busy(connection: Connection, org: str, period: Period) -> list[tuple[str, int]]:
    number = func.count().label("number")
    found = connection.execute(
        select(alerts.c.playbook_id, number, func.max(alerts.c.id).label("one"))
        .where(
            alerts.c.org == org,
            alerts.c.created_at >= period.since,
            alerts.c.created_at < period.until,
        )
        .group_by(alerts.c.playbook_id)
        .order_by(number.desc(), alerts.c.playbook_id)
        .limit(MOST_BUSY)
    ).all()
    titles = {
        row.id: row.playbook.title
        for row in connection.execute(
            select(alerts.c.id, alerts.c.playbook).where(
                alerts.c.id.in_([row.one for row in found])
            )
        )
    }
    return [(titles[row.one], row.number) for row in found]


def _lines(connection: Connection, stages: dict[str, tuple[Stage, Level]]) -> Sequence[Line]:
    first = list(stages)[:MOST_LINES]
    files = casebook.files(connection, first)
    return [_line(files[case_id], *stages[case_id]) for case_id in first]


def _line(file: CaseFile, stage: Stage, level: Level) -> Line:
    return Line(
        title=file.alerts[-1].playbook.title,
        level=level,
        stage=stage,
        alerts=len(file.alerts),
        issue=file.case.issue,
        opened_at=file.case.opened_at,
    )
