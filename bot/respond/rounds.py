"""What time asks for about a case: to remind, to call more people, to close it.

A pure look at a recorded case: it says what is due now, and when to look again.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.times import Times
from bot.respond import nudge
from bot.respond.alert import Case, CaseFile, CaseState
from bot.respond.inert import Markdown
from bot.respond.life import CASE_LIFE, CaseEvent, Stage, advance, settled, stage_of
from bot.respond.step import Step, StepState

BUSY: Final = timedelta(minutes=10)
"""Until a case is looked at again in which something is being done."""

ESCALATED: Final = "escalated"
"""The label of a case to which more people were called."""

_RETELL: Final = timedelta(hours=24)

_PUT_RIGHT: Final = frozenset(
    {StepState.DONE, StepState.UNCHANGED, StepState.UNDONE, StepState.DENIED}
)
# What a step that was only watched, or passed over, leaves as it was.
_NEUTRAL: Final = frozenset({"observed", "skipped"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Asks:
    """What a look goes by: the times of the case's level, and which actions are of which kind.

    ``changing`` alter the organisation, ``opening`` open the case's issue; ``team`` is the slug
    of who is called when nobody answers.
    """

    times: Times
    changing: Container[str]
    opening: Container[str]
    team: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """What one look at a case leads to, saved in one transaction.

    ``next_at`` is when to look again (``None``: not before something happens); ``state`` the
    case's next state (``None``: as it is); ``reminded`` and ``escalated`` say that this is done
    now.
    """

    next_at: datetime | None = None
    steps: tuple[Step, ...] = ()
    state: CaseState | None = None
    reminded: bool = False
    escalated: bool = False


def look(file: CaseFile, asks: Asks, *, now: datetime) -> Round:
    """Return what is due about a case now, and when to look again."""
    if file.case.has_ended:
        return Round()
    view = _View(file, asks)
    if any(not settled(step.state) and _is_due(step, now) for step in file.steps):
        return Round(next_at=now + BUSY)
    if file.case.issue is None:
        return _untold(view, now)
    for due, act in _duties(view):
        if due <= now:
            return replace(act(view, now), next_at=now)
    return Round(next_at=min((due for due, _ in _duties(view)), default=None))


def _is_due(step: Step, now: datetime) -> bool:
    # What waits for approval, or for a later hour, does not stop the clock.
    return step.state is not StepState.AWAITING and step.next_at <= now


class _View:
    """A case as the rules see it."""

    def __init__(self, file: CaseFile, asks: Asks) -> None:
        self.file, self.case, self.asks, self.times = file, file.case, asks, asks.times
        self.changes = [
            step for step in file.steps if step.kind == "apply" and step.action in asks.changing
        ]
        self.stage = stage_of(file.case.state, case_states(file, asks.changing))

    @property
    def silent_since(self) -> datetime:
        """When something last happened on the case, or was said."""
        moments = [self.case.opened_at, *(alert.created_at for alert in self.file.alerts)]
        moments += [step.finished_at for step in self.changes if step.finished_at is not None]
        if self.case.heard_at is not None:
            moments.append(self.case.heard_at)
        return max(moments)

    def since_then(self, moment: datetime | None) -> datetime | None:
        """Return a moment if it came after the last sign of life."""
        return moment if moment is not None and moment >= self.silent_since else None

    @property
    def person(self) -> str | None:
        """Whom to mention: the person concerned, unless a playbook wants nobody mentioned."""
        opening = (step for step in self.file.steps if step.action in self.asks.opening)
        if not self.file.alerts or any(step.params.get("mention") is False for step in opening):
            return None
        return self.file.alerts[-1].person

    @property
    def is_right(self) -> bool:
        """Whether everything about it was put right, or left so by a person's word."""
        states = [step.state for step in self.changes if step.state not in _NEUTRAL]
        return bool(states) and all(state in _PUT_RIGHT for state in states)

    @property
    def was_right(self) -> bool:
        """Whether all was right again already when Tipstaff came to put it right."""
        receipts = [step.receipt for step in self.changes if step.state not in _NEUTRAL]
        return self.is_right and all(receipt and receipt.right for receipt in receipts)

    @property
    def needs_people(self) -> bool:
        """Whether it waits for somebody's word."""
        return self.stage in {Stage.AWAITING, Stage.FAILED} or (
            self.stage is Stage.OPEN and not self.is_right
        )


_Duty = tuple[datetime, Callable[[_View, datetime], Round]]


def case_states(file: CaseFile, changing: Container[str]) -> Iterator[StepState]:
    """Yield the states of the steps that say at which stage a case is."""
    for step in file.steps:
        if step.action in changing and (step.kind == "apply" or step.state is StepState.AWAITING):
            yield step.state


