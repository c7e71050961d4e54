"""`org_block`: people who are shut out of the organisation."""

from bot.core.normalise.readers import number, text
from bot.core.normalise.table import Family, Row

ORG_BLOCK = Family(
    event="org_block",
    about="A person was blocked by the organisation, or let in again.",
    fields=(
        text("user", "blocked_user.login"),
        number("user_id", "blocked_user.id"),
        text("blocked_user", "blocked_user.login"),
    ),
    rows=(
        Row(action="blocked", becomes="org.block_user", operation="create"),
        Row(action="unblocked", becomes="org.unblock_user", operation="remove"),
    ),
    notes=("GitHub may name the organisation itself as the sender; `actor` is then left out.",),
)
