"""`deploy_key`: an SSH key that reaches one repository."""

from bot.core.normalise.readers import flag, number, text
from bot.core.normalise.table import Family, Row

DEPLOY_KEY = Family(
    event="deploy_key",
    about="A deploy key of a repository.",
    fields=(
        number("key_id", "key.id"),
        text("key", "key.key"),
        text("title", "key.title"),
        flag("read_only", "key.read_only"),
        text("added_by", "key.added_by"),
        text("last_used", "key.last_used"),
    ),
    rows=(
        Row(action="created", becomes="public_key.create", operation="create"),
        Row(action="deleted", becomes="public_key.delete", operation="remove"),
    ),
    notes=(
        "`key` is the public half. `read_only: false` means that the key may push.",
        "The audit log uses the same action for the SSH keys of a person; those have no `repo`.",
    ),
)
