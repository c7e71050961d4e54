"""`roster`: our own source, which compares the organisation's owners with those known before."""

from bot.core.normalise.readers import always, number, text
from bot.core.normalise.table import Family, Row

_OWNER, _MEMBER = "admin", "read"

ROSTER = Family(
    event="roster",
    source="roster",
    about="An owner appeared or is gone. GitHub sends no webhook for it, so Tipstaff looks.",
    fields=(
        text("actor", "actor"),
        text("user", "member.login"),
        number("user_id", "member.id"),
        text("known_since", "known_since"),
    ),
    rows=(
        Row(
            action="owner_added",
            becomes="org.update_member",
            operation="modify",
            fields=(always("permission", _OWNER), always("old_permission", _MEMBER)),
        ),
        Row(
            action="owner_removed",
            becomes="org.update_member",
            operation="modify",
            fields=(always("permission", _MEMBER), always("old_permission", _OWNER)),
        ),
    ),
    notes=(
        "Nobody tells who did it: `actor` is there only when another source said so.",
        (
            "`@timestamp` is when the difference was seen; the act lies between `known_since` (the"
            " last look that still showed the former state) and then."
        ),
        (
            "Somebody who left the organisation is no owner either: `old_permission` and"
            " `permission` then say what became of the ownership, and `org.remove_member` says the"
            " rest."
        ),
    ),
)
