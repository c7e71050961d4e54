"""Opens a case that says what a token may do above what is allowed."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from bot.actions.base import Action, Situation
from bot.actions.case_issue import ISSUE_NEEDS, Telling, tell
from bot.actions.open_issue import OpenIssueParameters
from bot.actions.token.allowance import Allowance, Token, excess
from bot.actions.token.inventory import REQUESTS_NEEDS, TOKENS_NEEDS, find_token
from bot.respond.alert import CaseFile
from bot.respond.facts import when
from bot.respond.inert import Markdown, cell, sentence
from bot.respond.step import Receipt, Step

_MOST_LINES = 60


class FlagTokenParameters(OpenIssueParameters):
    """Parameters of ``flag-token``."""

    allowance: Allowance = Field(
        default=Allowance(), description="What the token may have at most; see below."
    )


class FlagToken(Action[FlagTokenParameters]):
    """Tells of a token, its owner, and all it may do above the allowance."""

    name = "flag-token"
    summary = (
        "Opens the case as `open-issue` does, with a table of the token: its owner, everything it "
        "may do above the allowance, when it was last used and when it ends. It reads GitHub's "
        "list of tokens or requests, and the event where the token is not listed."
    )
    Params = FlagTokenParameters
    needs: ClassVar[Mapping[str, str]] = {
        **ISSUE_NEEDS,
        **TOKENS_NEEDS,
        **REQUESTS_NEEDS,
    }
    changes: ClassVar[bool] = False
    undo_note = "An issue stays as a record; `/close reason` closes it."
    example = """\
- action: flag-token
  with:
    allowance:
      permissions: {contents: write, pull_requests: write, members: read}
      scopes: [repo, "read:org"]
      repositories: selected
      days: 90
"""

    def permissions(
        self,
        step: Step,  # noqa: ARG002 - the same for every step
        file: CaseFile,  # noqa: ARG002 - as above
    ) -> Mapping[str, str]:
        """Return what telling takes: the lists are read apart, and may be out of reach."""
        return ISSUE_NEEDS

    async def apply(self, situation: Situation, params: FlagTokenParameters) -> Receipt:
        """Read what is known of the token, and tell."""
        token, remark = await find_token(situation, situation.subject())
        limited = params.allowance != Allowance()
        above = excess(token, params.allowance, situation.now) if limited else None
        return await tell(
            situation,
            Telling(
                title=params.title,
                summary=params.summary,
                labels=("token", *params.labels),
                assignees=params.assignees,
                mention=params.mention,
                repository=params.repository,
                extra=token_section(token, above, remark),
            ),
        )


def token_section(token: Token, above: tuple[str, ...] | None, remark: str | None) -> Markdown:
    """Return the case's section about the token, inert and bounded."""
    rows = [("Token", cell(token.name, 100)), ("Owner", cell(token.owner, 100))]
    if token.number is not None:
        rows.append(("Number", cell(token.number)))
    if token.repositories:
        rows.append(("Repositories", cell(token.repositories, 40)))
    if token.scopes:
        rows.append(("Scopes", cell(", ".join(token.scopes), 400)))
    rows.append(("Last used", cell(token.last_used, 60) if token.last_used else _never()))
    rows.append(("Ends", _ends(token)))
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    note = f"\n\n> {sentence(remark)}" if remark else ""
    may = _may(token) if above is None else _above(above)
    return Markdown(f"### The token\n\n| | |\n|---|---|\n{table}\n\n{may}{note}")


def _may(token: Token) -> str:
    if not token.permissions:
        return "This playbook sets no allowance to compare it with."
    return _listed("All it may do; this playbook sets no allowance:", token.permissions)


def _above(above: tuple[str, ...]) -> str:
    if not above:
        return "It has nothing above what this playbook allows."
    return _listed("**Above what is allowed:**", above)


def _listed(heading: str, phrases: tuple[str, ...]) -> str:
    lines = [f"- {cell(each, 100)}" for each in phrases[:_MOST_LINES]]
    if len(phrases) > _MOST_LINES:
        lines.append(f"- and {len(phrases) - _MOST_LINES} more")
    return f"{heading}\n\n" + "\n".join(lines)


def _never() -> Markdown:
    return Markdown("not known to have been used")


def _ends(token: Token) -> Markdown:
    if token.ends is not None:
        return Markdown(when(token.ends))
    return Markdown("never" if token.ends_known else "unknown")
