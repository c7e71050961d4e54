"""What a person does about people."""

from typing import Literal

from bot.simulator.acts.actor import Actor
from bot.simulator.changes import accounts, collaborators, membership, teams
from bot.simulator.setup import checked_level
from bot.simulator.state.people import OrgRole


class PeopleActs(Actor):
    """Acts on members, teams and collaborators."""

    async def add_collaborator(self, repo: str, user: str, permission: str = "push") -> None:
        """Add somebody to a repository at once: ``member`` ``added``."""
        await self.set_collaborator(repo, user, permission)

    async def set_collaborator(self, repo: str, user: str, permission: str) -> None:
        """Change somebody's level: ``member`` ``edited`` (``added`` if they were not there)."""
        granted = checked_level(permission)
        collaborators.add(self._world, self.user, self._repo(repo), self._person(user), granted)

    async def remove_collaborator(self, repo: str, user: str) -> None:
        """Remove somebody: ``member`` ``removed``."""
        collaborators.remove(self._world, self.user, self._repo(repo), self._person(user))

    async def invite_collaborator(self, repo: str, user: str, permission: str = "push") -> int:
        """Invite somebody to a repository, which no webhook tells; gives the invitation's id."""
        granted = checked_level(permission)
        where, who = self._repo(repo), self._person(user)
        return collaborators.invite(self._world, self.user, where, who, granted).id

    async def accept_collaboration(self, repo: str) -> None:
        """Accept one's own invitation to a repository: ``member`` ``added``."""
        collaborators.accept(self._world, self.user, self._repo(repo))

    async def make_owner(self, user: str) -> None:
        """Make a member an owner. GitHub sends no webhook about it."""
        membership.set_role(self._world, self.user, self._person(user), "admin")

    async def make_member(self, user: str) -> None:
        """Make an owner a member. GitHub sends no webhook about it."""
        membership.set_role(self._world, self.user, self._person(user), "member")

    async def add_member(self, user: str, role: OrgRole = "member") -> None:
        """Let somebody join at once: ``organization`` ``member_added``."""
        membership.add(self._world, self.user, self._person(user), role)

    async def remove_member(self, user: str) -> None:
        """Remove a member: ``organization`` ``member_removed``, and their teams' ``membership``."""
        membership.remove(self._world, self.user, self._person(user))

    async def invite(self, user: str, role: OrgRole = "member") -> None:
        """Invite somebody to the organisation: ``organization`` ``member_invited``."""
        membership.invite(self._world, self.user, self._person(user), role)

    async def invite_address(self, email: str, role: OrgRole = "member") -> None:
        """Invite whoever reads a mail to the organisation: ``organization`` ``member_invited``."""
        membership.invite_address(self._world, self.user, email, role)

    async def accept_invitation(self) -> None:
        """Accept one's own invitation to the organisation: ``organization`` ``member_added``."""
        membership.accept(self._world, self.user)

    async def create_team(self, name: str) -> str:
        """Create a team: ``team`` ``created``; gives its slug."""
        return teams.create(self._world, self.user, name).slug

    async def rename_team(self, team: str, name: str) -> str:
        """Give a team another name: ``team`` ``edited``; gives its new slug."""
        found = self._world.team(team)
        teams.rename(self._world, self.user, found, name)
        return found.slug

    async def describe_team(
        self,
        team: str,
        *,
        description: str | None = None,
        privacy: Literal["closed", "secret"] | None = None,
        notifies: bool | None = None,
    ) -> None:
        """Change what a team is said to be, or who sees it: ``team`` ``edited``."""
        found, world = self._world.team(team), self._world
        teams.describe(
            world,
            self.user,
            found,
            description=description,
            privacy=privacy,
            notifies=notifies,
        )

    async def change_login(self, login: str) -> None:
        """Be called something else from now on, which no webhook tells; the old login is free."""
        accounts.rename(self._world, self.user, login)

    async def delete_team(self, team: str) -> None:
        """Delete a team: ``team`` ``deleted``."""
        teams.delete(self._world, self.user, self._world.team(team))

    async def add_to_team(self, team: str, user: str) -> None:
        """Put somebody into a team: ``membership`` ``added``."""
        teams.add_member(self._world, self.user, self._world.team(team), self._person(user))

    async def remove_from_team(self, team: str, user: str) -> None:
        """Take somebody out of a team: ``membership`` ``removed``."""
        teams.remove_member(self._world, self.user, self._world.team(team), self._person(user))

    async def add_team_repository(self, team: str, repo: str, permission: str = "pull") -> None:
        """Let a team into a repository: ``team`` ``added_to_repository`` and ``team_add``."""
        await self.set_team_repository(team, repo, permission)

    async def set_team_repository(self, team: str, repo: str, permission: str) -> None:
        """Change a team's level in a repository: ``team`` ``edited``."""
        granted = checked_level(permission)
        found, where = self._world.team(team), self._repo(repo)
        teams.set_repository(self._world, self.user, found, where, granted)

    async def remove_team_repository(self, team: str, repo: str) -> None:
        """Take a repository away from a team: ``team`` ``removed_from_repository``."""
        found, where = self._world.team(team), self._repo(repo)
        teams.remove_repository(self._world, self.user, found, where)
