"""An organisation role that was given to somebody: taken away again."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import Change
from bot.actions.organization.remove_role import removal_of
from bot.actions.revert.reverter import Reverter
from bot.respond.alert import Alert


class OrganizationRoleReverter(Reverter):
    """Answers an organisation role that a person or a team was given."""

    actions = ("organization_role.assign",)
    needs: ClassVar[Mapping[str, str]] = {
        "members": "write",
        "organization_custom_org_roles": "read",
    }
    puts_back = (
        "The person or the team loses the role again. Only the audit log tells of it. A role that "
        "was taken away is not given by itself."
    )

    async def change(
        self,
        situation: Situation,
        alert: Alert,  # noqa: ARG002 - the situation's own
    ) -> Change:
        """Return the role being taken away."""
        return await removal_of(situation)
