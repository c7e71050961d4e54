"""Somebody blocked in the organisation, or let in again: the other way round."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import Change
from bot.actions.people.blocking import BLOCKED, block_change
from bot.actions.revert.reverter import Reverter
from bot.actions.revert.reverter import login as present_login
from bot.respond.alert import Alert


class BlockReverter(Reverter):
    """Answers somebody who was blocked or unblocked."""

    actions = ("org.block_user", "org.unblock_user")
    needs: ClassVar[Mapping[str, str]] = {"organization_user_blocking": "write"}
    puts_back = "Who was blocked is unblocked, and who was unblocked is blocked again."

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the block, as it was before."""
        login = await present_login(situation, alert)
        was, wanted = (BLOCKED, None) if alert.action == "org.block_user" else (None, BLOCKED)
        return block_change(situation, alert.org, login, changed=was, wanted=wanted)
