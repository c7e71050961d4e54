"""Repositories, collaborators, invitations and deploy keys, as GitHub shows them."""

from functools import lru_cache
from typing import Any

from bot.simulator.shapes import people
from bot.simulator.shapes.properties import shown_values
from bot.simulator.state.people import User
from bot.simulator.state.repository import (
    LEGACY,
    LEVELS,
    ROLE_NAMES,
    DeployKey,
    Repository,
    RepositoryInvitation,
)
from bot.simulator.world import World, stamp

_LINKS = {
    "assignees": "{/user}",
    "branches": "{/branch}",
    "collaborators": "{/collaborator}",
    "comments": "{/number}",
    "commits": "{/sha}",
    "issues": "{/number}",
    "keys": "{/key_id}",
    "labels": "{/name}",
    "milestones": "{/number}",
    "notifications": "{?since,all,participating}",
    "pulls": "{/number}",
    "releases": "{/id}",
    "contributors": "",
    "deployments": "",
    "downloads": "",
    "events": "",
    "forks": "",
    "hooks": "",
    "languages": "",
    "merges": "",
    "stargazers": "",
    "subscribers": "",
    "subscription": "",
    "tags": "",
    "teams": "",
}

_DEEPER_LINKS = {
    "archive_url": "{archive_format}{/ref}",
    "blobs_url": "git/blobs{/sha}",
    "compare_url": "compare/{base}...{head}",
    "contents_url": "contents/{+path}",
    "git_commits_url": "git/commits{/sha}",
    "git_refs_url": "git/refs{/sha}",
    "git_tags_url": "git/tags{/sha}",
    "issue_comment_url": "issues/comments{/number}",
    "issue_events_url": "issues/events{/number}",
    "statuses_url": "statuses/{sha}",
    "trees_url": "git/trees{/sha}",
}


@lru_cache(maxsize=1024)
def _links(api: str, html: str, full_name: str) -> dict[str, str]:
    """Return a repository's many addresses; the same for ever, so they are made once."""
    root = f"{api}/repos/{full_name}"
    page = f"{html}/{full_name}"
    host = html.partition("://")[2]
    return {
        "html_url": page,
        "url": root,
        **{f"{name}_url": f"{root}/{name}{rest}" for name, rest in _LINKS.items()},
        **{name: f"{root}/{rest}" for name, rest in _DEEPER_LINKS.items()},
        "git_url": f"git://{host}/{full_name}.git",
        "ssh_url": f"git@{host}:{full_name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
    }


def repository(world: World, repo: Repository) -> dict[str, Any]:
    """Return what all of GitHub's shapes of a repository have in common."""
    open_issues = sum(issue.state == "open" for issue in repo.issues.values())
    organizations = repo.owner == world.org.login
    owner = (
        people.organization_owner(world)
        if organizations
        else people.user(world, world.person(repo.owner))
    )
    return {
        "id": repo.id,
        "node_id": f"R_{repo.id}",
        "name": repo.name,
        "full_name": repo.full_name,
        "private": repo.private,
        "owner": owner,
        **_links(world.api, world.html, repo.full_name),
        "description": repo.description,
        "fork": repo.fork,
        "created_at": stamp(repo.created_at),
        "updated_at": stamp(repo.updated_at or repo.created_at),
        "pushed_at": stamp(repo.pushed_at or repo.created_at),
        "homepage": repo.homepage,
        "size": sum(map(len, tree(repo).values())) // 1024,
        "stargazers_count": 0,
        "watchers_count": 0,
        "language": None,
        "has_issues": repo.has_issues,
        "has_projects": True,
        "has_downloads": True,
        "has_wiki": True,
        "has_pages": False,
        "forks_count": 0,
        "mirror_url": None,
        "archived": repo.archived,
        "disabled": False,
        "open_issues_count": open_issues,
        "license": None,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "topics": list(repo.topics),
        "visibility": repo.visibility,
        "forks": 0,
        "open_issues": open_issues,
        "watchers": 0,
        "default_branch": repo.default_branch,
    }


def tree(repo: Repository) -> dict[str, bytes]:
    """Return the files of the default branch."""
    head = repo.branches.get(repo.default_branch)
    return repo.commits[head].files if head else {}


