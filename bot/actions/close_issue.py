"""Closes the case's issue."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from bot.actions.base import Action, Parameters, Situation, split
from bot.actions.case_issue import ISSUE_NEEDS
from bot.respond.step import Issue, Receipt, StepState

_ISSUE = "/repos/{owner}/{repo}/issues/{issue_number}"


class CloseIssueParameters(Parameters):
    """Parameters of ``close-issue``."""

    reason: str = Field(default="", description="Why; kept with the step, cut at 1,000 characters.")
    outcome: Literal["completed", "not_planned"] = Field(
        default="completed", description="What GitHub shows of it."
    )


class CloseIssue(Action[CloseIssueParameters]):
    """Closes the case's issue, and opens it again when that is undone."""

    name = "close-issue"
    summary = "Closes the case's issue; `/close reason` does it by this action."
    Params = CloseIssueParameters
    needs: ClassVar[Mapping[str, str]] = ISSUE_NEEDS
    changes: ClassVar[bool] = False
    undo_note = "Opening the issue again undoes it."
    example = """\
- action: close-issue
  with:
    reason: "For the record only."
"""

    async def apply(self, situation: Situation, params: CloseIssueParameters) -> Receipt:
        """Close the issue; one that is closed already, or was never opened, is left alone."""
        because = f": {params.reason[:1_000]}" if params.reason else "."
        change = {"state": "closed", "state_reason": params.outcome}
        return await self._set(situation, change, f"Closed the case's issue{because}")

    async def undo(
        self,
        situation: Situation,
        params: CloseIssueParameters,  # noqa: ARG002 - the signature of every undo
        done: Receipt,  # noqa: ARG002 - the signature of every undo
    ) -> Receipt:
        """Open the issue again."""
        return await self._set(situation, {"state": "open"}, "Opened the case's issue again.")

    async def _set(self, situation: Situation, change: Mapping[str, str], summary: str) -> Receipt:
        issue = situation.file.case.issue
        if issue is None:
            return Receipt(state=StepState.UNCHANGED, summary="The case has no issue.")
        current = await self._read(situation, issue)
        if current["state"] == change["state"] and not situation.tried_before:
            text = f"The case's issue is {change['state']} already."
            return Receipt(state=StepState.UNCHANGED, summary=text, url=issue.url)
        if current["state"] != change["state"]:
            await situation.gh.call("PATCH", _ISSUE, _where(issue), body=change)
        return Receipt(state=StepState.DONE, summary=summary, url=issue.url)

    async def _read(self, situation: Situation, issue: Issue) -> Mapping[str, Any]:
        reply = await situation.gh.call("GET", _ISSUE, _where(issue))
        return dict(reply.data)


def _where(issue: Issue) -> dict[str, str | int]:
    return {**split(issue.repository), "issue_number": issue.number}
