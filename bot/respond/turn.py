"""When a step's turn comes: how it begins by the event alone, and what is found when it is due.

What depends on nothing but the event is judged and rendered at once. What waits for its time, or
asks what came of other steps, is judged when it is due, once: then it is final.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bot.core.event import Event
from bot.core.playbook import Match, Mode, StepSpec, Unless
from bot.core.times import spell_span
from bot.respond.alert import Alert, CaseFile
from bot.respond.sequence import FAILURES, asks_of, names, needs, told
from bot.respond.step import Receipt, Step, StepState
from bot.respond.template import TemplateFailed, context, holds, render


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """How a step begins; the fields are those of `Step`."""

    state: StepState
    params: Mapping[str, Any]
    next_at: datetime
    needs: tuple[int, ...] = ()
    late: bool = False
    error: str = ""
    receipt: Receipt | None = None


def start(
    alert: Alert, position: int, values: Mapping[str, Any], *, now: datetime, waits: bool
) -> Start:
    """Return how a step of an alert begins.

    ``values`` are what its templates read; ``waits`` says that in ``ask`` mode it needs a
    person's approval.
    """
    specs = alert.playbook.response.steps
    spec, needed = specs[position], needs(specs, position)
    asks = bool(asks_of(spec))
    try:
        if spec.condition and not asks and not holds(spec.condition, values):
            receipt = Receipt(state=StepState.SKIPPED, summary=_not_true(spec))
            return Start(state=receipt.state, params=spec.params, next_at=now, receipt=receipt)
    except TemplateFailed as failure:
        error = f"{spec.condition_place or spec.place}: 'if': {failure}"
        return Start(state=StepState.FAILED, params=spec.params, next_at=now, error=error)
    if asks or needed or spec.after is not None:
        return _wait(alert, spec, needed, now)
    try:
        params = render(spec.params, values)
    except TemplateFailed as failure:
        error = f"{spec.place}: {failure}"
        return Start(state=StepState.FAILED, params=spec.params, next_at=now, error=error)
    return Start(state=_state(alert.mode, waits=waits), params=params, next_at=now)


def _wait(alert: Alert, spec: StepSpec, needed: tuple[int, ...], now: datetime) -> Start:
    if alert.mode is Mode.OBSERVE:
        return Start(state=StepState.OBSERVED, params=spec.params, next_at=now)
    return Start(
        state=StepState.WAITING,
        params=spec.params,
        next_at=now if spec.after is None else now + spec.after.span,
        needs=needed,
        late=True,
    )


def _state(mode: Mode, *, waits: bool) -> StepState:
    if mode is Mode.OBSERVE:
        return StepState.OBSERVED
    if mode is Mode.ASK and waits:
        return StepState.AWAITING
    return StepState.PLANNED


@dataclass(frozen=True, kw_only=True, slots=True)
class Go:
    """It is to be made, with these parameters."""

    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Skip:
    """It is not to be made; ``reason`` is a sentence for people."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fail:
    """It cannot be told whether, or with what, it is to be made; ``error`` says why."""

    error: str


Turn = Go | Skip | Fail
"""What becomes of a step whose turn has come."""


def judge(step: Step, alert: Alert, event: Event, file: CaseFile, opening: Container[str]) -> Turn:
    """Return what becomes of a late step whose turn has come.

    A step that opens the case's issue is made whatever its condition says while something waits
    for approval: people have to be asked somewhere.
    """
    spec = spec_of(step, alert)
    if spec is None:
        return Go(params=step.params)
    made = made_of(alert, file)
    values = context(
        event,
        alert.playbook,
        alert.person,
        events=Match(playbook=alert.playbook, event_id=event.id, reasons=alert.reasons).events,
        output=alert.output,
        reasons=alert.reasons,
        steps=told(alert.playbook.response.steps, made),
    )
    asking = any(each.state is StepState.AWAITING for each in made.values())
    try:
        if not (asking and step.action in opening):
            reason = _needless(spec, step, alert, file, made) or _untrue(spec, values)
            if reason is not None:
                return Skip(reason=reason)
        return Go(params=render(spec.params, values))
    except TemplateFailed as failure:
        return Fail(error=f"{spec.condition_place or spec.place}: {failure}")


