"""`team`, `membership`, `team_add`: teams, who is in them and what they reach."""

from bot.core.normalise.payload import Payload, dig
from bot.core.normalise.permission import former_level, present_level
from bot.core.normalise.readers import keys, made, number, present, text
from bot.core.normalise.table import Family, Field, Row


def _qualified(payload: Payload) -> str | None:
    """Return the team as the audit log writes it: ``org/slug`` (the name once it is deleted)."""
    org = dig(payload, ("organization", "login"))
    slug = dig(payload, ("team", "slug")) or dig(payload, ("team", "name"))
    return f"{org}/{slug}" if type(org) is str and type(slug) is str else None


_TEAM = (
    made("team", "`organization.login`/`team.slug` (`team.name` once deleted)", _qualified),
    text("team_name", "team.name"),
    number("team_id", "team.id"),
    text("team_privacy", "team.privacy"),
    text("parent_team", "team.parent.slug"),
)

_NOW = "`repository.role_name`, else the highest of `repository.permissions`"
_BEFORE = "the highest of `changes.repository.permissions.from`"


def _level(name: str) -> Field:
    return made(name, _NOW, present_level)


def _former(name: str) -> Field:
    return made(name, _BEFORE, former_level)


_EDITED = (
    keys("changed", "changes"),
    text("old_name", "changes.name.from"),
    text("old_privacy", "changes.privacy.from"),
    text("old_description", "changes.description.from"),
    text("old_notification_setting", "changes.notification_setting.from"),
    text("team_description", "team.description"),
    text("team_notification_setting", "team.notification_setting"),
)
"""One edit may change several things, whichever of them names the action."""


TEAM = Family(
    event="team",
    about="A team, and the repositories it reaches.",
    fields=_TEAM,
    rows=(
        Row(action="created", becomes="team.create", operation="create"),
        Row(action="deleted", becomes="team.destroy", operation="remove"),
        Row(
            action="added_to_repository",
            becomes="team.add_repository",
            operation="create",
            fields=(_level("permission"),),
        ),
        Row(
            action="removed_from_repository",
            becomes="team.remove_repository",
            operation="remove",
        ),
        Row(
            action="edited",
            when=present("changes.repository"),
            becomes="team.update_repository_permission",
            operation="modify",
            fields=(
                _level("permission"),
                _former("old_permission"),
                _level("new_repo_permission"),
                _former("old_repo_permission"),
            ),
        ),
        Row(
            action="edited",
            when=present("changes.name"),
            becomes="team.rename",
            operation="modify",
            fields=(text("name", "team.name"), *_EDITED),
        ),
        Row(
            action="edited",
            when=present("changes.privacy"),
            becomes="team.change_privacy",
            operation="modify",
            fields=_EDITED,
        ),
        Row(
            action="edited",
            becomes="team.edited",
            operation="modify",
            fields=_EDITED,
            coined=True,
        ),
    ),
    notes=(
        (
            "`changes.repository.permissions.from` has three flags only (admin, push, pull): a"
            " former level of maintain reads as `write`, one of triage as `read`."
        ),
    ),
)

MEMBERSHIP = Family(
    event="membership",
    about="A person in a team.",
    fields=(*_TEAM, text("user", "member.login"), number("user_id", "member.id")),
    rows=(
        Row(action="added", becomes="team.add_member", operation="create"),
        Row(action="removed", becomes="team.remove_member", operation="remove"),
    ),
    notes=(
        (
            "Somebody who leaves the organisation also leaves its teams: `removed` then has"
            " `scope: organization`."
        ),
        "The payload does not say whether the person is a maintainer of the team.",
    ),
)

TEAM_ADD = Family(
    event="team_add",
    about="A team was given a repository (GitHub's older event).",
    fields=(*_TEAM, _level("permission")),
    rows=(Row(action=None, becomes="team_add", operation="create", coined=True),),
    notes=(
        (
            "GitHub tells the same act as `team` `added_to_repository`, and only there names who"
            " did it. That one becomes `team.add_repository`; this one keeps its own name, so that"
            " one act makes one alert."
        ),
    ),
)
