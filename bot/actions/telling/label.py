"""Labels the case's issue."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import Field

from bot.actions.base import Action, Parameters, Situation
from bot.actions.case_issue import ISSUE_NEEDS
from bot.actions.open_issue import Label as LabelName
from bot.actions.telling.issue import ISSUE, case_issue, missing, no_issue, where
from bot.core.errors import NotFound
from bot.respond.step import Issue, Receipt, StepState


class LabelParameters(Parameters):
    """Parameters of ``label``."""

    labels: tuple[LabelName, ...] = Field(
        min_length=1, max_length=20, description="Labels; GitHub makes those that are new."
    )


class Label(Action[LabelParameters]):
    """Adds labels to the case's issue."""

    name = "label"
    summary = "Adds labels to the case's issue."
    Params = LabelParameters
    needs: ClassVar[Mapping[str, str]] = ISSUE_NEEDS
    changes: ClassVar[bool] = False
    undo_note = "`/undo` takes off the labels that the step added."
    example = """\
- action: label
  with:
    labels: [outside-collaborator]
"""

    async def apply(self, situation: Situation, params: LabelParameters) -> Receipt:
        """Add the labels that are not there."""
        issue = await case_issue(situation)
        if issue is None:
            return no_issue("label")
        lacking = missing(params.labels, await _labels(situation, issue))
        if not lacking and not situation.tried_before:
            text = f"Nothing to do: the labels {', '.join(params.labels)} are there already."
            return Receipt(state=StepState.UNCHANGED, summary=text, url=issue.url, issue=issue)
        await add_labels(situation, issue, lacking)
        added = lacking or list(params.labels)
        return Receipt(
            state=StepState.DONE,
            summary=f"Labelled {issue.repository}#{issue.number}: {', '.join(added)}.",
            url=issue.url,
            issue=issue,
            after={"labels": added},
            undoable=True,
        )

    async def undo(
        self,
        situation: Situation,
        params: LabelParameters,  # noqa: ARG002 - the signature of every undo
        done: Receipt,
    ) -> Receipt:
        """Take off what the step added."""
        issue = await case_issue(situation)
        if issue is None:
            return no_issue("take labels off")
        added = [str(name) for name in done.after.get("labels", ())]
        await remove_labels(situation, issue, added)
        text = f"Took {', '.join(added)} off {issue.repository}#{issue.number}."
        return Receipt(state=StepState.DONE, summary=text, url=issue.url)


async def add_labels(situation: Situation, issue: Issue, labels: Sequence[str]) -> None:
    """Add labels to an issue, and see them there."""
    if not labels:
        return
    await situation.gh.call("POST", ISSUE + "/labels", where(issue), body={"labels": list(labels)})
    if left := missing(labels, await _labels(situation, issue)):
        situation.not_seen(f"the labels {', '.join(left)} are not there")


async def remove_labels(situation: Situation, issue: Issue, labels: Sequence[str]) -> None:
    """Take labels off an issue; one that is not there is fine."""
    for name in labels:
        try:
            await situation.gh.call(
                "DELETE", ISSUE + "/labels/{name}", {**where(issue), "name": name}
            )
        except NotFound:
            continue


async def _labels(situation: Situation, issue: Issue) -> list[str]:
    listed = situation.gh.pages(ISSUE + "/labels", where(issue))
    return [str(label["name"]) async for label in listed]
