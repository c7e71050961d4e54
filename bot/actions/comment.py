"""Writes a comment in the case's issue; replies to people's commands are such comments."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from bot.actions.base import Action, Parameters, Situation
from bot.actions.case_issue import ISSUE_NEEDS, OPENING, say
from bot.core.errors import Unavailable
from bot.respond.life import settled
from bot.respond.step import Receipt, StepState


class CommentParameters(Parameters):
    """Parameters of ``comment``."""

    body: str = Field(min_length=1, max_length=60_000, description="The comment, as Markdown.")
    reopen: bool = Field(
        default=False, description="Whether to open the issue again when somebody closed it."
    )


class Comment(Action[CommentParameters]):
    """Comments in the case's issue, once."""

    name = "comment"
    summary = "Writes a comment in the case's issue."
    Params = CommentParameters
    needs: ClassVar[Mapping[str, str]] = ISSUE_NEEDS
    changes: ClassVar[bool] = False
    undo_note = "A comment stays as a record."
    example = """\
- action: comment
  with:
    body: "The runbook is at https://wiki.example.com/tokens, {{ user }} was told."
"""

    async def apply(self, situation: Situation, params: CommentParameters) -> Receipt:
        """Write the comment, unless an earlier try did; wait for the issue if one is coming."""
        issue = situation.file.case.issue
        if issue is None:
            coming = (step for step in situation.file.steps if step.action in OPENING)
            if any(not settled(step.state) for step in coming):
                raise Unavailable("the case's issue is not open yet")
            return Receipt(
                state=StepState.UNCHANGED, summary="The case has no issue to comment in."
            )
        return await say(situation, issue, params.body, reopen=params.reopen)
