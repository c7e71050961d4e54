"""Whether the words that allow a step still stand, asked at the moment of action.

Each comment that approved it, or asked for it to be put back, must still be there as it was
written, and whoever wrote it must still be somebody who may. What GitHub can't tell now is no
verdict: the step waits.
"""

from dataclasses import replace
from typing import Final

from bot.actions.base import alert_of
from bot.actions.port import GitHub
from bot.core.errors import InstallationGone, Refused
from bot.pipeline import rereading, roles
from bot.pipeline.ports import Apps, StepTask
from bot.pipeline.rereading import reread
from bot.respond.alert import CaseFile
from bot.respond.consent import approval_objection, rule_of
from bot.respond.step import Approval, Receipt, Step, StepState

NEEDS: Final = {**roles.NEEDS, **rereading.NEEDS}

_UNKNOWN: Final = " An earlier try may have taken effect already: look before you approve it again."


class Consents:
    """Looks at approvals once more; changes nothing."""

    def __init__(self, apps: Apps) -> None:
        self._apps = apps

    async def lapsed(self, task: StepTask) -> Step | None:
        """Return a step as it waits for approval again, or ``None`` when all it needs stand.

        Raises `Unavailable` when that could not be read now.
        """
        step, file = task.step, task.file
        if not step.approvals or step.approved_by is None:
            return None  # nobody was asked, not all have answered yet, or no comment was kept
        gh = self._apps.installation(step.installation).narrowed(NEEDS)
        kept: list[Approval] = []
        lost: list[str] = []
        for approval in step.approvals:
            against = await _against(gh, approval, step, file)
            if against is None:
                kept.append(approval)
            else:
                word = "approval" if step.kind == "apply" else f"/{step.kind}"
                lost.append(
                    f"the {word} by {approval.by} does not count any more, because {against}"
                )
        if len(kept) >= rule_of(step, alert_of(step, file)).approvers:
            return None
        summary = f"Asked again: {'; '.join(lost)}."
        if task.resumed or step.sent:
            summary += _UNKNOWN
        receipt = Receipt(state=StepState.AWAITING, summary=summary)
        return replace(step, state=receipt.state, receipt=receipt, approvals=tuple(kept))


async def _against(gh: GitHub, approval: Approval, step: Step, file: CaseFile) -> str | None:
    """Return why an approval does not count any more."""
    try:
        found = await reread(gh, file.case.issue, approval)
        if found.against is not None:
            return found.against
        standing = await roles.read_standing(gh, approval.by, file, number=found.number)
    except InstallationGone:
        raise
    except Refused as error:
        return f"GitHub does not let Tipstaff look at it ({error})"
    return approval_objection(approval.by, standing, step, alert_of(step, file))
