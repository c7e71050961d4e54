"""What becomes of a case when somebody closes, reopens, deletes or moves its issue by hand."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.event import Event
from bot.respond import wording
from bot.respond.alert import Alert, Answer, CaseFile
from bot.respond.inert import Markdown
from bot.respond.life import CASE_LIFE, CaseEvent, advance
from bot.respond.standing import is_for_others
from bot.respond.step import Step, StepState
from bot.respond.turn import delayed
from bot.respond.word import reply_step

_MOST_TOLD: Final = 10  # alerts told again in a new issue, the latest

GONE: Final = frozenset({"deleted", "transferred"})


def hear(event: Event, file: CaseFile, *, now: datetime) -> Answer | None:
    """Return what an act on the case's issue leads to; ``None`` for nothing.

    Closing decides nothing: a case with steps that wait for approval stays open, and its issue is
    opened again, or the person whose act is in question could close it away. Nor can they delete
    it away: the case is told anew where only the security team looks after it.
    """
    action = event.fields.get("webhook_action")
    if action in _STATES and _is_over(event, file):
        return None
    if file.case.has_ended:
        return _reopened(event, file, now) if action == "reopened" else None
    if action == "closed":
        return _closed(event, file, now)
    if action in GONE and file.case.issue is not None:
        steps = tuple(_retell(event, file, alert, now) for alert in _worth_telling(file))
        return replace(_answer(file), steps=steps, issue_gone=True)
    return None


def published(event: Event, file: CaseFile, *, now: datetime) -> Step:
    """Return what a case is told when the repository that its issue is in was made public.

    It is a comment like any other: while the public reads the issue, the case goes on elsewhere.
    """
    return Step(
        id=f"published:{event.id}:{file.case.id}",
        case_id=file.case.id,
        alert_id=None,
        installation=event.installation or file.case.installation,
        position=0,
        action="comment",
        params={"body": str(wording.published(event.repo or "", file.case.issue))},
        next_at=now,
    )


_STATES: Final = frozenset({"closed", "reopened"})
_CLOCKS_APART: Final = timedelta(minutes=1)


def _is_over(event: Event, file: CaseFile) -> bool:
    """Tell whether an issue was closed or reopened before the case last moved on.

    A delivery may be late by days: the issue does not stand as it says any more.
    """
    moments = [alert.created_at for alert in file.alerts]
    if file.case.closed_at is not None:
        moments.append(file.case.closed_at)
    return any(event.at + _CLOCKS_APART < moment for moment in moments)


def unheard(event: Event, file: CaseFile, *, why: str, now: datetime) -> Answer:
    """Return the reply to a word that was not followed, because GitHub tells nobody's standing."""
    return _reply(event, file, now, wording.unheard(why))


def withdrawn(event: Event, file: CaseFile, *, why: str, now: datetime) -> Answer:
    """Return the reply to a comment that does not stand any more as it was written."""
    return _reply(event, file, now, wording.withdrawn(event.actor or "", why))


def elsewhere(event: Event, file: CaseFile, *, now: datetime) -> Answer:
    """Return the reply to a command in an issue that the case lives in no more.

    It is not followed: what is approved must be what its author had before them, and a former
    issue, which everybody may read by now, says nothing of what came since.
    """
    number = event.lookup("issue.number")
    return _reply(event, file, now, wording.elsewhere(event.actor or "", f"{event.repo}#{number}"))


def _reopened(event: Event, file: CaseFile, now: datetime) -> Answer:
    state = advance(CASE_LIFE, file.case.state, CaseEvent.REOPEN)
    return replace(_reply(event, file, now, wording.stands_again()), case_state=state, heard=True)


def _closed(event: Event, file: CaseFile, now: datetime) -> Answer:
    waiting = [step for step in file.steps if step.state is StepState.AWAITING]
    waiting += [step for step in delayed(file) if step.subject is not None]
    if waiting:
        return _reply(event, file, now, wording.closed_too_early(len(waiting)), reopen=True)
    number = event.fields.get("actor_id")
    if is_for_others(event.actor or "", file, number if isinstance(number, int) else None):
        return _reply(event, file, now, wording.not_theirs_to_close(), reopen=True)
    return replace(_answer(file), case_state=advance(CASE_LIFE, file.case.state, CaseEvent.CLOSE))


def _answer(file: CaseFile) -> Answer:
    return Answer(case_id=file.case.id, expected=file.case.state)


def _reply(
    event: Event, file: CaseFile, now: datetime, text: Markdown, *, reopen: bool = False
) -> Answer:
    step = reply_step(
        file,
        name=event.id,
        installation=event.installation or file.case.installation,
        now=now,
        text=text,
        reopen=reopen,
    )
    return replace(_answer(file), steps=(step,))


def _worth_telling(file: CaseFile) -> list[Alert]:
    """Return the alerts with something that waits for a person, else the latest alert."""
    waiting = {step.alert_id for step in file.steps if step.state is StepState.AWAITING}
    told = [alert for alert in file.alerts if alert.id in waiting] or list(file.alerts[-1:])
    return told[-_MOST_TOLD:]


def _retell(event: Event, file: CaseFile, alert: Alert, now: datetime) -> Step:
    own = [step.position for step in file.steps if step.alert_id == alert.id]
    return Step(
        id=f"retell:{event.id}:{alert.id}",
        case_id=file.case.id,
        alert_id=alert.id,
        installation=event.installation or file.case.installation,
        position=max(own, default=-1) + 1,
        action="open-issue",
        params={"repository": "security"},
        next_at=now,
    )
