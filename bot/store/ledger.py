"""Steps: recorded before they are made, made by one worker at a time, with a receipt after."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select, true, update

from bot.core.errors import Moved
from bot.respond.alert import Answer, Plan, StepChange
from bot.respond.life import STEP_LIFE, require_way
from bot.respond.plan import owners_lane, settings_lane
from bot.respond.step import Approval, Receipt, Step, StepState
from bot.respond.told import Told
from bot.store import casebook, exemptions, inbox, pauses, told, turns
from bot.store.rows import step_row
from bot.store.sightings import Remembrance
from bot.store.tables import alerts, effects, steps
from bot.store.upsert import insert

_WAITING = frozenset(
    {
        StepState.PLANNED,
        StepState.WAITING,
        StepState.AWAITING,
        StepState.RUNNING,
        StepState.RETRYING,
    }
)


def complete(
    connection: Connection,
    delivery_id: str,
    *,
    worker: str,
    now: datetime,
    action: str,
    plans: Sequence[Plan],
    given: Answer | None,
    conclude: Callable[[Remembrance], Sequence[Plan]] | None = None,
    tells: Sequence[Told] = (),
) -> bool:
    """Save what a delivery leads to, and that it is handled; false when the claim was lost.

    ``conclude`` returns further plans, given what is remembered; what it remembers is saved too.
    ``tells`` is what it says of who may do what.
    """
    if not inbox.settle(connection, delivery_id, worker=worker, now=now, action=action):
        return False
    if conclude is not None:
        plans = (*plans, *conclude(Remembrance(connection)))
    record(connection, casebook.record(connection, plans))
    # What a person has exempted is no reason to doubt it.
    told.record(connection, tells, alerted=any(each.alert.exemption is None for each in plans))
    if given is not None:
        answer(connection, given, now=now)
    return True


def keep(connection: Connection, delivery_id: str, *, worker: str, plans: Sequence[Plan]) -> bool:
    """Save what a delivery leads to before it is handled; false when the claim was lost."""
    if not inbox.is_held(connection, delivery_id, worker):
        return False
    record(connection, casebook.record(connection, plans))
    return True


def record(connection: Connection, placed: Sequence[tuple[Step, str]]) -> None:
    """Save new steps, each with its case's id; a step that is already there stays as it is."""
    if not placed:
        return
    wanted = {step.alert_id for step, _ in placed if step.alert_id is not None}
    found = connection.execute(
        select(alerts.c.id, alerts.c.playbook_id, alerts.c.level).where(alerts.c.id.in_(wanted))
    )
    playbooks = {row.id: (row.playbook_id, row.level) for row in found}
    connection.execute(
        insert(connection, steps).on_conflict_do_nothing(index_elements=[steps.c.id]),
        [
            step_row(step, case_id, playbooks[step.alert_id] if step.alert_id else None)
            for step, case_id in placed
        ],
    )


def answer(connection: Connection, given: Answer, *, now: datetime) -> None:
    """Save what a person's word leads to; raise `Moved` when it was decided from the past."""
    casebook.lock(connection, given.case_id)
    if not _still_holds(connection, given):
        raise Moved("the case moved on while a comment on it was being read")
    for change in given.changes:
        _change(connection, change, now)
    if given.issue_gone:
        casebook.set_issue(connection, given.case_id, None)
    if given.case_state is not None:
        casebook.move(connection, given.case_id, given.case_state, now)
    if given.heard:
        casebook.hear(connection, given.case_id, now)
    casebook.look_soon(connection, given.case_id, now)
    exemptions.write(connection, given.exempts, now)
    if given.ends:
        exemptions.end(connection, given.ends, by=given.by, now=now)
    if given.pauses is not None:
        pauses.begin(connection, given.pauses, now)
    if given.resumes is not None:
        pauses.end(connection, given.resumes, by=given.by, now=now)
    new = [replace(step, approvals=_heard(step.approvals, now)) for step in given.steps]
    record(connection, [(step, given.case_id) for step in new])


