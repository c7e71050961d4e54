"""Labels the case's issue."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

from pydantic import Field, model_validator

from bot.actions.base import Action, Parameters, Situation
from bot.actions.case_issue import ISSUE_NEEDS
from bot.actions.open_issue import Label as LabelName
from bot.actions.telling.issue import ISSUE, case_issue, missing, no_issue, where
from bot.core.errors import NotFound
from bot.respond.step import Issue, Receipt, StepState


class LabelParameters(Parameters):
    """Parameters of ``label``."""

    labels: tuple[LabelName, ...] = Field(
        default=(), max_length=20, description="Labels to add; GitHub makes those that are new."
    )
    remove: tuple[LabelName, ...] = Field(
        default=(), max_length=20, description="Labels to take off."
    )

    @model_validator(mode="after")
    def _name_some(self) -> Self:
        if not self.labels and not self.remove:
            raise ValueError("name labels to add, or to remove")
        return self


class Label(Action[LabelParameters]):
    """Adds labels to the case's issue, and takes off others."""

    name = "label"
    summary = "Adds labels to the case's issue, and takes off others."
    Params = LabelParameters
    needs: ClassVar[Mapping[str, str]] = ISSUE_NEEDS
    changes: ClassVar[bool] = False
    undo_note = "`/undo` takes off the labels that the step added, and adds those it took off."
    example = """\
- action: label
  with:
    labels: [outside-collaborator]
"""

    async def apply(self, situation: Situation, params: LabelParameters) -> Receipt:
        """Add the labels that are not there, and take off those that are."""
        issue = await case_issue(situation)
        if issue is None:
            return no_issue("label")
        present = await _labels(situation, issue)
        lacking = missing(params.labels, present)
        surplus = [name for name in params.remove if not missing([name], present)]
        if not lacking and not surplus and not situation.tried_before:
            text = f"Nothing to do: {_what(params.labels, params.remove)} already."
            return Receipt(state=StepState.UNCHANGED, summary=text, url=issue.url, issue=issue)
        await add_labels(situation, issue, lacking)
        await remove_labels(situation, issue, surplus)
        # What an unheard try did, nobody knows: then all that was wanted counts as its doing.
        unheard = situation.tried_before and not (lacking or surplus)
        added = list(params.labels) if unheard else lacking
        removed = list(params.remove) if unheard else surplus
        return Receipt(
            state=StepState.DONE,
            summary=f"{issue.repository}#{issue.number}: {_what(added, removed)}.",
            url=issue.url,
            issue=issue,
            after={"labels": added, "removed": removed},
            undoable=True,
        )

    async def undo(
        self,
        situation: Situation,
        params: LabelParameters,  # noqa: ARG002 - the signature of every undo
        done: Receipt,
    ) -> Receipt:
        """Take off what the step added, and the other way round."""
        issue = await case_issue(situation)
        if issue is None:
            return no_issue("take labels off")
        present = await _labels(situation, issue)
        ours = [str(name) for name in done.after.get("labels", ())]
        added = [name for name in ours if not missing([name], present)]
        removed = missing([str(name) for name in done.after.get("removed", ())], present)
        if not added and not removed and not situation.tried_before:
            text = "Nothing to do: the labels are as they were already."
            return Receipt(state=StepState.UNCHANGED, summary=text, url=issue.url)
        await remove_labels(situation, issue, added)
        await add_labels(situation, issue, removed)
        text = f"{issue.repository}#{issue.number}: {_what(removed, added) or 'as it was'}."
        return Receipt(state=StepState.DONE, summary=text, url=issue.url)

    async def redo(
        self,
        situation: Situation,
        params: LabelParameters,
        undone: Receipt,  # noqa: ARG002 - the signature of every redo
    ) -> Receipt:
        """Do it as the first time: it looks at what is there now."""
        return await self.apply(situation, params)


def _what(added: Sequence[str], removed: Sequence[str]) -> str:
    """Return which labels are there, and which are not any more."""
    words = (
        f"labelled {', '.join(added)}" if added else "",
        f"no more labelled {', '.join(removed)}" if removed else "",
    )
    return ", ".join(word for word in words if word)


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
