"""Pull requests, as webhooks carry them."""

from typing import Any

from bot.simulator.shapes import git
from bot.simulator.shapes.issues import association, issue
from bot.simulator.shapes.repository import repository
from bot.simulator.state.issues import Issue
from bot.simulator.state.repository import Repository
from bot.simulator.world import World


def pull_request(world: World, repo: Repository, item: Issue) -> dict[str, Any]:
    """Return GitHub's ``pull-request``, as its webhook carries it."""
    shown = issue(world, repo, item)
    root = f"{world.api}/repos/{repo.full_name}/pulls/{item.number}"
    head = repo.branches.get(item.branch or "", git.Z40)
    kept = {key: value for key, value in shown.items() if key in _PULL_FROM_ISSUE}
    links = {
        "self": root,
        "html": shown["html_url"],
        "issue": shown["url"],
        "comments": shown["comments_url"],
        "review_comments": f"{root}/comments",
        "review_comment": f"{world.api}/repos/{repo.full_name}/pulls/comments{{/number}}",
        "commits": f"{root}/commits",
        "statuses": f"{world.api}/repos/{repo.full_name}/statuses/{head}",
    }
    addresses = {
        f"{name}_url": links[name]
        for name in ("comments", "commits", "statuses", "review_comments", "review_comment")
    }
    return {
        **kept,
        **addresses,
        "url": root,
        "issue_url": shown["url"],
        "diff_url": f"{shown['html_url']}.diff",
        "patch_url": f"{shown['html_url']}.patch",
        "node_id": f"PR_{item.id}",
        "merged_at": None,
        "merge_commit_sha": None,
        "requested_reviewers": [],
        "requested_teams": [],
        "draft": False,
        "head": _side(world, repo, item.branch or "", head),
        "base": _side(world, repo, repo.default_branch, repo.branches[repo.default_branch]),
        "_links": {name: {"href": address} for name, address in links.items()},
        "author_association": association(world, repo, item.user),
        "auto_merge": None,
        "merged": False,
        "mergeable": None,
        "rebaseable": None,
        "mergeable_state": "unknown",
        "merged_by": None,
        "review_comments": 0,
        "maintainer_can_modify": False,
        "commits": 1,
        "additions": 0,
        "deletions": 0,
        "changed_files": 0,
    }


_PULL_FROM_ISSUE = frozenset(
    (
        *("id", "html_url", "number", "state", "locked", "title", "user", "body", "created_at"),
        *("updated_at", "closed_at", "assignee", "assignees", "labels", "milestone"),
        *("active_lock_reason", "comments"),
    )
)


def _side(world: World, repo: Repository, name: str, sha: str) -> dict[str, Any]:
    shown = {**repository(world, repo), "has_discussions": False}
    merging = {
        "allow_squash_merge": True,
        "allow_merge_commit": True,
        "allow_rebase_merge": True,
        "allow_auto_merge": False,
        "delete_branch_on_merge": False,
        "allow_update_branch": False,
        "use_squash_pr_title_as_default": False,
        "squash_merge_commit_message": "COMMIT_MESSAGES",
        "squash_merge_commit_title": "COMMIT_OR_PR_TITLE",
        "merge_commit_message": "PR_TITLE",
        "merge_commit_title": "MERGE_MESSAGE",
    }
    return {
        "label": f"{repo.owner}:{name}",
        "ref": name,
        "sha": sha,
        "user": shown["owner"],
        "repo": {**shown, **merging},
    }
