"""A team's role on a repository: back to the former one, or taken away."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import ANY, Change
from bot.actions.people.team import team_repository_change
from bot.actions.revert.former import Former, told_level, untold_level
from bot.actions.revert.reverter import Reverter, repository, required, team_slug
from bot.respond.alert import Alert
from bot.respond.told import team_role_of


class TeamRepositoryReverter(Reverter):
    """Answers a team that was given a repository, or another role on it."""

    actions = ("team.add_repository", "team.update_repository_permission", "team_add")
    needs: ClassVar[Mapping[str, str]] = {
        "members": "write",
        "administration": "write",
        "metadata": "read",
    }
    puts_back = (
        "The team gets its former role on the repository again, or loses the repository when it "
        "had none. Webhooks call a former role of maintain write, and one of triage read: which "
        "it was comes from [what an earlier event told](decisions/7-recorded-levels.md)."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of a team's role on a repository."""
        former = await _former(situation, alert)
        # GitHub's older event of the same act does not tell the role.
        given = ANY if alert.action == "team_add" else required(alert, "permission")
        change = team_repository_change(
            situation,
            alert.org,
            await team_slug(situation, alert),
            await repository(situation, alert),
            changed=given,
            wanted=former.state,
        )
        return former.put_into(change, situation)


async def _former(situation: Situation, alert: Alert) -> Former:
    """Return the role of before; raise `CannotChange` when neither event nor record knows it."""
    told, thing = alert.fields.get("old_permission"), team_role_of(alert.fields)
    if isinstance(told, str):
        return await told_level(situation, alert, thing, told, named=False)
    if alert.action != "team.update_repository_permission":
        return Former(state=None)
    team = f"the team {required(alert, 'team')}"
    advice = (
        f"The event does not say which role {team} had before; please set the right one by hand."
    )
    return await untold_level(situation, alert, thing, whose=team, advice=advice)
