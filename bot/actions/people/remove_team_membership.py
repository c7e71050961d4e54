"""Takes somebody out of a team."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from bot.actions.base import Situation
from bot.actions.change import ANY, Change
from bot.actions.changing import ChangingAction
from bot.actions.people.subject import PersonParameters, login_of, team_of
from bot.actions.people.team import team_member_change


class RemoveTeamMembershipParameters(PersonParameters):
    """Parameters of ``remove-team-membership``."""

    team: str = Field(
        default="",
        description="The team as `slug` or `org/slug`; left out, the event's.",
        max_length=200,
    )


class RemoveTeamMembership(ChangingAction[RemoveTeamMembershipParameters]):
    """Ends a person's place in a team; they stay in the organisation."""

    name = "remove-team-membership"
    summary = (
        "Takes a person out of a team. GitHub refuses it for a team that an identity provider "
        "fills."
    )
    Params = RemoveTeamMembershipParameters
    needs: ClassVar[Mapping[str, str]] = {"members": "write"}
    undo_note = "`/undo` puts the person into the team again, with the role of before."
    example = """\
- action: remove-team-membership
  with:
    user: "{{ actor }}"
    team: release-managers
"""

    async def change(self, situation: Situation, params: RemoveTeamMembershipParameters) -> Change:
        """Return the end of the person's place in the team."""
        login, slug = await login_of(situation, params.user), await team_of(situation, params.team)
        org = situation.subject().org
        return team_member_change(situation, org, slug, login, changed=ANY, wanted=None)
