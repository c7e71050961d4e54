"""Removes somebody from the organisation."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import Change
from bot.actions.changing import ChangingAction
from bot.actions.people.membership import removal
from bot.actions.people.subject import PersonParameters, login_of


class RemoveMember(ChangingAction[PersonParameters]):
    """Ends a person's membership, or takes back the invitation to it."""

    name = "remove-member"
    summary = (
        "Removes a person from the organisation and all its teams and private repositories, or "
        "takes back an invitation that still waits. Never the last owner."
    )
    Params = PersonParameters
    needs: ClassVar[Mapping[str, str]] = {"members": "write"}
    undo_note = (
        "`/undo` invites the person again, as they were; it takes effect when they accept. "
        "Private forks do not come back."
    )
    example = """\
- action: remove-member
  with:
    user: "{{ actor }}"
"""

    async def change(self, situation: Situation, params: PersonParameters) -> Change:
        """Return the end of the membership."""
        login = await login_of(situation, params.user)
        return removal(situation, situation.subject().org, login)
