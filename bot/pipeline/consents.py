"""Whether the approvals of a step still stand, asked at the moment of action.

Each approving comment must still be there as it was written, and whoever wrote it must still be
somebody who may approve. What GitHub can't tell now is no verdict: the step waits.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.actions.base import alert_of
from bot.actions.port import GitHub
from bot.core.errors import InstallationGone, NotFound, Refused
from bot.pipeline import hearing
from bot.pipeline.ports import Apps, StepTask
from bot.respond.alert import CaseFile
from bot.respond.consent import approval_objection, digest, rule_of
from bot.respond.inert import code
from bot.respond.standing import is_same
from bot.respond.step import Approval, Receipt, Step, StepState

NEEDS: Final = {**hearing.NEEDS, "issues": "read"}

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
        if not step.approvals:  # nobody had to be asked, or it is from before they were recorded
            return None
        gh = self._apps.installation(step.installation).narrowed(NEEDS)
        kept: list[Approval] = []
        lost: list[str] = []
        for approval in step.approvals:
            against = await _against(gh, approval, step, file)
            if against is None:
                kept.append(approval)
            else:
                lost.append(
                    f"the approval by {approval.by} does not count any more, because {against}"
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
        against = await _comment_against(gh, approval, file)
        if against is not None:
            return against
        standing = await hearing.read_standing(gh, approval.by, file)
    except InstallationGone:
        raise
    except Refused as error:
        return f"GitHub does not let Tipstaff look at it ({error})"
    return approval_objection(approval.by, standing, step, alert_of(step, file))


async def _comment_against(gh: GitHub, approval: Approval, file: CaseFile) -> str | None:
    issue = file.case.issue
    if issue is None or approval.comment is None:
        return "its comment is gone"
    owner, _, repo = issue.repository.partition("/")
    try:
        reply = await gh.call(
            "GET",
            "/repos/{owner}/{repo}/issues/comments/{comment_id}",
            {"owner": owner, "repo": repo, "comment_id": approval.comment},
        )
    except NotFound:
        return "its comment was deleted"
    comment = reply.data
    if not is_same(_author(comment), approval.by):
        return f"its comment is by {code(_author(comment) or 'nobody')} now"
    text = comment.get("body")
    if not isinstance(text, str) or digest(text) != approval.text:
        return "its comment was edited"
    edited_at = comment.get("updated_at")
    if approval.edited_at and edited_at != approval.edited_at:
        return "its comment was edited"
    return None


def _author(comment: Mapping[str, Any]) -> str | None:
    user = comment.get("user")
    login = user.get("login") if isinstance(user, Mapping) else None
    return login if isinstance(login, str) else None
