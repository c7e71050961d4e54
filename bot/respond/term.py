"""What becomes of steps that nobody decided about in time."""

from dataclasses import dataclass
from datetime import datetime

from bot.respond import wording
from bot.respond.alert import CaseFile
from bot.respond.consent import ran_out
from bot.respond.life import STEP_LIFE, StepEvent, advance
from bot.respond.step import Step, StepState


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """The end of a question: the ids of the steps, their state then, and what tells of it."""

    step_ids: tuple[str, ...]
    state: StepState
    comment: Step | None = None


def term(file: CaseFile, now: datetime) -> Term | None:
    """Return what ends about a case because nobody decided in time; ``None`` for nothing."""
    late = [step for step in file.steps if step.state is StepState.AWAITING and ran_out(step, now)]
    if not late:
        return None
    comment = None
    if file.case.issue is not None:
        comment = Step(
            # A step that is asked for again may run out again, at another time.
            id=f"term:{late[0].id}:{max(step.ask_until or now for step in late):%Y%m%dT%H%M%S}",
            case_id=file.case.id,
            alert_id=None,
            installation=late[0].installation,
            position=0,
            action="comment",
            params={"body": str(wording.ran_out(late))},
            next_at=now,
        )
    return Term(
        step_ids=tuple(step.id for step in late),
        state=advance(STEP_LIFE, StepState.AWAITING, StepEvent.RUN_OUT),
        comment=comment,
    )