def _heard(approvals: Sequence[Approval], now: datetime) -> tuple[Approval, ...]:
    """Note when new approvals were recorded: a pause does not let older ones count."""
    return tuple(each if each.heard_at else replace(each, heard_at=now) for each in approvals)


def _still_holds(connection: Connection, given: Answer) -> bool:
    """Tell whether everything is as the answer expects; the case is locked."""
    standing = casebook.state_of(connection, given.case_id)
    if given.expected is not None and standing is not given.expected:
        return False
    expected = {change.step_id: change.expected for change in given.changes} | dict(given.holds)
    new = [step.id for step in given.steps]
    found = connection.execute(
        select(steps.c.id, steps.c.state, steps.c.approvals).where(
            steps.c.id.in_([*expected, *new])
        )
    ).all()
    present = {row.id: row.state for row in found}
    approvals = {row.id: row.approvals for row in found}
    if any(
        change.had is not None and approvals.get(change.step_id) != change.had
        for change in given.changes
    ):
        return False
    return all(present.get(step_id) is state for step_id, state in expected.items()) and not any(
        step_id in present for step_id in new
    )


def _change(connection: Connection, change: StepChange, now: datetime) -> None:
    require_way(STEP_LIFE, change.expected, change.state)
    values: dict[str, object] = {"state": change.state}
    if change.state is StepState.PLANNED:
        values |= {"approved_by": change.by, "next_at": now}
        if change.installation is not None:
            values["installation"] = change.installation
    if change.approvals is not None:
        values |= {"approvals": _heard(change.approvals, now), "ask_until": change.ask_until}
    if change.why:
        values["error"] = change.why
    values["finished_at"] = None if change.state in _WAITING else now
    connection.execute(
        update(steps)
        .where(steps.c.id == change.step_id, steps.c.state == change.expected)
        .values(**values)
    )


def finish(
    connection: Connection,
    step_id: str,
    *,
    worker: str,
    now: datetime,
    state: StepState,
    receipt: Receipt | None,
    error: str,
    next_at: datetime | None,
    sent: bool,
    follow_ups: Sequence[Step],
    ask_until: datetime | None = None,
    approvals: Sequence[Approval] = (),
) -> bool:
    """Save what came of a step; false, and nothing written, when the claim was lost.

    One that waits for approval is asked for until ``ask_until``, and keeps only ``approvals``.
    Raises `ImpossibleTransition` for a state that no running step comes to.
    """
    held = connection.execute(
        select(steps.c.case_id, steps.c.kind, steps.c.undo_of, steps.c.state).where(
            steps.c.id == step_id, steps.c.claimed_by == worker
        )
    ).one_or_none()
    # The case first, then its steps: the order in which claiming locks them too.
    if held is None or not casebook.lock(connection, held.case_id):
        return False
    require_way(STEP_LIFE, held.state, state)
    values: dict[str, object] = {"state": state, "error": error}
    if receipt is not None:
        values["receipt"] = receipt
    if next_at is not None:
        values["next_at"] = next_at
    if sent:
        values["sent"] = True
    if state not in _WAITING:
        values["finished_at"] = now
    if state is StepState.AWAITING:
        values |= {
            "ask_until": ask_until,
            "approvals": tuple(approvals),
            "approved_by": None,
        }
    left = connection.execute(
        update(steps)
        .where(steps.c.id == step_id, steps.c.claimed_by == worker)
        .values(claimed_by=None, lease_until=None, interrupted=False, **values)
    )
    if left.rowcount != 1:
        return False
    if held.kind != "apply" and state in {StepState.DONE, StepState.UNCHANGED}:
        turns.turn_back(connection, held.undo_of, held.kind, state, by=step_id, now=now)
    if receipt is not None:  # after what is taken back: this is what counts now
        _take_effect(connection, step_id, held.case_id, receipt, now)
    record(connection, [(step, held.case_id) for step in follow_ups])
    casebook.look_soon(connection, held.case_id, now)
    return True


