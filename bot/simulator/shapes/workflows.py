"""GitHub Actions as GitHub shows them."""

from typing import Any

from bot.simulator.shapes import people
from bot.simulator.shapes.git import push_commit
from bot.simulator.shapes.repository import minimal_repository
from bot.simulator.state.repository import Repository
from bot.simulator.state.workflows import Run, Runner, SelectedActions, Workflow
from bot.simulator.world import World, stamp


def repository_policy(world: World, repo: Repository) -> dict[str, Any]:
    """Return GitHub's ``actions-repository-permissions``."""
    if not repo.actions.enabled:
        return {"enabled": False}
    url = f"{world.api}/repos/{repo.full_name}/actions/permissions/selected-actions"
    selected = {"selected_actions_url": url} if repo.actions.allowed == "selected" else {}
    return {"enabled": True, "allowed_actions": repo.actions.allowed, **selected}


def organization_policy(world: World) -> dict[str, Any]:
    """Return GitHub's ``actions-organization-permissions``."""
    actions, root = world.actions, f"{world.api}/orgs/{world.org.login}/actions/permissions"
    shown: dict[str, Any] = {"enabled_repositories": actions.enabled}
    if actions.enabled == "none":
        return shown
    shown["allowed_actions"] = actions.allowed
    if actions.enabled == "selected":
        shown["selected_repositories_url"] = f"{root}/repositories"
    if actions.allowed == "selected":
        shown["selected_actions_url"] = f"{root}/selected-actions"
    return shown


def selected_actions(selected: SelectedActions) -> dict[str, Any]:
    """Return GitHub's ``selected-actions``."""
    return {
        "github_owned_allowed": selected.github_owned_allowed,
        "verified_allowed": selected.verified_allowed,
        "patterns_allowed": list(selected.patterns_allowed),
    }


def runner(machine: Runner) -> dict[str, Any]:
    """Return GitHub's ``runner``."""
    return {
        "id": machine.id,
        "name": machine.name,
        "os": "linux",
        "status": "online",
        "busy": machine.busy,
        "ephemeral": False,
        "runner_group_id": 1,
        "labels": [{"id": 1, "name": "self-hosted", "type": "read-only"}],
    }


def workflow(world: World, repo: Repository, known: Workflow) -> dict[str, Any]:
    """Return GitHub's ``workflow``."""
    page, at = f"{world.html}/{repo.full_name}", stamp(known.created_at)
    return {
        "id": known.id,
        "node_id": f"W_{known.id}",
        "name": known.name,
        "path": known.path,
        "state": known.state,
        "created_at": at,
        "updated_at": at,
        "url": f"{world.api}/repos/{repo.full_name}/actions/workflows/{known.id}",
        "html_url": f"{page}/blob/{repo.default_branch}/{known.path}",
        "badge_url": f"{page}/workflows/{known.name}/badge.svg",
    }


def run(world: World, repo: Repository, known: Run) -> dict[str, Any]:
    """Return GitHub's ``workflow-run``."""
    root = f"{world.api}/repos/{repo.full_name}"
    url = f"{root}/actions/runs/{known.id}"
    shown = minimal_repository(world, repo)
    commit = repo.commits[known.sha]
    head = push_commit(world, repo, commit)
    by = people.user(world, known.by)
    return {
        "id": known.id,
        "node_id": f"WFR_{known.id}",
        "name": known.workflow.name,
        "display_title": commit.message.partition("\n")[0],
        "path": known.workflow.path,
        "event": known.event,
        "status": known.status,
        "conclusion": known.conclusion,
        "workflow_id": known.workflow.id,
        "run_number": known.number,
        "run_attempt": 1,
        "head_branch": known.branch,
        "head_sha": known.sha,
        "head_commit": {
            "id": commit.sha,
            "tree_id": commit.tree,
            "message": commit.message,
            "timestamp": head["timestamp"],
            **{
                who: {k: head[who][k] for k in ("name", "email")} for who in ("author", "committer")
            },
        },
        "actor": by,
        "triggering_actor": by,
        "repository": shown,
        "head_repository": shown,
        "pull_requests": [],
        "referenced_workflows": [],
        "check_suite_id": known.id,
        "check_suite_node_id": f"CS_{known.id}",
        "previous_attempt_url": None,
        "created_at": stamp(known.started_at),
        "run_started_at": stamp(known.started_at),
        "updated_at": stamp(known.updated_at),
        "url": url,
        "html_url": f"{world.html}/{repo.full_name}/actions/runs/{known.id}",
        "check_suite_url": f"{root}/check-suites/{known.id}",
        "workflow_url": f"{root}/actions/workflows/{known.workflow.id}",
        **{
            f"{name}_url": f"{url}/{name}"
            for name in ("artifacts", "cancel", "jobs", "logs", "rerun")
        },
    }


def webhook_run(world: World, repo: Repository, known: Run) -> dict[str, Any]:
    """Return a run as ``workflow_run`` carries it: its repositories have fewer fields."""
    shown = run(world, repo, known)
    few = {name: shown["repository"][name] for name in _REPOSITORY if name in shown["repository"]}
    return {**shown, "repository": few, "head_repository": few}


_REPOSITORY = (
    *("id", "node_id", "name", "full_name", "private", "owner", "html_url", "description"),
    *("fork", "url", "archive_url", "assignees_url", "blobs_url", "branches_url"),
    *("collaborators_url", "comments_url", "commits_url", "compare_url", "contents_url"),
    *("contributors_url", "deployments_url", "downloads_url", "events_url", "forks_url"),
    *("git_commits_url", "git_refs_url", "git_tags_url", "hooks_url", "issue_comment_url"),
    *("issue_events_url", "issues_url", "keys_url", "labels_url", "languages_url", "merges_url"),
    *("milestones_url", "notifications_url", "pulls_url", "releases_url", "stargazers_url"),
    *("statuses_url", "subscribers_url", "subscription_url", "tags_url", "teams_url"),
    "trees_url",
)
