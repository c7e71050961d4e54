"""What a person does in the organisation. Each act sends the webhooks GitHub would send."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.simulator.changes import (
    alerts,
    collaborators,
    git,
    issues,
    membership,
    repositories,
    teams,
    tokens,
)
from bot.simulator.setup import checked_level, chosen
from bot.simulator.shapes import issues as issue_shapes
from bot.simulator.state.people import OrgRole, User
from bot.simulator.state.repository import VISIBILITIES, Repository
from bot.simulator.state.tokens import Permissions, Selection
from bot.simulator.world import World


class Person:
    """Somebody who acts; ``sender`` of every webhook that their acts cause."""

    def __init__(self, world: World, who: User) -> None:
        self._world = world
        self.user = who

    # Collaborators

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

    # Members and owners

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

    async def accept_invitation(self) -> None:
        """Accept one's own invitation to the organisation: ``organization`` ``member_added``."""
        membership.accept(self._world, self.user)

    # Teams

    async def create_team(self, name: str) -> str:
        """Create a team: ``team`` ``created``; gives its slug."""
        return teams.create(self._world, self.user, name).slug

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

    # Repositories

    async def create_repository(self, name: str, *, visibility: str = "private") -> None:
        """Create a repository: ``repository`` ``created``."""
        shown = next(known for known in VISIBILITIES if known == visibility)
        repo = repositories.create(self._world, self.user, name, visibility=shown)
        if self._world.installation.repositories is not None:
            self._world.installation.repositories.add(repo.id)

    async def delete_repository(self, repo: str) -> None:
        """Delete a repository: ``repository`` ``deleted``."""
        repositories.delete(self._world, self.user, self._repo(repo))

    async def publicize(self, repo: str) -> None:
        """Show a repository to the world: ``repository`` ``publicized`` and ``public``."""
        repositories.set_visibility(self._world, self.user, self._repo(repo), "public")

    async def privatize(self, repo: str) -> None:
        """Hide a repository: ``repository`` ``privatized``."""
        repositories.set_visibility(self._world, self.user, self._repo(repo), "private")

    async def archive(self, repo: str) -> None:
        """Make a repository read-only: ``repository`` ``archived``."""
        repositories.set_archived(self._world, self.user, self._repo(repo), archived=True)

    async def unarchive(self, repo: str) -> None:
        """Make a repository writable again: ``repository`` ``unarchived``."""
        repositories.set_archived(self._world, self.user, self._repo(repo), archived=False)

    async def rename(self, repo: str, name: str) -> None:
        """Rename a repository: ``repository`` ``renamed``."""
        repositories.rename(self._world, self.user, self._repo(repo), name)

    async def fork(self, repo: str) -> str:
        """Copy a repository into one's own account: ``fork``; gives the copy's full name."""
        return repositories.fork(self._world, self.user, self._repo(repo)).full_name

    async def add_deploy_key(self, repo: str, title: str, *, read_only: bool = False) -> int:
        """Let an SSH key open a repository: ``deploy_key`` ``created``; gives its id."""
        key = f"ssh-ed25519 AAAA{self._world.next_id():040d}"
        return repositories.add_deploy_key(
            self._world, self.user, self._repo(repo), title=title, key=key, read_only=read_only
        ).id

    async def delete_deploy_key(self, repo: str, key: int) -> None:
        """Lock a key out again: ``deploy_key`` ``deleted``."""
        repositories.delete_deploy_key(self._world, self.user, self._repo(repo), key)

    # Code

    async def push(
        self,
        repo: str,
        message: str | Sequence[str] = "Change things",
        *,
        ref: str | None = None,
        files: Mapping[str, str | None] | None = None,
        forced: bool = False,
    ) -> str:
        """Push one commit for each message: ``push`` (and ``create`` for a new branch).

        ``files`` are what the last commit writes (``None`` deletes); gives the new head's id.
        """
        where = self._repo(repo)
        branch = (ref or where.default_branch).removeprefix("refs/heads/")
        messages = [message] if isinstance(message, str) else list(message)
        written = files if files is not None else {"notes.txt": "\n".join(messages)}
        content = {path: _encoded(text) for path, text in written.items()}
        commits = [(text, content if text == messages[-1] else {}) for text in messages]
        made = git.push(self._world, self.user, where, branch, commits, forced=forced)
        return made[-1].sha

    async def create_branch(self, repo: str, name: str) -> None:
        """Start a branch: ``create`` and ``push``."""
        git.create_branch(self._world, self.user, self._repo(repo), name)

    async def create_tag(self, repo: str, name: str) -> None:
        """Tag the last commit: ``create`` and ``push``."""
        git.create_tag(self._world, self.user, self._repo(repo), name)

    async def delete_branch(self, repo: str, name: str) -> None:
        """Delete a branch: ``delete`` and ``push``."""
        git.delete_branch(self._world, self.user, self._repo(repo), name)

    async def secret_scanning_alert(
        self,
        repo: str,
        secret_type: str = "github_personal_access_token",  # noqa: S107 - a kind, not a secret
        *,
        name: str = "GitHub Personal Access Token",
        validity: str = "active",
        publicly_leaked: bool = False,
        bypassed: bool = False,
    ) -> int:
        """Be the one whose push leaks a secret: ``secret_scanning_alert`` ``created``."""
        return alerts.find_secret(
            self._world,
            self.user,
            self._repo(repo),
            secret_type=secret_type,
            name=name,
            validity=validity,
            publicly_leaked=publicly_leaked,
            bypassed_by=self.user if bypassed else None,
        )

    # Tokens

    async def request_token(
        self,
        name: str,
        permissions: Permissions,
        *,
        repositories: Selection | Sequence[str] = "all",
        expires_at: datetime | None = None,
        reason: str | None = None,
    ) -> int:
        """Ask that a fine-grained token may reach the organisation; gives the request's id.

        ``personal_access_token_request`` ``created``.
        """
        selection, names = chosen(repositories)
        return tokens.request(
            self._world,
            self.user,
            name=name,
            permissions=permissions,
            selection=selection,
            repositories=names,
            expires_at=expires_at,
            reason=reason,
        ).id

    async def approve_token_request(self, request: int) -> int:
        """Say yes: ``personal_access_token_request`` ``approved``; gives the grant's id."""
        return tokens.approve(self._world, self.user, request).id

    async def deny_token_request(self, request: int) -> None:
        """Say no: ``personal_access_token_request`` ``denied``."""
        tokens.deny(self._world, self.user, request)

    async def cancel_token_request(self, request: int) -> None:
        """Take one's request back: ``personal_access_token_request`` ``cancelled``."""
        tokens.cancel(self._world, self.user, request)

    # Issues

    async def comment(self, repo: str, number: int, body: str) -> int:
        """Write a comment: ``issue_comment`` ``created``; gives its id."""
        where = self._repo(repo)
        issue = issues.find(where, number)
        return issues.comment(self._world, self.user, where, issue, body).id

    async def edit_comment(self, comment: int, body: str) -> None:
        """Change what a comment says (one's own or another's): ``issue_comment`` ``edited``."""
        for repo in self._world.repositories.values():
            for issue in repo.issues.values():
                if comment in issue.comments:
                    written = issue.comments[comment]
                    issues.edit_comment(self._world, self.user, repo, written, body)
                    return
        raise LookupError(f"there is no comment {comment}")

    async def open_issue(self, repo: str, title: str, body: str | None = None) -> int:
        """Open an issue: ``issues`` ``opened``; gives its number."""
        where = self._repo(repo)
        return issues.open_issue(self._world, self.user, where, title=title, body=body).number

    async def close_issue(self, repo: str, number: int) -> None:
        """Close an issue: ``issues`` ``closed``."""
        where = self._repo(repo)
        issues.close(self._world, self.user, where, issues.find(where, number))

    async def reopen_issue(self, repo: str, number: int) -> None:
        """Open an issue again: ``issues`` ``reopened``."""
        where = self._repo(repo)
        issues.reopen(self._world, self.user, where, issues.find(where, number))

    async def open_pull_request(
        self, repo: str, title: str, branch: str, body: str | None = None
    ) -> int:
        """Ask to merge a branch, made if need be: ``pull_request`` ``opened``; gives its number."""
        where = self._repo(repo)
        if branch not in where.branches:
            git.create_branch(self._world, self.user, where, branch)
        return issues.open_pull_request(
            self._world, self.user, where, title=title, body=body, branch=branch
        ).number

    def show(self, repo: str, number: int) -> dict[str, Any]:
        """Look at an issue, as the API would show it."""
        where = self._repo(repo)
        return issue_shapes.issue(self._world, where, issues.find(where, number))

    def _repo(self, name: str) -> Repository:
        return self._world.repository(name)

    def _person(self, login: str) -> User:
        return self._world.person(login)


def _encoded(text: str | None) -> bytes | None:
    return None if text is None else text.encode()
