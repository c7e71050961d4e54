"""A team's name, privacy, description or notifications that were changed: as they were before."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.actions.aspects import Values, aspects_change
from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.actions.names import slug_now
from bot.actions.revert.original import exactly
from bot.actions.revert.reverter import Reverter, required
from bot.respond.alert import Alert

_TEAM: Final = "/orgs/{org}/teams/{team_slug}"

_WORDS: Final[Mapping[str, str]] = {
    "name": "name",
    "privacy": "privacy",
    "description": "description",
    "notification_setting": "notifications",
}
"""What GitHub's API can set of a team and an event tells, and how it is called."""

_FIELDS: Final[Mapping[str, tuple[str, str]]] = {
    "name": ("team_name", "old_name"),
    "privacy": ("team_privacy", "old_privacy"),
    "description": ("team_description", "old_description"),
    "notification_setting": ("team_notification_setting", "old_notification_setting"),
}
"""The event's fields that tell an aspect as it left it, and as it was."""


class TeamSettingReverter(Reverter):
    """Answers a team that was renamed, shown, hidden or described otherwise."""

    actions = ("team.rename", "team.change_privacy", "team.edited")
    needs: ClassVar[Mapping[str, str]] = {"members": "write"}
    puts_back = (
        "The team gets its former name (and with it its former slug), privacy, description or "
        "notifications again. GitHub refuses a name that was taken meanwhile. No webhook tells "
        "that a team got another parent."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of what the event changed of a team."""
        team = required(alert, "team")
        before = await self._former(situation, alert)
        if not before:
            raise CannotChange(
                f"The event does not say how the team {team} was before; one of its maintainers "
                "can look at it: the organisation's Teams, the team, Settings."
            )
        after = {name: await exactly(situation, alert, _FIELDS[name][0]) or "" for name in before}
        where: dict[str, str | int] = {"org": alert.org, "team_slug": team.rpartition("/")[2]}

        async def read() -> Values:
            slug = await slug_now(
                situation.gh, alert.org, str(where["team_slug"]), alert.fields.get("team_id")
            )
            if slug is None:
                raise CannotChange(f"The team {team} is gone, or out of the App's reach.")
            where["team_slug"] = slug
            found = (await situation.gh.call("GET", _TEAM, where)).data
            return {name: found.get(name) or "" for name in _WORDS}

        async def write(values: Values) -> None:
            reply = await situation.gh.call("PATCH", _TEAM, where, body=dict(values))
            where["team_slug"] = str(reply.data["slug"])  # another name is another slug

        return await aspects_change(
            situation,
            thing=f"the team {team}",
            words=_WORDS,
            after=after,
            before=before,
            read=read,
            write=write,
        )

    async def _former(self, situation: Situation, alert: Alert) -> dict[str, Any]:
        """Return how the aspects were that the event says were changed."""
        told = {
            name: await exactly(situation, alert, field) for name, (_, field) in _FIELDS.items()
        }
        return {name: value for name, value in told.items() if isinstance(value, str)}
