"""What a person decides for the whole organisation."""

from bot.simulator.acts.actor import Actor
from bot.simulator.changes import blocks, roles, settings


class OrganizationActs(Actor):
    """Acts on the organisation's settings, its roles, and whom it blocks."""

    async def set_base_permission(self, permission: str) -> None:
        """Change what every member may do everywhere. GitHub sends no webhook about it."""
        settings.set_base_permission(self._world, permission)

    async def switch_setting(self, name: str, *, on: bool) -> None:
        """Switch a setting of the organisation. GitHub sends no webhook about it."""
        settings.switch(self._world, name, on=on)

    async def block(self, user: str) -> None:
        """Shut somebody out: ``org_block`` ``blocked``."""
        blocks.block(self._world, self.user, self._person(user))

    async def unblock(self, user: str) -> None:
        """Let somebody in again: ``org_block`` ``unblocked``."""
        blocks.unblock(self._world, self.user, self._person(user))

    async def assign_role(self, role: int, user: str) -> None:
        """Give a member an organisation role. GitHub sends no webhook about it."""
        roles.assign(self._world, roles.find(self._world, role), self._person(user))

    async def assign_role_to_team(self, role: int, team: str) -> None:
        """Give a team an organisation role. GitHub sends no webhook about it."""
        roles.assign_team(roles.find(self._world, role), self._world.team(team))
