"""What time asks for about a case: to remind, to call more people, to close it.

A pure look at a recorded case: it says what is due now, and when to look again.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.respond import nudge, untold
from bot.respond.alert import Case, CaseFile
from bot.respond.inert import Markdown
from bot.respond.life import CASE_LIFE, CaseEvent, Stage, advance
from bot.respond.outlook import LABELLED, Asks, Round, View, is_due, nth
from bot.respond.step import Step, StepState
from bot.respond.untold import BUSY

__all__ = ["BUSY", "ESCALATED", "Asks", "Round", "look"]

ESCALATED: Final = "escalated"
"""The label of a case to which more people were called."""


def look(file: CaseFile, asks: Asks, *, now: datetime) -> Round:
    """Return what is due about a case now, and when to look again."""
    view = View(file, asks)
    if file.case.has_ended:
        return _labelled(view, Round(), now)
    if any(is_due(step, file, now) for step in file.steps):
        return Round(next_at=now + BUSY)
    if questions := untold.unasked(view):
        return untold.ask(view, questions, now)
    if file.case.issue is None:
        return untold.without_issue(view, now)
    return _labelled(view, _due(view, now), now)


def _due(view: View, now: datetime) -> Round:
    for due, act in _duties(view):
        if due <= now:
            return replace(act(view, now), next_at=now)
    return Round(next_at=min((due for due, _ in _duties(view)), default=None))


def _labelled(view: View, found: Round, now: datetime) -> Round:
    """Let the issue's label say where the case stands, if it does not yet."""
    shown, stage = view.label, view.stage if found.state is None else None
    wanted = str(stage) if stage in LABELLED else None
    if view.case.issue is None or wanted == shown:
        return found
    params = {
        "labels": [wanted] if wanted else [],
        "remove": [str(each) for each in LABELLED if str(each) != wanted],
    }
    step = _step(view, "stage", action="label", params=params, position=2, now=now)
    return replace(found, steps=(*found.steps, step))


_Duty = tuple[datetime, Callable[[View, datetime], Round]]


def _duties(view: View) -> list[_Duty]:
    """Return what will be due and when, if nothing happens before; of what is due, first first."""
    return [*_retellings(view), *_endings(view), *_nudges(view)]


def _retellings(view: View) -> Iterator[_Duty]:
    due = untold.lost(view)
    if due is not None:
        yield due, untold.retell


def _endings(view: View) -> Iterator[_Duty]:
    times, since = view.times, view.silent_since
    if view.stage is Stage.AWAITING:
        return
    if view.is_right:
        after = times.close
        if view.was_right and times.remind is not None:
            after = times.remind if after is None else min(times.remind, after)
        if after is not None:
            yield since + after, _close
    elif view.stage is Stage.OPEN and times.expire is not None:
        reminded = view.since_then(view.case.reminded_at)
        if reminded is not None or times.remind is None:
            # Whoever was reminded late, after an outage of ours, has time to answer.
            again = timedelta(0) if times.remind is None else times.remind
            yield max(since + times.expire, (reminded or since) + again), _expire


def _nudges(view: View) -> Iterator[_Duty]:
    times = view.times
    if not view.needs_people or times.remind is None:
        return
    reminded = view.since_then(view.case.reminded_at)
    if reminded is None:
        yield view.silent_since + times.remind, _remind
    elif times.escalate is not None and view.since_then(view.case.escalated_at) is None:
        yield reminded + times.escalate, _escalate


def _remind(view: View, now: datetime) -> Round:
    text = nudge.reminder(
        view.stage,
        silent=now - view.silent_since,
        waiting=[step for step in view.changes if step.state is StepState.AWAITING],
        person=None if view.stage is Stage.AWAITING else view.person,
    )
    return Round(steps=(_comment(view, "remind", text, now),), reminded=True)


def _escalate(view: View, now: datetime) -> Round:
    text = nudge.escalation(
        view.stage, silent=now - view.silent_since, org=view.case.org, team=view.asks.team
    )
    label = _step(
        view, "label", action="label", params={"labels": [ESCALATED]}, position=1, now=now
    )
    return Round(steps=(_comment(view, "escalate", text, now), label), escalated=True)


def _close(view: View, now: datetime) -> Round:
    silent = now - view.silent_since
    reason = nudge.was_right(silent) if view.was_right else nudge.put_right(silent)
    return _end(view, CaseEvent.BE_RIGHT_AGAIN, reason, now, outcome="completed")


def _expire(view: View, now: datetime) -> Round:
    reason = nudge.unanswered(now - view.silent_since)
    return _end(view, CaseEvent.BE_LEFT_ALONE, reason, now, outcome="not_planned")


def _end(view: View, event: CaseEvent, reason: str, now: datetime, *, outcome: str) -> Round:
    text = nudge.ending(reason, reopens=view.times.reopen)
    params = {"reason": reason, "outcome": outcome}
    closing = _step(view, "close", action="close-issue", params=params, position=1, now=now)
    return Round(
        steps=(_comment(view, "end", text, now), closing),
        state=advance(CASE_LIFE, view.case.state, event),
    )


def _comment(view: View, kind: str, text: Markdown, now: datetime) -> Step:
    return _step(view, kind, action="comment", params={"body": str(text)}, position=0, now=now)


def _step(
    view: View,
    kind: str,
    *,
    action: str,
    params: Mapping[str, object],
    position: int,
    now: datetime,
) -> Step:
    case: Case = view.case
    return Step(
        id=f"round:{case.id}:{kind}:{nth(view, kind)}",
        case_id=case.id,
        alert_id=None,
        installation=view.file.alerts[-1].installation if view.file.alerts else case.installation,
        position=position,
        action=action,
        params=params,
        next_at=now,
    )
