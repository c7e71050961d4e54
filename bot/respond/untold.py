"""Alerts that nobody was told of: a question asked nowhere, or an issue for which was no place."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.respond.alert import Alert
from bot.respond.life import CASE_LIFE, CaseEvent, Stage, advance
from bot.respond.outlook import Round, View, nth
from bot.respond.step import Step, StepState
from bot.respond.template import is_template

BUSY: Final = timedelta(minutes=10)
"""Until a case is looked at again in which something is being done."""

_RETELL: Final = timedelta(hours=24)
_MOST: Final = 10  # alerts told at once, the latest
_OPENING: Final = "open-issue"
_NEVER_TRIED: Final = frozenset({StepState.SKIPPED, StepState.OBSERVED})


def unasked(view: View) -> list[Alert]:
    """Return the alerts with something that waits for approval, of which nobody was told.

    Their playbook opens no issue, or passed over the step that does.
    """
    waiting = {
        _alert_of(step, view) for step in view.file.steps if step.state is StepState.AWAITING
    }
    return [
        alert
        for alert in view.file.alerts
        if alert.id in waiting and not any(_tells(step) for step in _openings(view, alert))
    ][-_MOST:]


def ask(view: View, alerts: list[Alert], now: datetime) -> Round:
    """Open the case's issue, or add to it, whatever the playbook says: people have to be asked."""
    steps = tuple(
        _telling(view, alert, now, action=_OPENING, params=_literal(alert)) for alert in alerts
    )
    return Round(steps=steps, next_at=now + BUSY)


def without_issue(view: View, now: datetime) -> Round:
    """Look at a case that has no issue: none was wanted, or none could be opened."""
    case, times = view.case, view.times
    ends = _end(view)
    if ends is not None and ends[0] <= now:
        return Round(state=advance(CASE_LIFE, case.state, ends[1]))
    expires = None if ends is None else ends[0]
    if not any(_failures(view)):
        return Round(next_at=expires)
    since = max(view.silent_since, case.reminded_at or view.silent_since)
    due = since + (times.remind or _RETELL)
    if due > now:
        return Round(next_at=due)
    return replace(retell(view, now), reminded=True, next_at=now + BUSY)


def _end(view: View) -> tuple[datetime, CaseEvent] | None:
    """Return when a case of which nobody was told ends, and how."""
    if view.is_right and view.times.close is not None:
        return view.silent_since + view.times.close, CaseEvent.BE_RIGHT_AGAIN
    if view.stage is Stage.OPEN and view.times.expire is not None:
        return view.silent_since + view.times.expire, CaseEvent.BE_LEFT_ALONE
    return None


def lost(view: View) -> datetime | None:
    """Return when to tell again of an alert that could not be told in the case's issue."""
    tries = [step.finished_at or step.next_at for _, step in _failures(view)]
    return max(tries) + (view.times.remind or _RETELL) if tries else None


def retell(view: View, now: datetime) -> Round:
    """Try again to tell of what could not be told: there may be a place by now."""
    failures = list(_failures(view))[-_MOST:]
    if view.case.issue is None:
        failures = failures[-1:]  # the issue first; what else is lost is then told there
    steps = tuple(
        # What was never rendered is no text for people.
        _telling(view, alert, now, action=_OPENING, params=_literal(alert))
        if step.late
        else _telling(view, alert, now, action=step.action, params=step.params)
        for alert, step in failures
    )
    return Round(steps=steps)


def _failures(view: View) -> Iterator[tuple[Alert, Step]]:
    """Yield the alerts whose telling failed, each with its last try, oldest first."""
    for alert in view.file.alerts:
        tries = [step for step in _openings(view, alert) if step.state not in _NEVER_TRIED]
        if tries and tries[-1].state is StepState.FAILED:
            yield alert, tries[-1]


def _openings(view: View, alert: Alert) -> list[Step]:
    return [
        step
        for step in view.file.steps
        if step.action in view.asks.opening and step.alert_id == alert.id
    ]


def _tells(step: Step) -> bool:
    """Tell whether a step has told of its alert, or will.

    What failed is tried again; where the settings allow only to watch, nobody is to be told.
    """
    return step.state is not StepState.SKIPPED


def _alert_of(step: Step, view: View) -> str | None:
    if step.alert_id is not None:
        return step.alert_id
    return next((each.alert_id for each in view.file.steps if each.id == step.undo_of), None)


def _literal(alert: Alert) -> Mapping[str, Any]:
    """Return what the playbook says of its issue without asking the event."""
    specs = alert.playbook.response.steps
    spec = next((each for each in specs if each.action == _OPENING), None)
    params = spec.params if spec is not None else {}
    return {name: value for name, value in params.items() if not is_template(str(value))}


def _telling(
    view: View, alert: Alert, now: datetime, *, action: str, params: Mapping[str, Any]
) -> Step:
    own = [step.position for step in view.file.steps if step.alert_id == alert.id]
    return Step(
        id=f"retell:{nth(view, 'retell')}:{alert.id}",
        case_id=view.case.id,
        alert_id=alert.id,
        installation=view.file.alerts[-1].installation,
        position=max(own, default=-1) + 1,
        action=action,
        params=params,
        next_at=now,
    )
