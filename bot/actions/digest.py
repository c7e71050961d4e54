"""Opens the weekly issue for owners, once a week."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from bot.actions.base import Action, Parameters, Situation, split
from bot.actions.case_issue import ISSUE_NEEDS
from bot.actions.destination import look
from bot.actions.opening import LABEL, as_issue, is_own, stamp
from bot.core.errors import Refused
from bot.respond.digest import DIGEST, digest_marker
from bot.respond.marker import bears
from bot.respond.step import Receipt, StepState


class DigestParameters(Parameters):
    """Parameters of ``digest``."""

    title: str = Field(min_length=1, max_length=256, description="The issue's title.")
    body: str = Field(min_length=1, max_length=65_536, description="The issue's text.")


class Digest(Action[DigestParameters]):
    """Opens the issue in the security repository, unless the week has one."""

    name = DIGEST
    summary = "Opens the weekly issue for owners in the security repository."
    Params = DigestParameters
    needs: ClassVar[Mapping[str, str]] = ISSUE_NEEDS
    changes: ClassVar[bool] = False
    undo_note = "An issue stays as a record."
    example = """\
- action: digest
  with: {title: "A week", body: "Nothing was."}
"""

    async def apply(self, situation: Situation, params: DigestParameters) -> Receipt:
        """Look for the week's issue, and open it if there is none."""
        place = await look(situation, situation.security_repository)
        if place.obstacle is not None:
            raise Refused(
                f"No place for the weekly digest: {place.repository}: {place.obstacle}. Create a "
                "private repository of that name with issues switched on, or set "
                "TIPSTAFF_SECURITY_REPOSITORY to one that is."
            )
        found = await _find(situation, place.repository)
        if found is not None:
            return _receipt(place.repository, found, "Found the week's issue.")
        reply = await situation.gh.call(
            "POST",
            "/repos/{owner}/{repo}/issues",
            split(place.repository),
            body={"title": params.title, "body": params.body, "labels": [LABEL, DIGEST]},
        )
        return _receipt(place.repository, reply.data, "Opened the week's issue.")


async def _find(situation: Situation, repository: str) -> Mapping[str, Any] | None:
    marker = digest_marker(situation.file.case.id)
    issues = situation.gh.pages(
        "/repos/{owner}/{repo}/issues{?state,since}",
        {
            **split(repository),
            "state": "all",
            "since": stamp(situation.file.case.opened_at),
        },
    )
    async for issue in issues:
        if is_own(situation, issue) and bears(issue.get("body"), marker):
            return dict(issue)
    return None


def _receipt(repository: str, data: Mapping[str, Any], summary: str) -> Receipt:
    # No issue of a case: nothing that is said there is a word about anything.
    url = as_issue(repository, data).url
    return Receipt(state=StepState.DONE, summary=summary, url=url)
