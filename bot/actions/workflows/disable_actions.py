"""Switches GitHub Actions off."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from bot.actions.base import Situation
from bot.actions.change import ANY, Change
from bot.actions.changing import ChangingAction
from bot.actions.people.subject import repository_of
from bot.actions.repository.place import RepositoryParameters
from bot.actions.workflows.policy import (
    OFF,
    ORGANIZATION_NEEDS,
    REPOSITORY_NEEDS,
    of_organization,
    of_repository,
    policy_change,
)
from bot.respond.alert import CaseFile
from bot.respond.step import Step


class DisableActionsParameters(RepositoryParameters):
    """Parameters of ``disable-actions``."""

    scope: Literal["repository", "organization"] = Field(
        default="repository", description="Where: one repository, or the whole organisation."
    )


class DisableActions(ChangingAction[DisableActionsParameters]):
    """Keeps all workflows of a repository, or of the organisation, from starting."""

    name = "disable-actions"
    summary = (
        "Switches GitHub Actions off in a repository or in the whole organisation: no workflow "
        "starts any more. What runs already goes on; `cancel-run` ends it."
    )
    Params = DisableActionsParameters
    needs: ClassVar[Mapping[str, str]] = {**REPOSITORY_NEEDS, **ORGANIZATION_NEEDS}
    undo_note = (
        "`/undo` switches them on again as they were found: for the same repositories, with the "
        "same actions allowed."
    )
    example = """\
- action: disable-actions
  with:
    scope: repository
"""

    def permissions(
        self,
        step: Step,
        file: CaseFile,  # noqa: ARG002 - the signature of every action
    ) -> Mapping[str, str]:
        """Return only what the scope needs."""
        whole = step.params.get("scope") == "organization"
        return ORGANIZATION_NEEDS if whole else REPOSITORY_NEEDS

    async def change(self, situation: Situation, params: DisableActionsParameters) -> Change:
        """Return the switching off."""
        if params.scope == "organization":
            realm = of_organization(situation.subject().org)
        else:
            realm = of_repository(await repository_of(situation, params.repository))
        return policy_change(situation, realm, changed=ANY, wanted=OFF)
