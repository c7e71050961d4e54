"""Sets what every member may do in every repository."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from bot.actions.base import Parameters, Situation
from bot.actions.change import ANY, Change
from bot.actions.changing import ChangingAction
from bot.actions.organization.base_permission import BasePermission, base_permission_change


class SetBasePermissionParameters(Parameters):
    """Parameters of ``set-base-permission``."""

    permission: BasePermission = Field(
        description="What every member may do in every repository, besides what they are given."
    )


class SetBasePermission(ChangingAction[SetBasePermissionParameters]):
    """Changes the organisation's base permission."""

    name = "set-base-permission"
    summary = (
        "Sets the organisation's base permission: what every member may do in every repository. "
        "One that somebody set after the event is left alone."
    )
    Params = SetBasePermissionParameters
    needs: ClassVar[Mapping[str, str]] = {"organization_administration": "write"}
    undo_note = "`/undo` sets the base permission of before, unless it has changed since."
    example = """\
- action: set-base-permission
  with:
    permission: read
"""

    async def change(self, situation: Situation, params: SetBasePermissionParameters) -> Change:
        """Return the change of the base permission."""
        alert = situation.subject()
        told = alert.fields.get("permission")
        of_it = alert.action == "org.update_default_repository_permission"
        return base_permission_change(
            situation,
            alert.org,
            changed=told if of_it and isinstance(told, str) else ANY,
            wanted=params.permission,
        )
