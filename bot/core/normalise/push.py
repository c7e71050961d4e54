"""`push`, `create`, `delete`, `fork`: what happens to branches, tags and copies."""

from bot.core.normalise.payload import Payload, dig
from bot.core.normalise.readers import count, equals, flag, made, number, text, texts
from bot.core.normalise.table import Family, Row

_BRANCH, _TAG = "refs/heads/", "refs/tags/"


def _branch(payload: Payload) -> str | None:
    return _named(payload, _BRANCH)


def _tag(payload: Payload) -> str | None:
    return _named(payload, _TAG)


def _named(payload: Payload, prefix: str) -> str | None:
    ref = payload.get("ref")
    return ref[len(prefix) :] if type(ref) is str and ref.startswith(prefix) else None


def _to_default_branch(payload: Payload) -> bool | None:
    default = dig(payload, ("repository", "default_branch"))
    return _branch(payload) == default if type(default) is str else None


PUSH = Family(
    event="push",
    about="Commits arrived, or a branch or tag was made, moved or deleted.",
    fields=(
        text("actor", "sender.login", "pusher.name"),
        text("ref", "ref"),
        made("branch", "`ref` without `refs/heads/`", _branch),
        made("tag", "`ref` without `refs/tags/`", _tag),
        made(
            "default_branch", "whether `branch` is `repository.default_branch`", _to_default_branch
        ),
        flag("forced", "forced"),
        flag("created", "created"),
        flag("deleted", "deleted"),
        text("before", "before"),
        text("after", "after"),
        text("base_ref", "base_ref"),
        text("compare", "compare"),
        count("commit_count", "commits"),
        texts("commit_shas", "commits.id"),
        texts("commit_messages", "commits.message"),
        texts("commit_author_emails", "commits.author.email"),
        texts("added", "commits.added"),
        texts("modified", "commits.modified"),
        texts("removed", "commits.removed"),
    ),
    rows=(Row(action=None, becomes="git.push", operation="modify"),),
    notes=(
        (
            "`actor` is who pushed; names, e-mails and times inside commits are whatever their"
            " author wrote."
        ),
        (
            "A payload lists at most 2048 commits, and no push is sent when more than 5,000"
            " branches or 3 tags are pushed at once."
        ),
    ),
)

_REF = (
    text("ref", "ref"),
    text("ref_type", "ref_type"),
    text("pusher_type", "pusher_type"),
)

CREATE = Family(
    event="create",
    about="A branch or tag was made. A push tells it too, with `created: true`.",
    fields=_REF,
    rows=(
        Row(
            action=None,
            when=equals("ref_type", "branch"),
            becomes="branch.create",
            operation="create",
            fields=(text("branch", "ref"),),
            coined=True,
        ),
        Row(
            action=None,
            when=equals("ref_type", "tag"),
            becomes="tag.create",
            operation="create",
            fields=(text("tag", "ref"),),
            coined=True,
        ),
    ),
)

DELETE = Family(
    event="delete",
    about="A branch or tag was deleted. A push tells it too, with `deleted: true`.",
    fields=_REF,
    rows=(
        Row(
            action=None,
            when=equals("ref_type", "branch"),
            becomes="branch.destroy",
            operation="remove",
            fields=(text("branch", "ref"),),
            coined=True,
        ),
        Row(
            action=None,
            when=equals("ref_type", "tag"),
            becomes="tag.destroy",
            operation="remove",
            fields=(text("tag", "ref"),),
            coined=True,
        ),
    ),
)

FORK = Family(
    event="fork",
    about="Somebody made a copy of a repository. `repo` is the original.",
    fields=(
        text("fork", "forkee.full_name"),
        number("fork_id", "forkee.id"),
        text("fork_owner", "forkee.owner.login"),
        text("fork_visibility", "forkee.visibility"),
        flag("fork_private", "forkee.private"),
    ),
    rows=(Row(action=None, becomes="repo.fork", operation="create", coined=True),),
)
