"""Commits, pushes, branches and tags."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from bot.simulator.changes.webhook import send
from bot.simulator.problem import not_found
from bot.simulator.shapes import git, people
from bot.simulator.shapes.repository import webhook_repository
from bot.simulator.state.people import User
from bot.simulator.state.repository import Commit, Repository
from bot.simulator.world import World, stamp


def commit(
    world: World,
    by: User,
    repo: Repository,
    branch: str,
    *,
    message: str,
    files: Mapping[str, bytes | None],
) -> Commit:
    """Add a commit to a branch, without telling anybody; ``None`` deletes a file."""
    parent = repo.branches.get(branch) or repo.branches.get(repo.default_branch)
    tree = dict(repo.commits[parent].files) if parent else {}
    for path, content in files.items():
        if content is None:
            tree.pop(path, None)
        else:
            tree[path] = content
    at = world.clock()
    identity = repr((repo.id, parent, message, by.login, at, sorted(tree), world.next_id()))
    made = Commit(
        sha=hashlib.sha1(identity.encode(), usedforsecurity=False).hexdigest(),
        tree=hashlib.sha1(repr(tree).encode(), usedforsecurity=False).hexdigest(),
        message=message,
        author=by,
        at=at,
        parents=(parent,) if parent else (),
        files=tree,
        changed=tuple(files),
    )
    repo.commits[made.sha] = made
    repo.branches[branch] = made.sha
    repo.pushed_at = at
    return made


def push(
    world: World,
    by: User,
    repo: Repository,
    branch: str,
    commits: Sequence[tuple[str, Mapping[str, bytes | None]]],
    *,
    forced: bool = False,
) -> list[Commit]:
    """Push commits (message, files) to a branch, which is made if it is not there.

    A ``forced`` push throws the branch's last commit away first, as a rewritten history does.
    """
    before = repo.branches.get(branch)
    if forced and before and repo.commits[before].parents:
        repo.branches[branch] = repo.commits[before].parents[0]
    made = [
        commit(world, by, repo, branch, message=message, files=files) for message, files in commits
    ]
    after = repo.branches[branch]
    if before is None:
        _send_ref(world, by, repo, "create", name=branch, kind="branch")
    _send_push(
        world, by, repo, f"refs/heads/{branch}", moved=(before, after), made=made, forced=forced
    )
    return made


def create_branch(world: World, by: User, repo: Repository, name: str) -> None:
    """Start a branch where the default branch is."""
    repo.branches[name] = repo.branches[repo.default_branch]
    _send_ref(world, by, repo, "create", name=name, kind="branch")
    _send_push(world, by, repo, f"refs/heads/{name}", moved=(None, repo.branches[name]))


def create_tag(world: World, by: User, repo: Repository, name: str) -> None:
    """Tag the default branch's last commit."""
    repo.tags[name] = repo.branches[repo.default_branch]
    _send_ref(world, by, repo, "create", name=name, kind="tag")
    _send_push(world, by, repo, f"refs/tags/{name}", moved=(None, repo.tags[name]))


def delete_branch(world: World, by: User, repo: Repository, name: str) -> None:
    """Delete a branch."""
    before = repo.branches.pop(name, None)
    if before is None:
        raise not_found()
    _send_ref(world, by, repo, "delete", name=name, kind="branch")
    _send_push(world, by, repo, f"refs/heads/{name}", moved=(before, None))


def _send_ref(
    world: World, by: User, repo: Repository, event: str, *, name: str, kind: str
) -> None:
    payload: dict[str, Any] = {"ref": name, "ref_type": kind, "pusher_type": "user"}
    if event == "create":
        payload |= {"master_branch": repo.default_branch, "description": repo.description}
    send(world, by, event, payload, repo)


def _send_push(
    world: World,
    by: User,
    repo: Repository,
    ref: str,
    *,
    moved: tuple[str | None, str | None],
    made: Sequence[Commit] = (),
    forced: bool = False,
) -> None:
    before, after = (sha or git.Z40 for sha in moved)
    commits = [git.push_commit(world, repo, entry) for entry in made]
    head = repo.commits.get(after)
    page = f"{world.html}/{repo.full_name}"
    payload = {
        "ref": ref,
        "before": before,
        "after": after,
        "repository": _push_repository(world, repo),
        "pusher": {"name": by.login, "email": git.email(by)},
        "created": moved[0] is None,
        "deleted": moved[1] is None,
        "forced": forced,
        "base_ref": None,
        "compare": f"{page}/compare/{before[:12]}...{after[:12]}",
        "commits": commits,
        "head_commit": git.push_commit(world, repo, head) if head else None,
    }
    send(world, by, "push", payload, repo)


def _push_repository(world: World, repo: Repository) -> dict[str, Any]:
    """Return the repository as ``push`` alone has it: two times are seconds since 1970."""
    owner = {**people.organization_owner(world), "name": repo.owner, "email": None}
    return {
        **webhook_repository(world, repo),
        "owner": owner,
        "created_at": int(repo.created_at.timestamp()),
        "pushed_at": int((repo.pushed_at or repo.created_at).timestamp()),
        "updated_at": stamp(repo.updated_at or repo.created_at),
        "stargazers": 0,
        "master_branch": repo.default_branch,
        "organization": repo.owner,
    }
