"""Signed push deliveries, as GitHub sends them, made before the clock starts."""

import hashlib
import hmac
import random
from dataclasses import dataclass
from typing import Any

import orjson

SECRET = "a webhook secret for measuring"
SIZE = 6_700  # bytes of a body; GitHub's own examples of push have 6.5 to 7.7 thousand


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """The organisation and installation that deliveries speak of."""

    org: str = "acme"
    repository: str = "widgets"
    installation: int = 42
    repository_id: int = 7


def push(dice: random.Random, *, target: Target, sender: str, message: str) -> bytes:
    """Return a push payload of `SIZE` bytes: one commit with ``message`` by ``sender``."""
    sha, before, tree = (dice.randbytes(20).hex() for _ in range(3))
    org = {"login": target.org, "id": 1, "node_id": "O_1", "description": None}
    owner = {**_account(target.org, 1), "type": "Organization"}
    author = {"name": sender, "email": f"{sender}@example.com", "username": sender}
    full_name = f"{target.org}/{target.repository}"
    commit = {
        "id": sha,
        "tree_id": tree,
        "distinct": True,
        "message": message,
        "timestamp": "2026-11-22T07:00:00Z",
        "url": f"https://github.com/{full_name}/commit/{sha}",
        "author": author,
        "committer": author,
        "added": [],
        "removed": [],
        "modified": ["README.md"],
    }
    payload: dict[str, Any] = {
        "ref": "refs/heads/main",
        "before": before,
        "after": sha,
        "created": False,
        "deleted": False,
        "forced": False,
        "base_ref": None,
        "compare": f"https://github.com/{full_name}/compare/{before[:12]}...{sha[:12]}",
        "commits": [commit],
        "head_commit": commit,
        "repository": {
            "id": target.repository_id,
            "node_id": "R_7",
            "name": target.repository,
            "full_name": full_name,
            "private": True,
            "owner": owner,
            "html_url": f"https://github.com/{full_name}",
            "default_branch": "main",
            "master_branch": "main",
            "organization": target.org,
            **_urls(full_name),
        },
        "organization": org,
        "pusher": {"name": sender, "email": f"{sender}@example.com"},
        "sender": {**_account(sender, 1000 + dice.randrange(10**6)), "type": "User"},
        "installation": {"id": target.installation, "node_id": "I_42"},
    }
    short = SIZE - len(orjson.dumps(payload))
    payload["repository"]["description"] = "x" * max(0, short - len(b'"description":"",'))
    return orjson.dumps(payload)


def signature(body: bytes) -> str:
    """Return the header that proves a body was signed with `SECRET`."""
    return "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


def request(body: bytes, *, host: str, guid_at: str = "%GUID%") -> tuple[bytes, bytes]:
    """Return a whole HTTP request in two parts; the delivery's GUID goes between them."""
    lines = [
        "POST /webhooks HTTP/1.1",
        f"Host: {host}",
        "User-Agent: GitHub-Hookshot/abcdef0",
        "Accept: */*",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "X-GitHub-Event: push",
        "X-GitHub-Hook-ID: 292430182",
        "X-GitHub-Hook-Installation-Target-ID: 79929171",
        "X-GitHub-Hook-Installation-Target-Type: integration",
        f"X-Hub-Signature-256: {signature(body)}",
        f"X-GitHub-Delivery: {guid_at}",
        "",
        "",
    ]
    head, tail = "\r\n".join(lines).split(guid_at)
    return head.encode(), tail.encode() + body


def guid(seed: int, number: int) -> bytes:
    """Return the GUID of the ``number``-th delivery of a run; no two are alike."""
    return b"%08x-0000-4000-8000-%012x" % (seed & 0xFFFFFFFF, number)


def _account(login: str, number: int) -> dict[str, Any]:
    api = f"https://api.github.com/users/{login}"
    return {
        "login": login,
        "id": number,
        "node_id": f"U_{number}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{number}?v=4",
        "url": api,
        "html_url": f"https://github.com/{login}",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "site_admin": False,
    }


def _urls(full_name: str) -> dict[str, str]:
    """Return the many addresses that GitHub's payloads carry for a repository."""
    names = (
        "forks keys collaborators teams hooks issue_events events assignees branches tags blobs "
        "git_tags git_refs trees statuses languages stargazers contributors subscribers "
        "subscription commits git_commits comments issue_comment contents compare merges archive "
        "downloads issues pulls milestones notifications labels releases deployments"
    )
    api = f"https://api.github.com/repos/{full_name}"
    return {f"{name}_url": f"{api}/{name}{{/id}}" for name in names.split()}
