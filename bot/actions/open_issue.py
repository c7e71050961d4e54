"""Opens the case as an issue, and tells the person concerned."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Final

from pydantic import BeforeValidator, Field, StringConstraints, ValidationInfo

from bot.actions.base import Action, Parameters, Situation, is_rendered
from bot.actions.case_issue import ISSUE_NEEDS, Telling, tell
from bot.respond.inert import plain
from bot.respond.step import Receipt

_LONGEST_LABEL: Final = 50
_PLACE: Final = r"^(auto|affected|security|[A-Za-z0-9_-]+/[A-Za-z0-9._-]+)$"


def _somewhere(value: object, info: ValidationInfo) -> object:
    """Open the case in the usual place rather than nowhere when an event names no repository."""
    fits = isinstance(value, str) and re.fullmatch(_PLACE, value)
    return value if fits or not is_rendered(info) else "auto"


def _cut(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, str) or not is_rendered(info):
        return value
    return plain(value, _LONGEST_LABEL).strip() or "unknown"


def _known(value: object, info: ValidationInfo) -> object:
    """Leave out what can be nobody's login, as GitHub leaves out who cannot be assigned."""
    if not isinstance(value, list | tuple) or not is_rendered(info):
        return value
    return [each for each in value if isinstance(each, str) and re.fullmatch(_LOGIN, each)]


_LOGIN: Final = r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}"

# An event's text, which anybody may choose, must never keep a case from being opened.
Repository = Annotated[str, StringConstraints(pattern=_PLACE), BeforeValidator(_somewhere)]
Label = Annotated[
    str, StringConstraints(min_length=1, max_length=_LONGEST_LABEL), BeforeValidator(_cut)
]
Login = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=100)]


class OpenIssueParameters(Parameters):
    """Parameters of ``open-issue``."""

    title: str = Field(
        default="", description="The issue's title; by default the playbook's and whom."
    )
    summary: str = Field(
        default="",
        description="Markdown above the facts; by default one sentence on what happened.",
    )
    labels: tuple[Label, ...] = Field(
        default=(), max_length=20, description="Labels besides `tipstaff` and the playbook's level."
    )
    assignees: Annotated[tuple[Login, ...], BeforeValidator(_known)] = Field(
        default=(), max_length=10, description="Logins to assign; who cannot be is left out."
    )
    mention: bool = Field(default=True, description="Whether to mention the person concerned.")
    repository: Repository = Field(
        default="auto",
        description="`auto` (the affected repository when it is not public, else the security "
        "repository), `affected`, `security`, or `owner/name`. Never a public one.",
    )


class OpenIssue(Action[OpenIssueParameters]):
    """Opens the case's issue, or adds to it when the case has one."""

    name = "open-issue"
    summary = (
        "Opens the case as an issue that says in plain words what happened, what was done about "
        "it and what can be answered, and mentions the person concerned. When the case has an "
        "issue, the alert is added to it as a comment."
    )
    Params = OpenIssueParameters
    needs: ClassVar[Mapping[str, str]] = ISSUE_NEEDS
    changes: ClassVar[bool] = False
    undo_note = "An issue stays as a record; `/close reason` closes it."
    example = """\
- action: open-issue
  with:
    title: "{{ user }} became an administrator of {{ repo }}"
    labels: [security]
"""

    async def apply(self, situation: Situation, params: OpenIssueParameters) -> Receipt:
        """Open or find the issue; see `bot.actions.case_issue`."""
        return await tell(
            situation,
            Telling(
                title=params.title,
                summary=params.summary,
                labels=params.labels,
                assignees=params.assignees,
                mention=params.mention,
                repository=params.repository,
            ),
        )
