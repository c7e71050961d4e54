"""`meta`: the webhook that tells us things was itself deleted."""

from bot.core.normalise.readers import flag, number, text, texts
from bot.core.normalise.table import Family, Row

META = Family(
    event="meta",
    about="The webhook that this delivery came by was deleted: the last thing it says.",
    fields=(
        number("hook_id", "hook_id", "hook.id"),
        text("hook_type", "hook.type"),
        text("hook_url", "hook.config.url"),
        text("name", "hook.name"),
        flag("active", "hook.active"),
        texts("events", "hook.events"),
    ),
    rows=(Row(action="deleted", becomes="hook.destroy", operation="remove"),),
)
