"""Calls more people to a case."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from bot.actions.base import Action, Parameters, Situation
from bot.actions.case_issue import ISSUE_NEEDS, say
from bot.actions.open_issue import Label
from bot.actions.telling.issue import case_issue, no_issue
from bot.actions.telling.label import add_labels, remove_labels
from bot.core.errors import Refused
from bot.respond.inert import Markdown, mention, sentence
from bot.respond.step import Receipt, StepState

Whom = Annotated[
    str,
    StringConstraints(
        pattern=r"^@?(?:team:[A-Za-z0-9._-]+|[A-Za-z0-9-]+/[A-Za-z0-9._-]+|[A-Za-z0-9][\w-]*)$",
        max_length=140,
    ),
]


class EscalateParameters(Parameters):
    """Parameters of ``escalate``."""

    to: tuple[Whom, ...] = Field(
        min_length=1,
        max_length=10,
        description="Whom to call: logins, or teams of the organisation as `team:SLUG`.",
    )
    summary: str = Field(
        default="",
        description="Markdown that says why; by default that the case needs somebody now.",
    )
    label: Label = Field(default="escalated", description="The label that the issue gets.")


class Escalate(Action[EscalateParameters]):
    """Mentions people or teams in the case, once, and labels it."""

    name = "escalate"
    summary = (
        "Calls people or teams to the case: mentions them in a comment, and labels the issue. A "
        "case calls the same ones once, however many alerts it gathers."
    )
    Params = EscalateParameters
    needs: ClassVar[Mapping[str, str]] = ISSUE_NEEDS
    changes: ClassVar[bool] = False
    undo_note = "`/undo` takes the label off; who was called, was called."
    example = """\
- action: escalate
  with:
    to: [team:security]
    summary: "{{ user }} is an owner now, and nobody answered."
"""

    async def apply(self, situation: Situation, params: EscalateParameters) -> Receipt:
        """Call whom the case has not called yet."""
        called = _called(situation)
        whom = [each for each in dict.fromkeys(params.to) if _key(each) not in called]
        if not whom:
            text = f"Nothing to do: {', '.join(params.to)} were called to this case already."
            return Receipt(state=StepState.UNCHANGED, summary=text)
        issue = await case_issue(situation)
        if issue is None:
            return no_issue("call anybody to")
        why = params.summary or "This case needs somebody to look at it now."
        live = " ".join(_mention(each, situation.file.case.org) for each in whom)
        said = await say(situation, issue, f"{live}\n\n{why}")
        note = ""
        try:
            await add_labels(situation, said.issue or issue, [params.label])
        except Refused as error:
            note = f" The label {params.label} could not be added: {error}"
        return Receipt(
            state=StepState.DONE,
            summary=f"Called {', '.join(whom)} to the case.{note}",
            url=said.url,
            issue=said.issue,
            after={"called": whom, **({} if note else {"label": params.label})},
            undoable=not note,
        )

    async def undo(
        self,
        situation: Situation,
        params: EscalateParameters,  # noqa: ARG002 - the signature of every undo
        done: Receipt,
    ) -> Receipt:
        """Take the label off."""
        issue, label = await case_issue(situation), done.after.get("label")
        if issue is None or not isinstance(label, str):
            return no_issue("take a label off")
        await remove_labels(situation, issue, [label])
        text = f"Took the label {label} off {issue.repository}#{issue.number}."
        return Receipt(state=StepState.DONE, summary=text, url=issue.url)

    async def redo(
        self,
        situation: Situation,
        params: EscalateParameters,
        undone: Receipt,  # noqa: ARG002 - the signature of every redo
    ) -> Receipt:
        """Put the label on again; nobody is called twice."""
        issue = await case_issue(situation)
        if issue is None:
            return no_issue("label")
        await add_labels(situation, issue, [params.label])
        text = f"Put the label {params.label} on {issue.repository}#{issue.number} again."
        return Receipt(state=StepState.DONE, summary=text, url=issue.url)


def _called(situation: Situation) -> set[str]:
    """Return whom other steps of the case have called."""
    return {
        _key(str(each))
        for step in situation.file.steps
        if step.action == situation.step.action and step.receipt is not None
        for each in step.receipt.after.get("called", ())
        if step.id != situation.step.id
    }


def _key(whom: str) -> str:
    return whom.removeprefix("@").casefold()


def _mention(whom: str, org: str) -> Markdown:
    """Return a live mention: of a login, or of one of the organisation's own teams."""
    name = whom.removeprefix("@")
    if name.startswith("team:"):
        return Markdown(f"@{org}/{name.removeprefix('team:')}")
    owner, slash, slug = name.partition("/")
    if not slash:
        return mention(name)
    return Markdown(f"@{org}/{slug}") if owner.casefold() == org.casefold() else sentence(name)
