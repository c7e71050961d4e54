"""Turns a member into an outside collaborator."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import Change
from bot.actions.changing import ChangingAction
from bot.actions.people.membership import conversion
from bot.actions.people.subject import PersonParameters, login_of


class ConvertToOutsideCollaborator(ChangingAction[PersonParameters]):
    """Leaves a person the repositories of their teams, and nothing else of the organisation."""

    name = "convert-to-outside-collaborator"
    summary = (
        "Turns a member into an outside collaborator, who keeps the repositories that their teams "
        "reach and is in the organisation no more. GitHub may do it in the background. Never the "
        "last owner."
    )
    Params = PersonParameters
    needs: ClassVar[Mapping[str, str]] = {"members": "write"}
    undo_note = (
        "`/undo` invites the person as a member again, as they were; it takes effect when they "
        "accept."
    )
    example = "- action: convert-to-outside-collaborator\n"

    async def change(self, situation: Situation, params: PersonParameters) -> Change:
        """Return the end of the membership, with the repositories kept."""
        login = await login_of(situation, params.user)
        return conversion(situation, situation.subject().org, login)
