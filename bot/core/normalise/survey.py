"""`survey`: our own source, which compares the organisation's settings with those known before."""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.core.normalise.readers import flag, present, text
from bot.core.normalise.table import Family, Row

_CREATION = "org.update_member_repository_creation_permission"
_INVITATION = "org.update_member_repository_invitation_permission"

_CHANGED = {
    "members_can_create_repositories": _CREATION,
    "members_can_create_public_repositories": _CREATION,
    "members_can_create_private_repositories": _CREATION,
    "members_can_create_internal_repositories": _CREATION,
    "members_can_invite_outside_collaborators": _INVITATION,
}
"""Settings whose change has one name in the audit log, whichever way it went."""

_SWITCHED = {
    "two_factor_requirement_enabled": (
        "org.enable_two_factor_requirement",
        "org.disable_two_factor_requirement",
    ),
    "members_can_fork_private_repositories": (
        "private_repository_forking.enable",
        "private_repository_forking.disable",
    ),
    "members_can_create_pages": (
        "members_can_create_pages.enable",
        "members_can_create_pages.disable",
    ),
    "members_can_create_public_pages": (
        "members_can_create_public_pages.enable",
        "members_can_create_public_pages.disable",
    ),
    "members_can_create_private_pages": (
        "members_can_create_private_pages.enable",
        "members_can_create_private_pages.disable",
    ),
    "members_can_delete_repositories": (
        "members_can_delete_repos.enable",
        "members_can_delete_repos.disable",
    ),
    "members_can_change_repo_visibility": (
        "repository_visibility_change.enable",
        "repository_visibility_change.disable",
    ),
    "members_can_delete_issues": ("issues.deletes_enabled", "issues.deletes_disabled"),
    "members_can_view_dependency_insights": (
        "members_can_view_dependency_insights.enable",
        "members_can_view_dependency_insights.disable",
    ),
    "members_can_create_teams": (
        "org.enable_member_team_creation_permission",
        "org.disable_member_team_creation_permission",
    ),
    "readers_can_create_discussions": (
        "org.enable_reader_discussion_creation_permission",
        "org.disable_reader_discussion_creation_permission",
    ),
}
"""Settings whose audit-log names say which way they were switched: on, off."""

_COINED = {
    "web_commit_signoff_required": (
        "org.enable_web_commit_signoff",
        "org.disable_web_commit_signoff",
    ),
    "deploy_keys_enabled_for_repositories": ("org.enable_deploy_keys", "org.disable_deploy_keys"),
}
"""As above, for settings whose name in the audit log is not documented."""

SURVEYED = ("default_repository_permission", *_CHANGED, *_SWITCHED, *_COINED)
"""Every setting that the survey compares, as GitHub's API calls it."""

SWITCHES: Final[Mapping[str, tuple[str, str]]] = {**_SWITCHED, **_COINED}
"""A setting, and the events that tell that it was switched: on, off."""

SETTINGS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    **{
        name: tuple(setting for setting, its in _CHANGED.items() if its == name)
        for name in _CHANGED.values()
    },
    **{name: (setting,) for setting, names in SWITCHES.items() for name in names},
}
"""An event's action, and the settings it may tell of (the base permission has its own)."""


def _rows() -> Iterator[Row]:
    yield Row(
        action="default_repository_permission",
        becomes="org.update_default_repository_permission",
        operation="modify",
        fields=(text("permission", "to"), text("old_permission", "from")),
    )
    for setting, name in _CHANGED.items():
        yield Row(action=setting, becomes=name, operation="modify")
    for names, coined in ((_SWITCHED, False), (_COINED, True)):
        for setting, (on, off) in names.items():
            yield Row(
                action=setting, becomes=on, operation="modify", when=present("to"), coined=coined
            )
            yield Row(action=setting, becomes=off, operation="modify", coined=coined)


SURVEY = Family(
    event="survey",
    source="survey",
    about=(
        "A setting of the organisation is another one than before. GitHub sends no webhook for it,"
        " so Tipstaff looks."
    ),
    fields=(
        text("actor", "actor"),
        text("setting", "action"),
        flag("enabled", "to"),
        flag("old_enabled", "from"),
        text("known_since", "known_since"),
    ),
    rows=tuple(_rows()),
    notes=(
        "Nobody tells who did it: `actor` is there only when it was Tipstaff itself.",
        (
            "`@timestamp` is when the difference was seen; the act lies between `known_since` (the"
            " last look that still showed the former setting) and then."
        ),
        (
            "What GitHub does not show the App is not compared: without the permission"
            " `organization_administration` there are no such events."
        ),
    ),
)
