"""What a person does in and with repositories."""

from collections.abc import Mapping, Sequence

from bot.simulator.acts.actor import Actor
from bot.simulator.changes import alerts, git, properties, repositories
from bot.simulator.state.properties import Value
from bot.simulator.state.repository import VISIBILITIES


class RepositoryActs(Actor):
    """Acts on repositories, their keys and their code."""

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

    async def describe(
        self,
        repo: str,
        *,
        description: str | None = None,
        homepage: str | None = None,
        topics: Sequence[str] | None = None,
    ) -> None:
        """Change what a repository says about itself: ``repository`` ``edited``."""
        found = self._repo(repo)
        repositories.describe(
            self._world,
            self.user,
            found,
            description=description,
            homepage=homepage,
            topics=topics,
        )

    async def set_default_branch(self, repo: str, branch: str) -> None:
        """Let a repository show another branch first: ``repository`` ``edited``."""
        repositories.set_default_branch(self._world, self.user, self._repo(repo), branch)

    async def switch_features(self, repo: str, **features: bool) -> None:
        """Switch security features, such as ``secret_scanning``: ``security_and_analysis``."""
        repositories.switch_features(self._world, self.user, self._repo(repo), features)

    async def set_properties(self, repo: str, **values: Value | None) -> None:
        """Set custom properties; ``None`` unsets one: ``custom_property_values`` ``updated``."""
        properties.set_values(self._world, self.user, self._repo(repo), values)

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
        secret: str = "",
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
            secret=secret,
        )


def _encoded(text: str | None) -> bytes | None:
    return None if text is None else text.encode()
