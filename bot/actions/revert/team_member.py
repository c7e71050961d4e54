"""A person in a team: out again, or in again."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import ANY, Change
from bot.actions.people.team import team_member_change
from bot.actions.revert.reverter import Reverter, team_slug
from bot.actions.revert.reverter import login as present_login
from bot.respond.alert import Alert

_MAYBE_MORE = "Whether they looked after the team before, GitHub does not say; that is set by hand."


class TeamMemberReverter(Reverter):
    """Answers a person who was added to a team, or taken out of it."""

    actions = ("team.add_member", "team.remove_member")
    needs: ClassVar[Mapping[str, str]] = {"members": "write"}
    puts_back = (
        "The person is taken out of the team again, or put into it again as a plain member: GitHub "
        "does not say who looked after a team. Who left the organisation is not brought back by "
        "it. GitHub refuses it for a team that an identity provider fills."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of a team's membership."""
        slug, login = await team_slug(situation, alert), await present_login(situation, alert)
        if alert.action == "team.add_member":
            return team_member_change(situation, alert.org, slug, login, changed=ANY, wanted=None)
        return team_member_change(
            situation, alert.org, slug, login, changed=None, wanted="member", note=_MAYBE_MORE
        )
