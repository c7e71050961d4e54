"""What Tipstaff has done lately: read at once, just before the next change is made."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, RowMapping, and_, func, or_, select, update

from bot.respond.conduct import Conduct, Inquiry, installing
from bot.respond.guards.facts import Rival
from bot.respond.pause import holding
from bot.respond.standing import is_same
from bot.respond.step import StepState
from bot.respond.subject import Subject, alike_of, gentleness_of
from bot.store import pauses
from bot.store.rows import alert_value
from bot.store.tables import IS_AWAITING, IS_RUNNING, UNSETTLED, alerts, editions, steps
from bot.store.upsert import insert

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
JUST: Final = timedelta(minutes=10)
"""For how long what was done stands against another playbook's answer to the same event."""

_OPEN: Final = (StepState.PLANNED, StepState.RUNNING, StepState.RETRYING)
_MADE: Final = (StepState.DONE, StepState.UNDONE)
_MAY_BE_MADE: Final = or_(steps.c.sent, steps.c.interrupted)
_MOST_RIVALS: Final = 20

_steps_and_alerts = steps.join(alerts, alerts.c.id == steps.c.alert_id)


def conduct(connection: Connection, asked: Inquiry) -> Conduct:
    """Return what bears on a change; remember what it falls on, where that was told otherwise."""
    key = asked.subject.key
    if asked.step.subject != key:
        connection.execute(update(steps).where(steps.c.id == asked.step.id).values(subject=key))
    made = _changes(connection, asked, asked.now - HOUR)
    ours = [
        (actor, Subject.parse(subject))
        for playbook, org, actor, subject in made
        if is_same(org, asked.alert.org)
    ]
    return Conduct(
        by_playbook=sum(row[0] == asked.alert.playbook.id for row in made),
        by_actor=sum(is_same(actor, asked.alert.actor) for actor, _ in ours),
        people=_named(subject.person for _, subject in ours),
        repositories=_named(subject.repo for _, subject in ours),
        rivals=_rivals(connection, asked),
        rounds=_rounds(connection, asked, asked.now - DAY),
        pause=holding(pauses.standing(connection), asked.alert.org),
        new_since=_new_since(connection, asked) if asked.edition else None,
    )


def _new_since(connection: Connection, asked: Inquiry) -> datetime:
    """Return when what is in use came to an organisation: with the edition, or with the App."""
    name = installing(asked.alert.installation)
    arrived = connection.scalar(select(editions.c.first_seen).where(editions.c.edition == name))
    edition = first_seen(connection, asked.edition, asked.now)
    return edition if arrived is None else max(edition, arrived)


def first_seen(connection: Connection, edition: str, now: datetime) -> datetime:
    """Return when a version with its playbooks was first in use here: now, if never before."""
    known = select(editions.c.first_seen).where(editions.c.edition == edition)
    seen: datetime | None = connection.scalar(known)
    if seen is not None:
        return seen
    connection.execute(
        insert(connection, editions)
        .values(edition=edition, first_seen=now)
        .on_conflict_do_nothing(index_elements=[editions.c.edition])
    )
    return connection.scalar(known) or now  # another worker may have been first


def _named(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if name)


def _changes(
    connection: Connection, asked: Inquiry, since: datetime
) -> list[tuple[str, str, str | None, str]]:
    """Return playbook, organisation, actor and subject of what was, or is just being, changed.

    What may have taken effect unseen counts, whatever became of the step since.
    """
    columns = steps.c
    asked_about = (
        select(columns.playbook_id, alerts.c.org, alerts.c.actor, columns.subject)
        .select_from(_steps_and_alerts)
        .where(
            columns.kind == "apply",
            columns.id != asked.step.id,
            or_(
                columns.playbook_id == asked.alert.playbook.id,
                func.lower(alerts.c.org) == asked.alert.org.lower(),
            ),
        )
    )
    # Each by an index of its own: SQLite reads the whole table for what an OR joins.
    made = asked_about.where(
        columns.subject.is_not(None),
        columns.finished_at >= since,
        or_(columns.state.in_(_MADE), columns.sent),
    )
    making = asked_about.where(columns.claimed_by.is_not(None), IS_RUNNING)
    unsure = and_(_MAY_BE_MADE, columns.intent_at >= since)
    retrying = asked_about.where(UNSETTLED, columns.state == StepState.RETRYING, unsure)
    asking = asked_about.where(IS_AWAITING, unsure)
    found = connection.execute(made.union_all(making, retrying, asking))
    return [
        (playbook, org, actor, subject)
        for playbook, org, actor, subject in found
        if subject is not None  # a step that only tells
    ]


def _rivals(connection: Connection, asked: Inquiry) -> tuple[Rival, ...]:
    """Return other playbooks' steps on the subject: open, or just done since the alert."""
    columns, alert = steps.c, asked.alert
    since = max(alert.created_at, asked.now - JUST)
    own = connection.scalar(select(columns.seq).where(columns.id == asked.step.id)) or 0
    found = connection.execute(
        select(
            columns.seq,
            columns.action,
            columns.state,
            alerts.c.delivery_id,
            alerts.c.created_at,
            alerts.c.playbook,
        )
        .select_from(_steps_and_alerts)
        .where(
            columns.subject == asked.subject.key,
            columns.kind == "apply",
            columns.alert_id != alert.id,
            columns.playbook_id != alert.playbook.id,
            or_(
                columns.state.in_(_OPEN),
                and_(columns.state == StepState.DONE, columns.finished_at >= since),
            ),
        )
        # First those that may win: of the same event, and of the latest ones.
        .order_by((alerts.c.delivery_id == alert.delivery_id).desc(), columns.seq.desc())
        .limit(_MOST_RIVALS)
    )
    rivals = []
    for row in reversed(found.all()):
        same = row.delivery_id == alert.delivery_id
        later = (row.created_at, row.seq) > (alert.created_at, own)
        rivals.append(
            Rival(
                playbook=row.playbook.title,
                action=row.action,
                done=row.state is StepState.DONE,
                same_event=same,
                ahead=row.seq < own if same else later,
                gentleness=gentleness_of(row.action),
            )
        )
    return tuple(rivals)


def _rounds(connection: Connection, asked: Inquiry, since: datetime) -> int:
    columns, alike = steps.c, asked.alike
    made = (
        select(columns.action.label("step"), columns.params, columns.subject, alerts)
        .select_from(_steps_and_alerts)
        .where(
            columns.kind == "apply",
            columns.alert_id != asked.alert.id,
            or_(
                and_(columns.state.in_(_MADE), columns.finished_at >= since),
                and_(_MAY_BE_MADE, columns.intent_at >= since),
            ),
        )
    )
    if alike is None:
        same = made.with_only_columns(func.count(columns.alert_id.distinct()))
        return connection.scalar(same.where(columns.subject == asked.subject.key)) or 0
    akin = made.where(columns.subject.startswith(f"{alike.kind}|{alike.org}|", autoescape=True))
    found = connection.execute(akin).mappings()
    return len({row["id"] for row in found if _is_alike(row, asked)})


def _is_alike(row: RowMapping, asked: Inquiry) -> bool:
    """Tell whether a step fell on the same thing, or on one that only its number tells from it."""
    if row["subject"] == asked.subject.key:
        return True
    return alike_of(row["step"], row["params"], alert_value(row)) == asked.alike