def spec_of(step: Step, alert: Alert) -> StepSpec | None:
    """Return what the playbook wrote of a step; ``None`` for one that it did not ask for."""
    specs = alert.playbook.response.steps
    if step.kind != "apply" or step.position >= len(specs):
        return None
    spec = specs[step.position]
    return spec if spec.action == step.action else None


def made_of(alert: Alert, file: CaseFile) -> dict[int, Step]:
    """Return the recorded steps of an alert's response by position."""
    return {
        step.position: step
        for step in file.steps
        if step.alert_id == alert.id and spec_of(step, alert) is not None
    }


def _needless(
    spec: StepSpec, step: Step, alert: Alert, file: CaseFile, made: Mapping[int, Step]
) -> str | None:
    """Return why a step is not needed, or is not to be made after what happened."""
    if spec.after is not None and step.approved_by is None:
        if file.case.has_ended:
            return "Not done: the case was closed before its time came."
        for word, happened in _HAPPENED.items():
            if word in spec.after.unless and happened(made.values()):
                return f"Not done: {_SAID[word]} before its time came."
    if spec.rescues is not None and not _failed(made.get(spec.rescues)):
        return f"Not needed: it is for when {_called(alert, spec.rescues)} fails."
    for at, each in enumerate(alert.playbook.response.steps[: step.position]):
        if each.stops and _failed(made.get(at)):
            return f"Not done: {_called(alert, at)} failed, and nothing is to be done after that."
    return None


def _failed(step: Step | None) -> bool:
    return step is not None and step.state in FAILURES


def _untrue(spec: StepSpec, values: Mapping[str, Any]) -> str | None:
    return None if not spec.condition or holds(spec.condition, values) else _not_true(spec)


def _not_true(spec: StepSpec) -> str:
    condition = " ".join(spec.condition.split())
    shown = condition if len(condition) <= 200 else condition[:199] + "…"
    return f"Not done: its condition is not true: {shown}"


def _called(alert: Alert, position: int) -> str:
    specs = alert.playbook.response.steps
    name = next((name for name, at in names(specs).items() if at == position), None)
    return f"the step {name or specs[position].action}"


def _approved(made: Iterable[Step]) -> bool:
    return any(step.approved_by is not None and step.state in _PAST_ASKING for step in made)


def _denied(made: Iterable[Step]) -> bool:
    return any(step.state is StepState.DENIED for step in made)


_PAST_ASKING: Final = frozenset(StepState) - {StepState.AWAITING, StepState.EXPIRED}

# Who acknowledges calls a step off at once, and what is closed takes no more steps at all.
_HAPPENED: Final = {Unless.APPROVED: _approved, Unless.DENIED: _denied}
_SAID: Final = {Unless.APPROVED: "a step was approved", Unless.DENIED: "a step was denied"}


def delayed(file: CaseFile) -> list[Step]:
    """Return the steps of a case that wait for their time."""
    alerts = {alert.id: alert for alert in file.alerts}
    return [
        step
        for step in file.steps
        if step.state is StepState.WAITING
        and (alert := alerts.get(step.alert_id or "")) is not None
        and (spec := spec_of(step, alert)) is not None
        and spec.after is not None
    ]


def is_called_off_by_ack(step: Step, alert: Alert) -> bool:
    """Tell whether a delayed step is needless once somebody looks after the case."""
    spec = spec_of(step, alert)
    after = spec.after if spec is not None else None
    return after is not None and Unless.ACKNOWLEDGED in after.unless


def words(spec: StepSpec, steps: tuple[StepSpec, ...] = ()) -> str:
    """Return when and whether a step is made, for people; empty when it is made at once."""
    told: list[str] = []
    if spec.rescues is not None and spec.rescues < len(steps):
        name = next((n for n, at in names(steps).items() if at == spec.rescues), None)
        told.append(f"only when {name or steps[spec.rescues].action} fails")
    if spec.condition:
        told.append(f"if {' '.join(spec.condition.split())}")
    if spec.after is not None:
        told.append(f"after {spell_after(spec)}")
    if spec.stops:
        told.append("and when it fails, nothing after it")
    return ", ".join(told)


def spell_after(spec: StepSpec) -> str:
    """Return a step's delay in words, with what makes it needless."""
    if spec.after is None:
        return ""
    unless = " or ".join(map(str, spec.after.unless))
    return spell_span(spec.after.span) + (f" unless {unless}" if unless else "")
