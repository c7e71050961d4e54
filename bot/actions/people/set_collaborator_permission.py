"""Sets a person's role on a repository."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from bot.actions.base import Situation
from bot.actions.change import ANY, Change
from bot.actions.changing import ChangingAction
from bot.actions.people.collaborator import collaborator_change, role_given
from bot.actions.people.subject import CollaboratorParameters, login_of, repository_of, told_level


class SetCollaboratorPermissionParameters(CollaboratorParameters):
    """Parameters of ``set-collaborator-permission``."""

    permission: str = Field(
        min_length=1,
        max_length=100,
        description=(
            "The role to have: `read`, `triage`, `write`, `maintain`, `admin`, a custom role's "
            "name, or `none` to remove the person from the repository."
        ),
    )


class SetCollaboratorPermission(ChangingAction[SetCollaboratorPermissionParameters]):
    """Gives a collaborator another role, or none."""

    name = "set-collaborator-permission"
    summary = (
        "Sets the role that a person has by name on a repository. Who is no collaborator is not "
        "made one, and a role that somebody set after the event is left alone."
    )
    Params = SetCollaboratorPermissionParameters
    needs: ClassVar[Mapping[str, str]] = {"administration": "write", "metadata": "read"}
    undo_note = (
        "`/undo` gives the role of before, unless it has changed since; who was removed is invited."
    )
    example = """\
- action: set-collaborator-permission
  with:
    permission: write
"""

    async def change(
        self, situation: Situation, params: SetCollaboratorPermissionParameters
    ) -> Change:
        """Return the change of the person's role."""
        login = await login_of(situation, params.user)
        repo = await repository_of(situation, params.repository)
        return collaborator_change(
            situation,
            repo,
            login,
            changed=told_level(situation.subject(), login, repo) or ANY,
            wanted=role_given(params.permission),
        )
