"""Brings a branch's protection back."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.actions.changing import ChangingAction
from bot.actions.people.subject import repository_of
from bot.actions.repository.branch_protection import PROTECTION_NEEDS, branch_of, restoration
from bot.actions.repository.place import RepositoryParameters


class RestoreBranchProtectionParameters(RepositoryParameters):
    """Parameters of ``restore-branch-protection``."""

    branch: str = Field(
        default="",
        description="The branch; left out, the one that the event's rule names. Needed where the "
        "rule is for a pattern, which GitHub's REST API can't take.",
        max_length=255,
    )


class RestoreBranchProtection(ChangingAction[RestoreBranchProtectionParameters]):
    """Protects a branch as it was before the event."""

    name = "restore-branch-protection"
    summary = (
        "Protects a branch as it was before the event, which took its protection away or changed "
        "it. Only what the event changed is set, and what GitHub's REST API can't set (a pattern, "
        "the merge queue, required deployments) is told."
    )
    Params = RestoreBranchProtectionParameters
    needs: ClassVar[Mapping[str, str]] = PROTECTION_NEEDS
    example = """\
- action: restore-branch-protection
  with:
    branch: main
"""

    async def change(
        self, situation: Situation, params: RestoreBranchProtectionParameters
    ) -> Change:
        """Return the change that brings the protection back."""
        alert = situation.subject()
        if not alert.action.startswith("protected_branch.") or alert.action.endswith(".create"):
            raise CannotChange(f"{alert.action} took no branch's protection away.")
        repo = await repository_of(situation, params.repository)
        return await restoration(situation, alert, branch_of(situation, alert, repo, params.branch))
