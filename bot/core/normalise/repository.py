"""`repository`, `public`: repositories come, go, move and change who may see them."""

from bot.core.normalise.payload import Payload, dig
from bot.core.normalise.readers import always, flag, keys, made, present, text, texts
from bot.core.normalise.table import Family, Row


def _former_full_name(payload: Payload) -> str | None:
    """Return ``owner/name`` as it was before a transfer."""
    owner = _former_owner(payload)
    name = dig(payload, ("repository", "name"))
    return f"{owner}/{name}" if owner is not None and type(name) is str else None


def _former_owner(payload: Payload) -> str | None:
    for kind in ("organization", "user"):
        login = dig(payload, ("changes", "owner", "from", kind, "login"))
        if type(login) is str:
            return login
    return None


_OWNER_BEFORE = "`changes.owner.from.organization.login`, else `changes.owner.from.user.login`"

REPOSITORY = Family(
    event="repository",
    about="A repository: made, deleted, moved, renamed, shown or hidden.",
    rows=(
        Row(
            action="created",
            becomes="repo.create",
            operation="create",
            fields=(
                flag("fork", "repository.fork"),
                text("description", "repository.description"),
            ),
        ),
        Row(action="deleted", becomes="repo.destroy", operation="remove"),
        Row(action="archived", becomes="repo.archived", operation="modify"),
        Row(action="unarchived", becomes="repo.unarchived", operation="modify"),
        Row(
            action="renamed",
            becomes="repo.rename",
            operation="modify",
            fields=(text("old_name", "changes.repository.name.from"),),
        ),
        Row(
            action="transferred",
            becomes="repo.transfer",
            operation="transfer",
            fields=(
                made("old_user", _OWNER_BEFORE, _former_owner),
                made("repo_was", "the former owner / `repository.name`", _former_full_name),
                text("owner", "repository.owner.login"),
            ),
        ),
        Row(
            action="publicized",
            becomes="repo.access",
            operation="access",
            fields=(always("visibility", "public"),),
        ),
        Row(
            action="privatized",
            becomes="repo.access",
            operation="access",
            fields=(
                text("visibility", "repository.visibility"),
                always("previous_visibility", "public"),
            ),
        ),
        Row(
            action="edited",
            when=present("changes.default_branch"),
            becomes="repo.update_default_branch",
            operation="modify",
            fields=(
                text("new_default_branch", "repository.default_branch"),
                text("old_default_branch", "changes.default_branch.from"),
            ),
        ),
        Row(
            action="edited",
            becomes="repository.edited",
            operation="modify",
            fields=(
                keys("changed", "changes"),
                text("description", "repository.description"),
                text("homepage", "repository.homepage"),
                texts("topics", "repository.topics"),
                text("old_description", "changes.description.from"),
                text("old_homepage", "changes.homepage.from"),
                texts("old_topics", "changes.topics.from"),
            ),
            coined=True,
        ),
    ),
    notes=(
        (
            "GitHub does not say what a repository was before it was made public, so `publicized`"
            " gives no `previous_visibility`: only an enterprise's organisation can have `internal`"
            " ones, but there it may have been one."
        ),
        "`repo` is the new name after a rename and the new owner's after a transfer.",
    ),
)

PUBLIC = Family(
    event="public",
    about="A private repository was made public (GitHub's older event).",
    rows=(Row(action=None, becomes="public", operation="access", coined=True),),
    notes=(
        (
            "GitHub tells the same act as `repository` `publicized`. That one becomes"
            " `repo.access`; this one keeps its own name, so that one act makes one alert."
        ),
    ),
)
