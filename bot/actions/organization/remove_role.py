"""Takes an organisation role from a person or a team."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.actions.changing import ChangingAction
from bot.actions.organization.role import Holder, find_role, role_removal
from bot.actions.people.subject import PersonParameters, login_of, team_of
from bot.respond.alert import Alert


class RemoveOrganizationRoleParameters(PersonParameters):
    """Parameters of ``remove-organization-role``."""

    role: str = Field(
        default="",
        description="The role's name, or its number at GitHub; left out, the event's.",
        max_length=200,
    )
    user: str = Field(
        default="",
        description="The login; left out, and no team given, whom the event tells of.",
        max_length=100,
    )
    team: str = Field(
        default="",
        description="Instead of a person: the team as `slug` or `org/slug`.",
        max_length=200,
    )


class RemoveOrganizationRole(ChangingAction[RemoveOrganizationRoleParameters]):
    """Ends that somebody looks after something in the whole organisation."""

    name = "remove-organization-role"
    summary = (
        "Takes an organisation role (such as a security manager's, or one of your own) from a "
        "person or a team. What a person has by a team is told, and left to the team."
    )
    Params = RemoveOrganizationRoleParameters
    needs: ClassVar[Mapping[str, str]] = {
        "members": "write",
        "organization_custom_org_roles": "read",
    }
    undo_note = "`/undo` gives the role again, unless somebody else did."
    example = """\
- action: remove-organization-role
  with:
    role: security_manager
    user: "{{ user }}"
"""

    async def change(
        self, situation: Situation, params: RemoveOrganizationRoleParameters
    ) -> Change:
        """Return the role being taken away."""
        return await removal_of(situation, params.role, params.user, params.team)


async def removal_of(
    situation: Situation, role: str = "", user: str = "", team: str = ""
) -> Change:
    """Return an organisation role being taken away: what is left out, the event tells."""
    alert = situation.subject()
    found = await find_role(situation, alert.org, role.strip() or _told(alert))
    if team or not (user or alert.fields.get("user")):
        holder = Holder(name=await team_of(situation, team), is_team=True)
    else:
        holder = Holder(name=await login_of(situation, user), is_team=False)
    return role_removal(situation, alert.org, found, holder)


def _told(alert: Alert) -> str:
    number = alert.fields.get("organization_role_id")
    name = alert.fields.get("organization_role_name")
    if isinstance(number, int):
        return str(number)
    if isinstance(name, str) and name:
        return name
    raise CannotChange("The event names no organisation role; please look at it by hand.")
