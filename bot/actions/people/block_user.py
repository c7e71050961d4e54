"""Blocks somebody from the organisation."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import Change
from bot.actions.changing import ChangingAction
from bot.actions.people.blocking import BLOCKED, block_change
from bot.actions.people.subject import PersonParameters, login_of


class BlockUser(ChangingAction[PersonParameters]):
    """Keeps somebody from outside away from the organisation's repositories."""

    name = "block-user"
    summary = (
        "Blocks a person in the organisation: no issues, comments, pull requests or forks of "
        "theirs. GitHub refuses it for members, who have to be removed first."
    )
    Params = PersonParameters
    needs: ClassVar[Mapping[str, str]] = {"organization_user_blocking": "write"}
    undo_note = "`/undo` unblocks the person; what they were a collaborator of does not come back."
    example = """\
- action: block-user
  with:
    user: "{{ actor }}"
"""

    async def change(self, situation: Situation, params: PersonParameters) -> Change:
        """Return the blocking of the person."""
        login = await login_of(situation, params.user)
        org = situation.subject().org
        return block_change(situation, org, login, changed=None, wanted=BLOCKED)
