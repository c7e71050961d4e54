"""Commits, branches and contents, as GitHub shows them."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from bot.simulator.shapes import people
from bot.simulator.state.people import User
from bot.simulator.state.repository import Commit, Repository
from bot.simulator.world import World, stamp

Z40 = "0" * 40


def email(who: User) -> str:
    """Return the address GitHub gives to whoever hides theirs."""
    return f"{who.id}+{who.login}@users.noreply.github.com"


def blob_sha(content: bytes) -> str:
    """Return the id Git gives a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def signature(commit: Commit) -> dict[str, Any]:
    """Return who made a commit, and when, as the commit itself says."""
    who = commit.author
    return {"name": who.name or who.login, "email": email(who), "date": stamp(commit.at)}


def commit_full(world: World, repo: Repository, made: Commit) -> dict[str, Any]:
    """Return GitHub's ``commit``, with the files it changed."""
    root = f"{world.api}/repos/{repo.full_name}"
    page = f"{world.html}/{repo.full_name}/commit"
    author = people.user(world, made.author)
    unsigned = {"verified": False, "reason": "unsigned", "signature": None, "payload": None}
    return {
        "sha": made.sha,
        "node_id": f"C_{made.sha}",
        "commit": {
            "author": signature(made),
            "committer": signature(made),
            "message": made.message,
            "tree": {"sha": made.tree, "url": f"{root}/git/trees/{made.tree}"},
            "url": f"{root}/git/commits/{made.sha}",
            "comment_count": 0,
            "verification": {**unsigned, "verified_at": None},
        },
        "url": f"{root}/commits/{made.sha}",
        "html_url": f"{page}/{made.sha}",
        "comments_url": f"{root}/commits/{made.sha}/comments",
        "author": author,
        "committer": author,
        "parents": [
            {"sha": sha, "url": f"{root}/commits/{sha}", "html_url": f"{page}/{sha}"}
            for sha in made.parents
        ],
    }


def commit_with_files(world: World, repo: Repository, made: Commit) -> dict[str, Any]:
    """Return one commit as the API shows it on its own: with its files and their patches."""
    before = repo.commits[made.parents[0]].files if made.parents else {}
    files = [_file(world, repo, made, path, before.get(path)) for path in made.changed]
    added = sum(entry["additions"] for entry in files)
    removed = sum(entry["deletions"] for entry in files)
    stats = {"total": added + removed, "additions": added, "deletions": removed}
    return {**commit_full(world, repo, made), "stats": stats, "files": files}


def _file(
    world: World, repo: Repository, made: Commit, path: str, old: bytes | None
) -> dict[str, Any]:
    new = made.files.get(path)
    removed = old.decode(errors="replace").splitlines() if old is not None else []
    added = new.decode(errors="replace").splitlines() if new is not None else []
    at = f"{made.sha}/{path}"
    lines = [f"-{line}" for line in removed] + [f"+{line}" for line in added]
    status = "added" if old is None else "removed" if new is None else "modified"
    hunk = f"@@ -{min(1, len(removed))},{len(removed)} +{min(1, len(added))},{len(added)} @@"
    return {
        "sha": blob_sha(new if new is not None else old or b""),
        "filename": path,
        "status": status,
        "additions": len(added),
        "deletions": len(removed),
        "changes": len(added) + len(removed),
        "blob_url": f"{world.html}/{repo.full_name}/blob/{at}",
        "raw_url": f"{world.html}/{repo.full_name}/raw/{at}",
        "contents_url": f"{world.api}/repos/{repo.full_name}/contents/{path}?ref={made.sha}",
        "patch": "\n".join([hunk, *lines]),
    }


def push_commit(world: World, repo: Repository, made: Commit) -> dict[str, Any]:
    """Return a commit as a ``push`` webhook carries it: file names, no content."""
    who = made.author
    person = {"name": who.name or who.login, "email": email(who), "username": who.login}
    before = repo.commits[made.parents[0]].files if made.parents else {}
    return {
        "id": made.sha,
        "tree_id": made.tree,
        "distinct": True,
        "message": made.message,
        "timestamp": stamp(made.at),
        "url": f"{world.html}/{repo.full_name}/commit/{made.sha}",
        "author": {**person, "date": stamp(made.at)},
        "committer": {**person, "date": stamp(made.at)},
        "added": [path for path in made.changed if path in made.files and path not in before],
        "removed": [path for path in made.changed if path not in made.files],
        "modified": [path for path in made.changed if path in made.files and path in before],
    }


def branch(world: World, repo: Repository, name: str) -> dict[str, Any]:
    """Return GitHub's ``short-branch``."""
    sha = repo.branches[name]
    at = f"{world.api}/repos/{repo.full_name}/commits/{sha}"
    return {"name": name, "commit": {"sha": sha, "url": at}, "protected": False}


def content_file(
    world: World, repo: Repository, path: str, content: bytes, ref: str
) -> dict[str, Any]:
    """Return GitHub's ``content-file``: a file with its content in Base64."""
    encoded = base64.encodebytes(content).decode()
    return {
        **_file_entry(world, repo, path, content, ref),
        "content": encoded,
        "encoding": "base64",
    }


def folder(
    world: World, repo: Repository, files: Mapping[str, bytes], path: str, ref: str
) -> list[dict[str, Any]]:
    """Return what a folder holds: its files and its folders; empty when there is no such folder."""
    prefix = f"{path}/" if path else ""
    inside = [name.removeprefix(prefix) for name in sorted(files) if name.startswith(prefix)]
    entries = []
    for first in dict.fromkeys(name.partition("/")[0] for name in inside):
        whole = prefix + first
        if whole in files:
            entries.append(_file_entry(world, repo, whole, files[whole], ref))
        else:
            sha = blob_sha(repr([whole, sorted(files)]).encode())
            entries.append(_entry(world, repo, whole, sha, ref) | {"size": 0, "type": "dir"})
    return entries


def _file_entry(
    world: World, repo: Repository, path: str, content: bytes, ref: str
) -> dict[str, Any]:
    entry = _entry(world, repo, path, blob_sha(content), ref, kind="blob")
    raw = f"{world.html}/{repo.full_name}/raw/{ref}/{path}"
    return {**entry, "size": len(content), "type": "file", "download_url": raw}


def _entry(
    world: World, repo: Repository, path: str, sha: str, ref: str, *, kind: str = "tree"
) -> dict[str, Any]:
    own = f"{world.api}/repos/{repo.full_name}/contents/{path}?ref={ref}"
    git = f"{world.api}/repos/{repo.full_name}/git/{kind}s/{sha}"
    page = f"{world.html}/{repo.full_name}/{kind}/{ref}/{path}"
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": sha,
        "url": own,
        "html_url": page,
        "git_url": git,
        "download_url": None,
        "_links": {"self": own, "git": git, "html": page},
    }
