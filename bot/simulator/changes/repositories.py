"""A repository's life: made, shown, hidden, put away, renamed, copied, deleted; and its keys."""

from collections.abc import Mapping, Sequence

from bot.simulator.changes import git
from bot.simulator.changes.webhook import send
from bot.simulator.problem import invalid, not_found
from bot.simulator.shapes import people, repository
from bot.simulator.state.people import User
from bot.simulator.state.repository import DeployKey, Repository, Visibility
from bot.simulator.world import World


def create(
    world: World,
    by: User,
    name: str,
    *,
    visibility: Visibility = "private",
    has_issues: bool = True,
    description: str | None = None,
) -> Repository:
    """Create a repository with a first commit."""
    if f"{world.org.login}/{name}".lower() in world.repositories:
        message = "name already exists on this account"
        raise invalid("Repository", "name", "custom", message)
    repo = Repository(
        id=world.next_id(),
        name=name,
        owner=world.org.login,
        created_at=world.clock(),
        visibility=visibility,
        has_issues=has_issues,
        description=description,
    )
    world.repositories[repo.full_name.lower()] = repo
    readme = f"# {name}\n".encode()
    git.commit(
        world, by, repo, repo.default_branch, message="Initial commit", files={"README.md": readme}
    )
    send(world, by, "repository", {"action": "created"}, repo)
    return repo


def delete(world: World, by: User, repo: Repository) -> None:
    """Delete a repository."""
    del world.repositories[repo.full_name.lower()]
    for team in world.org.teams.values():
        team.repositories.pop(repo.id, None)
    send(world, by, "repository", {"action": "deleted"}, repo)


def set_visibility(world: World, by: User, repo: Repository, visibility: Visibility) -> None:
    """Show a repository to the world, or hide it."""
    if repo.visibility == visibility:
        return
    was_private = repo.private
    repo.visibility = visibility
    repo.updated_at = world.clock()
    if was_private and not repo.private:
        send(world, by, "repository", {"action": "publicized"}, repo)
        send(world, by, "public", {}, repo)
    elif repo.private and not was_private:
        send(world, by, "repository", {"action": "privatized"}, repo)


def set_archived(world: World, by: User, repo: Repository, *, archived: bool) -> None:
    """Make a repository read-only, or writable again."""
    if repo.archived == archived:
        return
    repo.archived = archived
    repo.updated_at = world.clock()
    send(world, by, "repository", {"action": "archived" if archived else "unarchived"}, repo)


def rename(world: World, by: User, repo: Repository, name: str) -> None:
    """Give a repository another name; the old one leads to it."""
    if f"{repo.owner}/{name}".lower() in world.repositories:
        message = "name already exists on this account"
        raise invalid("Repository", "name", "custom", message)
    former = repo.name
    del world.repositories[repo.full_name.lower()]
    world.renamed[repo.full_name.lower()] = repo.id
    repo.name = name
    repo.updated_at = world.clock()
    world.repositories[repo.full_name.lower()] = repo
    world.renamed.pop(repo.full_name.lower(), None)
    changes = {"repository": {"name": {"from": former}}}
    send(world, by, "repository", {"action": "renamed", "changes": changes}, repo)


def describe(
    world: World,
    by: User,
    repo: Repository,
    *,
    description: str | None = None,
    homepage: str | None = None,
    topics: Sequence[str] | None = None,
) -> None:
    """Change what a repository says about itself; an empty text says nothing."""
    wanted = {
        "description": repo.description if description is None else description or None,
        "homepage": repo.homepage if homepage is None else homepage or None,
        "topics": repo.topics if topics is None else sorted(topics),
    }
    changes = {
        name: {"from": getattr(repo, name)}
        for name, value in wanted.items()
        if value != getattr(repo, name)
    }
    for name in changes:
        setattr(repo, name, wanted[name])
    if changes:
        repo.updated_at = world.clock()
        send(world, by, "repository", {"action": "edited", "changes": changes}, repo)


def set_default_branch(world: World, by: User, repo: Repository, branch: str) -> None:
    """Let a repository show another branch first."""
    if branch not in repo.branches:
        message = f"The branch {branch} was not found. Please push that ref first or create it"
        raise invalid("Repository", "default_branch", "invalid", message)
    if repo.default_branch == branch:
        return
    changes = {"default_branch": {"from": repo.default_branch}}
    repo.default_branch = branch
    repo.updated_at = world.clock()
    send(world, by, "repository", {"action": "edited", "changes": changes}, repo)


def switch_features(world: World, by: User, repo: Repository, wanted: Mapping[str, bool]) -> None:
    """Switch security features on or off."""
    unknown = [name for name in wanted if name not in repository.FEATURES]
    if unknown:
        raise invalid("Repository", unknown[0], "invalid")
    before = repository.features(repo)
    repo.features.update(wanted)
    after = repository.features(repo)
    if after != before:
        shown = {**repository.full_repository(world, repo), "security_and_analysis": after}
        changes = {"from": {"security_and_analysis": before}}
        payload = {"changes": changes, "repository": shown}
        send(world, by, "security_and_analysis", payload, repo)


def fork(world: World, by: User, repo: Repository) -> Repository:
    """Copy a repository into the account of the one who asks."""
    copy = Repository(
        id=world.next_id(),
        name=repo.name,
        owner=by.login,
        created_at=world.clock(),
        visibility=repo.visibility,
        fork=True,
        commits=dict(repo.commits),
        branches=dict(repo.branches),
    )
    world.repositories[copy.full_name.lower()] = copy
    owner = people.user(world, by)
    shown = repository.repository(world, copy)
    forkee = {**shown, "owner": owner, "public": not copy.private}
    send(world, by, "fork", {"forkee": forkee}, repo)
    return copy


def add_deploy_key(
    world: World, by: User, repo: Repository, *, title: str, key: str, read_only: bool
) -> DeployKey:
    """Let an SSH key open a repository."""
    if any(
        known.key == key
        for found in world.own_repositories()
        for known in found.deploy_keys.values()
    ):
        raise invalid("PublicKey", "key", "custom", "key is already in use")
    made = DeployKey(
        id=world.next_id(),
        title=title,
        key=key,
        read_only=read_only,
        added_by=by,
        created_at=world.clock(),
    )
    repo.deploy_keys[made.id] = made
    shown = repository.deploy_key(world, repo, made)
    send(world, by, "deploy_key", {"action": "created", "key": shown}, repo)
    return made


def delete_deploy_key(world: World, by: User, repo: Repository, number: int) -> None:
    """Lock a key out again."""
    key = repo.deploy_keys.pop(number, None)
    if key is None:
        raise not_found()
    shown = repository.deploy_key(world, repo, key)
    send(world, by, "deploy_key", {"action": "deleted", "key": shown}, repo)
