"""`member`: who may do what in a repository, by name."""

from bot.core.normalise.permission import spell_level
from bot.core.normalise.readers import keys, number, text
from bot.core.normalise.table import Family, Field, Row

_NOW = ("changes.role_name.to", "changes.permission.to")
_BEFORE = ("changes.role_name.from", "changes.permission.from", "changes.old_permission.from")


def _levels(name: str, *paths: str) -> tuple[Field, Field]:
    """Return the level under our one name and under the audit log's own for repositories."""
    official = {"permission": "new_repo_permission", "old_permission": "old_repo_permission"}
    return (
        text(name, *paths, through=spell_level),
        text(official[name], *paths, through=spell_level),
    )


MEMBER = Family(
    event="member",
    about="A collaborator of a repository.",
    fields=(text("user", "member.login"), number("user_id", "member.id")),
    rows=(
        Row(
            action="added",
            becomes="repo.add_member",
            operation="create",
            fields=_levels("permission", *_NOW),
        ),
        Row(
            action="edited",
            becomes="repo.update_member",
            operation="modify",
            fields=(
                *_levels("permission", *_NOW),
                *_levels("old_permission", *_BEFORE),
                keys("changed", "changes"),
            ),
        ),
        Row(action="removed", becomes="repo.remove_member", operation="remove"),
    ),
    notes=(
        (
            "The level is read from `role_name` first: the older `permission` says `write` for"
            " maintain and `read` for triage. Legacy `push` and `pull` become `write` and `read`; a"
            " custom role keeps its name."
        ),
        (
            "When somebody accepts an invitation, GitHub names that person as the sender: `actor`"
            " and `user` are then the same, and who invited is not said."
        ),
        (
            "The audit log calls the levels `new_repo_permission` and `old_repo_permission` here;"
            " both spellings are given."
        ),
    ),
)
