"""Issues, comments, labels and reactions, as GitHub shows them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.simulator.shapes import app, people
from bot.simulator.state.issues import REACTION_NAMES, Comment, Issue, Label, Reaction
from bot.simulator.state.people import User
from bot.simulator.state.repository import LEVELS, Repository
from bot.simulator.world import World, stamp


def label(world: World, repo: Repository, tag: Label) -> dict[str, Any]:
    """Return GitHub's ``label``."""
    return {
        "id": tag.id,
        "node_id": f"LA_{tag.id}",
        "url": f"{world.api}/repos/{repo.full_name}/labels/{tag.name}",
        "name": tag.name,
        "color": tag.color,
        "default": False,
        "description": tag.description,
    }


def rollup(url: str, reactions: Sequence[Reaction]) -> dict[str, Any]:
    """Return GitHub's ``reaction-rollup``: how often each reaction was given."""
    counted = Counter(reaction.content for reaction in reactions)
    return {
        "url": f"{url}/reactions",
        "total_count": len(reactions),
        **{name: counted[name] for name in REACTION_NAMES},
    }


def reaction(world: World, given: Reaction) -> dict[str, Any]:
    """Return GitHub's ``reaction``."""
    return {
        "id": given.id,
        "node_id": f"REA_{given.id}",
        "user": people.user(world, given.user),
        "content": given.content,
        "created_at": stamp(given.created_at),
    }


def association(world: World, repo: Repository, who: User) -> str:
    """Return GitHub's ``author_association``, which says little and must not be relied on."""
    if world.org.role(who):
        return "MEMBER"
    direct = repo.collaborators.get(who.key, "none")
    return "COLLABORATOR" if LEVELS.index(direct) else "NONE"


def _via_app(world: World, who: User) -> dict[str, Any] | None:
    return app.integration(world) if who is world.bot else None


def issue(world: World, repo: Repository, item: Issue) -> dict[str, Any]:
    """Return GitHub's ``issue``, as the API and webhooks show it."""
    root = f"{world.api}/repos/{repo.full_name}"
    url = f"{root}/issues/{item.number}"
    page = f"{world.html}/{repo.full_name}/{'pull' if item.branch else 'issues'}/{item.number}"
    assignees = [people.user(world, who) for who in item.assignees]
    shown = {
        "id": item.id,
        "node_id": f"I_{item.id}",
        "url": url,
        "repository_url": root,
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": page,
        "number": item.number,
        "title": item.title,
        "user": people.user(world, item.user),
        "labels": [label(world, repo, tag) for tag in item.labels],
        "state": item.state,
        "locked": item.locked,
        "assignee": assignees[0] if assignees else None,
        "assignees": assignees,
        "milestone": None,
        "comments": len(item.comments),
        "created_at": stamp(item.created_at),
        "updated_at": stamp(item.updated_at),
        "closed_at": stamp(item.closed_at),
        "author_association": association(world, repo, item.user),
        "active_lock_reason": item.lock_reason,
        "body": item.body,
        "reactions": rollup(url, item.reactions),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": _via_app(world, item.user),
        "state_reason": item.state_reason,
        "sub_issues_summary": {"total": 0, "completed": 0, "percent_completed": 0},
    }
    if item.branch is not None:
        pull = f"{root}/pulls/{item.number}"
        addresses = {"url": pull, "html_url": page, "diff_url": f"{page}.diff"}
        shown["pull_request"] = {**addresses, "patch_url": f"{page}.patch", "merged_at": None}
        shown["draft"] = False
    return shown


def issue_with_closer(world: World, repo: Repository, item: Issue) -> dict[str, Any]:
    """Return one issue as the API shows it on its own: with who closed it."""
    closer = people.user(world, item.closed_by) if item.closed_by else None
    return {**issue(world, repo, item), "closed_by": closer}


def comment(world: World, repo: Repository, written: Comment) -> dict[str, Any]:
    """Return GitHub's ``issue-comment``."""
    root = f"{world.api}/repos/{repo.full_name}/issues"
    page = f"{world.html}/{repo.full_name}/issues/{written.issue}"
    url = f"{root}/comments/{written.id}"
    return {
        "id": written.id,
        "node_id": f"IC_{written.id}",
        "url": url,
        "html_url": f"{page}#issuecomment-{written.id}",
        "issue_url": f"{root}/{written.issue}",
        "user": people.user(world, written.user),
        "created_at": stamp(written.created_at),
        "updated_at": stamp(written.updated_at),
        "body": written.body,
        "author_association": association(world, repo, written.user),
        "reactions": rollup(url, written.reactions),
        "performed_via_github_app": _via_app(world, written.user),
    }
