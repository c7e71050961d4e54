"""The organisation's base permission, raised for everybody: lowered again."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.actions.organization.base_permission import RANKS, base_permission_change
from bot.actions.revert.reverter import Reverter, required
from bot.respond.alert import Alert


class BasePermissionReverter(Reverter):
    """Answers a change of what every member may do in every repository."""

    actions = ("org.update_default_repository_permission",)
    needs: ClassVar[Mapping[str, str]] = {"organization_administration": "write"}
    puts_back = (
        "A base permission that was raised is what it was before. One that was lowered stays: "
        "Tipstaff gives nobody more than they have by itself."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of the base permission."""
        given, former = required(alert, "permission"), required(alert, "old_permission")
        if former not in RANKS or given not in RANKS:
            raise CannotChange(
                f"The base permission went from {former} to {given}, which GitHub's API does not "
                "know; please look at it in the settings, under Member privileges."
            )
        if RANKS.index(former) > RANKS.index(given):
            raise CannotChange(
                f"The base permission of {alert.org} was lowered from {former} to {given}, and "
                "Tipstaff raises it for nobody by itself. If that was wrong, an owner can set it, "
                "in the organisation's settings under Member privileges."
            )
        return base_permission_change(situation, alert.org, changed=given, wanted=former)
