"""Telling the case what came of a step that was finished after its issue was opened."""

from collections.abc import Container
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Final

from bot.respond.account import result_comment
from bot.respond.alert import CaseFile
from bot.respond.burst import told_in_burst
from bot.respond.consent import rule_of
from bot.respond.step import Step, StepState
from bot.respond.turn import spec_of
from bot.respond.undoing import numbers

_REFOLD: Final = "refold:"

TELLING: Final = frozenset(
    {
        StepState.DONE,
        StepState.UNCHANGED,
        StepState.SKIPPED,
        StepState.BLOCKED,
        StepState.AWAITING,
        StepState.FAILED,
    }
)


def report(
    finished: Step,
    file: CaseFile,
    *,
    changing: Container[str],
    opening: Container[str],
    now: datetime,
    missed: Container[str] = (),
    zone: tzinfo = UTC,
) -> Step | None:
    """Return the comment that tells the case about ``finished``, or ``None`` when none is due.

    A case without an issue needs none: the issue, when it is opened, tells of every step so far.
    So does the alert's own ``opening`` step, while it is still to come. Steps that only tell
    people (those not ``changing``) are not told about in turn, but for the failure of one that
    would be ``missed``. What came of an alert that was told in a burst's comment is told there.
    """
    if file.case.issue is None or finished.state not in TELLING:
        return None
    reply = finished.action == "comment" and finished.alert_id is None  # a report may be one
    failed = finished.state is StepState.FAILED and finished.action in missed and not reply
    if not failed and finished.action not in changing:
        return None
    if not failed and _is_told_later(finished, file, opening):
        return None
    if finished.state is StepState.SKIPPED and _stood_by(finished, file):
        return None
    many = told_in_burst(finished.alert_id, file) if finished.kind == "apply" else None
    if many is not None and not failed and not _fails_first(finished, file):
        return _refold(finished, many, file, now)
    known = numbers(file)
    number = known.get(finished.undo_of or finished.id) if len(known) > 1 else None
    alert = next((each for each in file.alerts if each.id == finished.alert_id), None)
    if finished.state is StepState.AWAITING and finished.ask_until is None:
        finished = replace(finished, ask_until=now + rule_of(finished, alert).expires)
    return Step(
        id=f"report:{finished.id}:{finished.attempts}",
        case_id=file.case.id,
        alert_id=None,
        installation=finished.installation,
        position=0,
        action="comment",
        params={"body": str(result_comment(finished, number, alert, zone))},
        next_at=now,
    )


def _fails_first(finished: Step, file: CaseFile) -> bool:
    """Tell whether a step failed as no other of the case did: of those, one is told at length."""
    return finished.state is StepState.FAILED and not any(
        step.id != finished.id
        and step.state is StepState.FAILED
        and (step.action, step.error) == (finished.action, finished.error)
        for step in file.steps
    )


def _refold(finished: Step, many: Step, file: CaseFile, now: datetime) -> Step | None:
    """Have the comment of many alerts written anew; one that is to come tells of this, too."""
    if any(step.id.startswith(_REFOLD) and step.state is StepState.PLANNED for step in file.steps):
        return None
    own = [step.position for step in file.steps if step.alert_id == finished.alert_id]
    return Step(
        id=f"{_REFOLD}{finished.id}:{finished.attempts}",
        case_id=file.case.id,
        alert_id=finished.alert_id,
        installation=finished.installation,
        position=max(own) + 1,
        action=many.action,
        params=many.params,
        next_at=now,
    )


def _stood_by(step: Step, file: CaseFile) -> bool:
    """Tell whether a step was there in case another one failed, which did not."""
    alert = next((alert for alert in file.alerts if alert.id == step.alert_id), None)
    spec = spec_of(step, alert) if alert is not None else None
    return spec is not None and spec.rescues is not None


def _is_told_later(finished: Step, file: CaseFile, opening: Container[str]) -> bool:
    return any(
        finished.alert_id is not None
        and step.alert_id == finished.alert_id
        and step.position > finished.position
        and step.action in opening
        and step.state is StepState.PLANNED
        for step in file.steps
    )
