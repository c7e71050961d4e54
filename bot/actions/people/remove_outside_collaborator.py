"""Removes an outside collaborator from every repository."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import Change
from bot.actions.changing import ChangingAction
from bot.actions.people.outside import MOST_REPOSITORIES, outside_removal
from bot.actions.people.subject import PersonParameters, login_of
from bot.respond.alert import CaseFile
from bot.respond.step import Step


class RemoveOutsideCollaborator(ChangingAction[PersonParameters]):
    """Takes a person who is no member out of all repositories at once."""

    name = "remove-outside-collaborator"
    summary = (
        "Removes an outside collaborator from every repository of the organisation; their private "
        "forks go too. A member is left alone: `remove-member` is for those."
    )
    Params = PersonParameters
    needs: ClassVar[Mapping[str, str]] = {
        "members": "write",
        "administration": "write",
        "metadata": "read",
    }
    undo_note = (
        "`/undo` invites the person again to the repositories that the App reaches, each with the "
        f"role of before; with more than {MOST_REPOSITORIES} repositories to look through, a "
        "person has to."
    )
    example = """\
- action: remove-outside-collaborator
  with:
    user: "{{ user }}"
"""

    def permissions(
        self,
        step: Step,
        file: CaseFile,  # noqa: ARG002 - the same whatever the case
    ) -> Mapping[str, str]:
        """Return what it takes to remove, or to invite again."""
        if step.kind == "undo":
            return self.needs
        return {"members": "write", "metadata": "read"}

    async def change(self, situation: Situation, params: PersonParameters) -> Change:
        """Return the removal from every repository."""
        login = await login_of(situation, params.user)
        return outside_removal(situation, situation.subject().org, login)