def _duties(view: _View) -> list[_Duty]:
    """Return what will be due and when, if nothing happens before; of what is due, first first."""
    return [*_endings(view), *_nudges(view)]


def _endings(view: _View) -> Iterator[_Duty]:
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


def _nudges(view: _View) -> Iterator[_Duty]:
    times = view.times
    if not view.needs_people or times.remind is None:
        return
    reminded = view.since_then(view.case.reminded_at)
    if reminded is None:
        yield view.silent_since + times.remind, _remind
    elif times.escalate is not None and view.since_then(view.case.escalated_at) is None:
        yield reminded + times.escalate, _escalate


def _remind(view: _View, now: datetime) -> Round:
    text = nudge.reminder(
        view.stage,
        silent=now - view.silent_since,
        waiting=[step for step in view.changes if step.state is StepState.AWAITING],
        person=None if view.stage is Stage.AWAITING else view.person,
    )
    return Round(steps=(_comment(view, "remind", text, now),), reminded=True)


def _escalate(view: _View, now: datetime) -> Round:
    text = nudge.escalation(
        view.stage, silent=now - view.silent_since, org=view.case.org, team=view.asks.team
    )
    label = _step(
        view, "label", action="label", params={"labels": [ESCALATED]}, position=1, now=now
    )
    return Round(steps=(_comment(view, "escalate", text, now), label), escalated=True)


def _close(view: _View, now: datetime) -> Round:
    silent = now - view.silent_since
    reason = nudge.was_right(silent) if view.was_right else nudge.put_right(silent)
    return _end(view, CaseEvent.BE_RIGHT_AGAIN, reason, now, outcome="completed")


def _expire(view: _View, now: datetime) -> Round:
    reason = nudge.unanswered(now - view.silent_since)
    return _end(view, CaseEvent.BE_LEFT_ALONE, reason, now, outcome="not_planned")


def _end(view: _View, event: CaseEvent, reason: str, now: datetime, *, outcome: str) -> Round:
    text = nudge.ending(reason, reopens=view.times.reopen)
    params = {"reason": reason, "outcome": outcome}
    closing = _step(view, "close", action="close-issue", params=params, position=1, now=now)
    return Round(
        steps=(_comment(view, "end", text, now), closing),
        state=advance(CASE_LIFE, view.case.state, event),
    )


def _untold(view: _View, now: datetime) -> Round:
    """Look at a case that has no issue: none was wanted, or none could be opened."""
    case, times = view.case, view.times
    if times.expire is not None and view.stage is Stage.OPEN:
        expires: datetime | None = view.silent_since + times.expire
    else:
        expires = None
    if expires is not None and expires <= now:
        return Round(state=advance(CASE_LIFE, case.state, CaseEvent.BE_LEFT_ALONE))
    opening = [step for step in view.file.steps if step.action in view.asks.opening]
    if not any(step.state is StepState.FAILED for step in opening):
        return Round(next_at=expires)
    since = max(view.silent_since, case.reminded_at or view.silent_since)
    due = since + (times.remind or _RETELL)
    return Round(next_at=due) if due > now else _retell(view, now)


def _retell(view: _View, now: datetime) -> Round:
    """Try again to open an issue for which there was no place: it may have been made since."""
    failed = [step for step in view.file.steps if step.action in view.asks.opening][-1]
    own = [step.position for step in view.file.steps if step.alert_id == failed.alert_id]
    again = replace(
        failed,
        id=f"retell:{_nth(view, 'retell')}:{failed.alert_id}",
        position=max(own, default=-1) + 1,
        state=StepState.PLANNED,
        attempts=0,
        next_at=now,
        intent_at=None,
        finished_at=None,
        sent=False,
        error="",
        receipt=None,
    )
    return Round(steps=(again,), reminded=True, next_at=now + BUSY)


def _comment(view: _View, kind: str, text: Markdown, now: datetime) -> Step:
    return _step(view, kind, action="comment", params={"body": str(text)}, position=0, now=now)


def _step(
    view: _View,
    kind: str,
    *,
    action: str,
    params: Mapping[str, object],
    position: int,
    now: datetime,
) -> Step:
    case: Case = view.case
    return Step(
        id=f"round:{case.id}:{kind}:{_nth(view, kind)}",
        case_id=case.id,
        alert_id=None,
        installation=view.file.alerts[-1].installation if view.file.alerts else case.installation,
        position=position,
        action=action,
        params=params,
        next_at=now,
    )


def _nth(view: _View, kind: str) -> int:
    """Count: the same look at the same case gives the same id, and the next one another."""
    before = "retell:" if kind == "retell" else f"round:{view.case.id}:{kind}:"
    return sum(step.id.startswith(before) for step in view.file.steps) + 1