def webhook_repository(world: World, repo: Repository) -> dict[str, Any]:
    """Return the repository as a webhook carries it."""
    values = shown_values(world, repo)
    return {**repository(world, repo), "has_discussions": False, "custom_properties": values}


def minimal_repository(world: World, repo: Repository) -> dict[str, Any]:
    """Return GitHub's ``minimal-repository``, as lists hold it."""
    return {**repository(world, repo), "has_discussions": False}


def full_repository(world: World, repo: Repository) -> dict[str, Any]:
    """Return GitHub's ``full-repository``, with what the App itself may do in it."""
    writes = world.app.permissions.get("contents") == "write"
    administers = world.app.permissions.get("administration") == "write"
    allowed = {"admin": administers, "maintain": False, "push": writes}
    return {
        **repository(world, repo),
        **({"security_and_analysis": features(repo)} if administers else {}),
        "has_discussions": False,
        "permissions": {**allowed, "triage": False, "pull": True},
        "allow_squash_merge": True,
        "allow_merge_commit": True,
        "allow_rebase_merge": True,
        "allow_auto_merge": False,
        "delete_branch_on_merge": False,
        "organization": people.organization_owner(world),
        "network_count": 0,
        "subscribers_count": 0,
        "custom_properties": shown_values(world, repo),
    }


FEATURES = (
    *("advanced_security", "code_security", "dependabot_security_updates", "secret_scanning"),
    *("secret_scanning_push_protection", "secret_scanning_non_provider_patterns"),
    *("secret_scanning_ai_detection", "secret_scanning_validity_checks"),
)
"""The security features that a repository can have."""


def features(repo: Repository) -> dict[str, Any]:
    """Return GitHub's ``security-and-analysis``: which security features are on."""
    return {
        name: {"status": "enabled" if repo.features.get(name) else "disabled"} for name in FEATURES
    }


def short_repository(repo: Repository) -> dict[str, Any]:
    """Return the five fields by which an installation or a token names a repository."""
    return {
        "id": repo.id,
        "node_id": f"R_{repo.id}",
        "name": repo.name,
        "full_name": repo.full_name,
        "private": repo.private,
    }


def team_repository(world: World, repo: Repository, granted: str) -> dict[str, Any]:
    """Return GitHub's ``team-repository``: a repository and what the team may do in it."""
    shown = repository(world, repo)
    return {**shown, "permissions": flags(granted), "role_name": ROLE_NAMES[granted]}


def flags(granted: str) -> dict[str, bool]:
    """Return a level as five yes-or-no answers, as GitHub's ``permissions`` has it."""
    rank = LEVELS.index(granted)
    return {name: LEVELS.index(name) <= rank for name in reversed(LEVELS) if name != "none"}


def collaborator(world: World, who: User, granted: str) -> dict[str, Any]:
    """Return GitHub's ``collaborator``."""
    shown = people.user(world, who)
    return {**shown, "permissions": flags(granted), "role_name": ROLE_NAMES[granted]}


def collaborator_permission(world: World, who: User, granted: str) -> dict[str, Any]:
    """Return GitHub's ``repository-collaborator-permission``."""
    return {
        "permission": LEGACY[granted],
        "user": collaborator(world, who, granted),
        "role_name": ROLE_NAMES[granted],
    }


def invitation(world: World, repo: Repository, invited: RepositoryInvitation) -> dict[str, Any]:
    """Return GitHub's ``repository-invitation``."""
    return {
        "id": invited.id,
        "node_id": f"RI_{invited.id}",
        "repository": minimal_repository(world, repo),
        "invitee": people.user(world, invited.invitee),
        "inviter": people.user(world, invited.inviter),
        "permissions": ROLE_NAMES[invited.permission],
        "created_at": stamp(invited.created_at),
        "expired": False,
        "url": f"{world.api}/user/repository_invitations/{invited.id}",
        "html_url": f"{world.html}/{repo.full_name}/invitations",
    }


def deploy_key(world: World, repo: Repository, key: DeployKey) -> dict[str, Any]:
    """Return GitHub's ``deploy-key``."""
    return {
        "id": key.id,
        "key": key.key,
        "url": f"{world.api}/repos/{repo.full_name}/keys/{key.id}",
        "title": key.title,
        "verified": True,
        "created_at": stamp(key.created_at),
        "read_only": key.read_only,
        "added_by": key.added_by.login,
        "last_used": None,
        "enabled": True,
    }