def _take_effect(
    connection: Connection, step_id: str, case_id: str, receipt: Receipt, now: datetime
) -> None:
    if receipt.issue is not None:
        casebook.set_issue(connection, case_id, receipt.issue)
    for effect in (receipt.effect or "").splitlines():
        key, _, value = effect.rpartition("=")
        connection.execute(
            effects.insert(), {"key": key, "value": value, "at": now, "step_id": step_id}
        )


_UNDER_WAY = or_(
    steps.c.state == StepState.RUNNING,
    and_(steps.c.state == StepState.RETRYING, or_(steps.c.sent, steps.c.interrupted)),
)
"""A step whose write may just be taking effect."""


def settings_in_question(connection: Connection, org: str) -> bool:
    """Tell whether a step of ours may just be changing a setting of the organisation."""
    found = select(steps.c.id).where(steps.c.lane == settings_lane(org), _UNDER_WAY).limit(1)
    return connection.scalar(found) is not None


def owners_in_question(connection: Connection, org: str) -> frozenset[str | int]:
    """Return logins (lower case) and ids whose owner role a step of ours may just be changing."""
    undone = steps.alias("undone")
    found = connection.execute(
        select(alerts.c.fields, steps.c.params)
        .select_from(
            steps.outerjoin(undone, undone.c.id == steps.c.undo_of).join(
                alerts, alerts.c.id == func.coalesce(steps.c.alert_id, undone.c.alert_id)
            )
        )
        .where(steps.c.lane == owners_lane(org), _UNDER_WAY)
    )
    people = [(fields.get("user"), fields.get("user_id"), params) for fields, params in found]
    named = [login for user, _, params in people for login in (user, params.get("user"))]
    logins = {login.strip().lstrip("@").lower() for login in named if isinstance(login, str)}
    return frozenset(logins | {number for _, number, _ in people if isinstance(number, int)})


def in_question(connection: Connection, subject: str) -> bool:
    """Tell whether a step of ours may just be changing a subject, or putting it back."""
    undone = steps.alias("undone")
    found = (
        select(steps.c.id)
        .select_from(steps.outerjoin(undone, undone.c.id == steps.c.undo_of))
        .where(func.coalesce(steps.c.subject, undone.c.subject) == subject, _UNDER_WAY)
        .limit(1)
    )
    return connection.scalar(found) is not None


def spend_effect(
    connection: Connection, key: str, value: str, *, by: str, since: datetime, now: datetime
) -> bool:
    """Tell whether Tipstaff last set ``key`` to ``value`` since then.

    Only the first ``by`` hears yes, as often as it asks.
    """
    row = connection.execute(
        select(effects.c.value, effects.c.step_id)
        .where(effects.c.key == key, effects.c.at >= since)
        .order_by(effects.c.seq.desc())
        .limit(1)
    ).one_or_none()
    if row is None or row.value != value:
        return row is not None and (row.value, row.step_id) == (turns.SPENT, by)
    connection.execute(
        effects.insert(), {"key": key, "value": turns.SPENT, "at": now, "step_id": by}
    )
    return True


def last_effect(
    connection: Connection, key: str, since: datetime, until: datetime | None = None
) -> str | None:
    """Return the value that Tipstaff itself last set for ``key`` in that time, if it did."""
    found: str | None = connection.scalar(
        select(effects.c.value)
        .where(effects.c.key == key, effects.c.at >= since)
        .where(true() if until is None else effects.c.at <= until)
        .order_by(effects.c.seq.desc())
        .limit(1)
    )
    return found


def resume(connection: Connection, installation: int, now: datetime) -> None:
    """Make every step of an installation due that waits to be tried again."""
    connection.execute(
        update(steps)
        .where(
            steps.c.installation == installation,
            steps.c.state == StepState.RETRYING,
            steps.c.next_at > now,
        )
        .values(next_at=now)
    )
