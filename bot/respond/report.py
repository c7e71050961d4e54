"""Telling the case what came of a step that was finished after its issue was opened."""

from datetime import datetime

from bot.respond.alert import CaseFile
from bot.respond.render import result_comment
from bot.respond.step import Step, StepState

TELLING = frozenset(
    {StepState.DONE, StepState.UNCHANGED, StepState.BLOCKED, StepState.AWAITING, StepState.FAILED}
)


def report(finished: Step, file: CaseFile, *, changes: bool, now: datetime) -> Step | None:
    """Return the comment that tells the case about ``finished``, or ``None`` when none is due.

    A case without an issue needs none: the issue, when it is opened, tells of every step so far.
    Steps that only tell people (``changes`` false) are not told about in turn.
    """
    if file.case.issue is None or not changes or finished.state not in TELLING:
        return None
    return Step(
        id=f"report:{finished.id}:{finished.attempts}",
        case_id=file.case.id,
        alert_id=None,
        installation=finished.installation,
        position=0,
        action="comment",
        params={"body": str(result_comment(finished))},
        next_at=now,
    )
