"""Looking at the organisation as it is now, without the API."""

from typing import Any

from bot.simulator.changes.refusals import find_issue
from bot.simulator.problem import Problem
from bot.simulator.setup import Setup
from bot.simulator.shapes import issues, repository, tokens
from bot.simulator.shapes.properties import shown_values
from bot.simulator.state.people import OrgRole
from bot.simulator.state.properties import Value
from bot.simulator.state.repository import Visibility


class Inspection(Setup):
    """The simulator's questions. A name nobody has gives ``None`` or an empty list."""

    def issues(self, repo: str) -> list[dict[str, Any]]:
        """Return a repository's issues, oldest first, as the API shows them."""
        where = self.world.repository(repo)
        return [issues.issue(self.world, where, issue) for issue in where.issues.values()]

    def comments(self, repo: str, number: int) -> list[dict[str, Any]]:
        """Return an issue's comments, oldest first, as the API shows them."""
        where = self.world.repository(repo)
        written = find_issue(where, number).comments.values()
        return [issues.comment(self.world, where, comment) for comment in written]

    def org_role(self, user: str) -> OrgRole | None:
        """Return ``admin``, ``member`` or ``None`` (no active member)."""
        known = self.world.users.get(user.lower())
        return self.world.org.role(known) if known else None

    def collaborator(self, repo: str, user: str) -> str | None:
        """Return the level somebody has by name (``pull`` ... ``admin``), not through a team."""
        return self.world.repository(repo).collaborators.get(user.lower())

    def access(self, repo: str, user: str) -> str:
        """Return the highest level somebody has, wherever it comes from (``none``: nothing)."""
        known = self.world.users.get(user.lower())
        return self.world.access(self.world.repository(repo), known) if known else "none"

    def base_permission(self) -> str:
        """Return what every member may do in every repository."""
        return self.world.org.base_permission

    def blocked(self) -> list[str]:
        """Return the logins of those whom the organisation blocks."""
        return [user.login for user in self.world.org.blocked]

    def invited(self, repo: str | None = None) -> dict[str, str]:
        """Return who was invited and has not answered: to the organisation, or to a repository."""
        if repo is None:
            return {
                each.invitee.login if each.invitee else str(each.email): each.role
                for each in self.world.org.invitations.values()
            }
        waiting = self.world.repository(repo).invitations.values()
        return {each.invitee.login: each.permission for each in waiting}

    def role_holders(self, role: int) -> list[str]:
        """Return who has an organisation role by name: people, and teams as ``org/slug``."""
        found = self.world.org.roles[role]
        teams = [f"{self.world.org.login}/{team.slug}" for team in found.teams]
        return [user.login for user in found.users] + teams

    def visibility(self, repo: str) -> Visibility:
        """Return ``public``, ``private`` or ``internal``."""
        return self.world.repository(repo).visibility

    def properties(self, repo: str) -> dict[str, Value]:
        """Return what a repository's custom properties show, by name."""
        return shown_values(self.world, self.world.repository(repo))

    def deploy_keys(self, repo: str) -> list[dict[str, Any]]:
        """Return a repository's deploy keys, as the API shows them."""
        where = self.world.repository(repo)
        keys = where.deploy_keys.values()
        return [repository.deploy_key(self.world, where, key) for key in keys]

    def token_requests(self) -> list[dict[str, Any]]:
        """Return the fine-grained tokens that wait for a yes, as the API shows them."""
        waiting = self.world.credentials.requests.values()
        return [tokens.request(self.world, asked) for asked in waiting]

    def tokens(self) -> list[dict[str, Any]]:
        """Return the fine-grained tokens in force, as the API shows them."""
        return [tokens.grant(self.world, held) for held in self.world.credentials.tokens.values()]

    def credential_authorizations(self) -> list[dict[str, Any]]:
        """Return the credentials that single sign-on lets in, as the API shows them."""
        return [tokens.authorization(a) for a in self.world.credentials.authorizations.values()]

    def team_members(self, slug: str) -> list[str]:
        """Return the logins of a team's members."""
        try:
            members = self.world.team(slug).members
        except Problem:
            return []
        return [self.world.users[key].login for key in members]

    def team_repository(self, slug: str, repo: str) -> str | None:
        """Return a team's level in a repository; ``None`` when it has none."""
        where = self.world.repository(repo)
        return self.world.team(slug).repositories.get(where.id)
