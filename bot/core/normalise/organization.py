"""`organization`: who belongs to the organisation, and the organisation itself."""

from bot.core.normalise.permission import spell_role
from bot.core.normalise.readers import number, text
from bot.core.normalise.table import Family, Row

_PERSON = (
    text("user", "membership.user.login"),
    number("user_id", "membership.user.id"),
    text("permission", "membership.role", through=spell_role),
)

ORGANIZATION = Family(
    event="organization",
    about="A person joins, is invited to or leaves the organisation; its name; its end.",
    rows=(
        Row(action="member_added", becomes="org.add_member", operation="create", fields=_PERSON),
        Row(
            action="member_removed",
            becomes="org.remove_member",
            operation="remove",
            fields=_PERSON,
        ),
        Row(
            action="member_invited",
            becomes="org.invite_member",
            operation="create",
            fields=(
                text("user", "invitation.login", "user.login"),
                number("user_id", "user.id"),
                text("invitee_email", "invitation.email"),
                text("permission", "invitation.role", through=spell_role),
                text("inviter", "invitation.inviter.login"),
                number("invitation_id", "invitation.id"),
                number("team_count", "invitation.team_count"),
                text("invitation_source", "invitation.invitation_source"),
            ),
        ),
        Row(
            action="renamed",
            becomes="org.rename",
            operation="modify",
            fields=(text("old_login", "changes.login.from"),),
        ),
        Row(action="deleted", becomes="org.delete", operation="remove"),
    ),
    notes=(
        (
            "`permission` is the audit log's: `admin` for an owner, `read` for a member; an"
            " invitation as `billing_manager`, `hiring_manager` or `reinstate` keeps that word."
        ),
        "No webhook tells that a member became an owner or the other way round: see `roster`.",
        "`org` is the new name when the organisation is renamed.",
    ),
)
