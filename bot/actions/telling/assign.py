"""Assigns people to the case's issue."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from bot.actions.base import Action, Parameters, Situation
from bot.actions.case_issue import ISSUE_NEEDS
from bot.actions.open_issue import Login
from bot.actions.telling.issue import ISSUE, case_issue, missing, no_issue, where
from bot.core.errors import Refused
from bot.respond.step import Issue, Receipt, StepState


class AssignParameters(Parameters):
    """Parameters of ``assign``."""

    assignees: tuple[Login, ...] = Field(
        min_length=1, max_length=10, description="Logins of those who shall look after the case."
    )


class Assign(Action[AssignParameters]):
    """Adds assignees to the case's issue."""

    name = "assign"
    summary = "Assigns people to the case's issue, besides those who are."
    Params = AssignParameters
    needs: ClassVar[Mapping[str, str]] = ISSUE_NEEDS
    changes: ClassVar[bool] = False
    undo_note = "`/undo` takes off those whom the step assigned."
    example = """\
- action: assign
  with:
    assignees: [olivia]
"""

    async def apply(self, situation: Situation, params: AssignParameters) -> Receipt:
        """Assign whom GitHub accepts; tell whom it did not."""
        issue = await case_issue(situation)
        if issue is None:
            return no_issue("assign anybody to")
        assigned = await _assigned(situation, issue)
        lacking = missing(params.assignees, assigned)
        if not lacking and not situation.tried_before:
            text = f"Nothing to do: {', '.join(params.assignees)} look after it already."
            return Receipt(state=StepState.UNCHANGED, summary=text, url=issue.url, issue=issue)
        if lacking:
            # GitHub passes over whom it does not accept, without a word.
            await _write(situation, "POST", issue, lacking)
            assigned = await _assigned(situation, issue)
        left = missing(lacking, assigned)
        if lacking and left == lacking:
            raise Refused(
                f"GitHub assigned none of {', '.join(left)}: only who may write in "
                f"{issue.repository} can be"
            )
        added = list(missing(lacking, left)) if lacking else list(params.assignees)
        without = f" GitHub did not accept {', '.join(left)}." if left else ""
        return Receipt(
            state=StepState.DONE,
            summary=f"Assigned {', '.join(added)} to {issue.repository}#{issue.number}.{without}",
            url=issue.url,
            issue=issue,
            after={"assignees": added},
            undoable=True,
        )

    async def undo(
        self,
        situation: Situation,
        params: AssignParameters,  # noqa: ARG002 - the signature of every undo
        done: Receipt,
    ) -> Receipt:
        """Take off those whom the step assigned."""
        issue = await case_issue(situation)
        ours = [str(login) for login in done.after.get("assignees", ())]
        if issue is None or not ours:
            return no_issue("take anybody off")
        present = await _assigned(situation, issue)
        added = [login for login in ours if not missing([login], present)]
        if not added and not situation.tried_before:
            text = f"Nothing to do: {', '.join(ours)} are off it already."
            return Receipt(state=StepState.UNCHANGED, summary=text, url=issue.url)
        if added:
            await _write(situation, "DELETE", issue, added)
            left = [x for x in added if not missing([x], await _assigned(situation, issue))]
            if left:
                situation.not_seen(f"{', '.join(left)} are still assigned")
        text = f"Took {', '.join(added or ours)} off {issue.repository}#{issue.number}."
        return Receipt(state=StepState.DONE, summary=text, url=issue.url)

    async def redo(
        self,
        situation: Situation,
        params: AssignParameters,
        undone: Receipt,  # noqa: ARG002 - the signature of every redo
    ) -> Receipt:
        """Do it as the first time: it looks at what is there now."""
        return await self.apply(situation, params)


async def _assigned(situation: Situation, issue: Issue) -> list[str]:
    found: Any = (await situation.gh.call("GET", ISSUE, where(issue))).data
    return [str(person["login"]) for person in found.get("assignees") or ()]


async def _write(situation: Situation, method: str, issue: Issue, logins: list[str]) -> None:
    await situation.gh.call(method, ISSUE + "/assignees", where(issue), body={"assignees": logins})
