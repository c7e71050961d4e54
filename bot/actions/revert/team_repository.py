"""A team's role on a repository: back to the former one, or taken away."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import ANY, CannotChange, Change
from bot.actions.people.team import team_repository_change
from bot.actions.revert.reverter import Reverter, repository, required, team_slug
from bot.respond.alert import Alert


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
        "had none. Webhooks give a former role of maintain as write, and triage as read."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of a team's role on a repository."""
        former = alert.fields.get("old_permission")
        if alert.action == "team.update_repository_permission" and not isinstance(former, str):
            raise CannotChange(
                f"The event does not say which role the team {required(alert, 'team')} had before; "
                "please set the right one by hand."
            )
        # GitHub's older event of the same act does not tell the role.
        given = ANY if alert.action == "team_add" else required(alert, "permission")
        return team_repository_change(
            situation,
            alert.org,
            await team_slug(situation, alert),
            await repository(situation, alert),
            changed=given,
            wanted=former if isinstance(former, str) else None,
        )
