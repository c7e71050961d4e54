"""A team's role on a repository: back to the former one, or taken away."""

from collections.abc import Mapping
from typing import ClassVar, Final

from bot.actions.base import Situation
from bot.actions.change import ANY, Change
from bot.actions.people.team import team_repository_change
from bot.actions.revert.former import Former, told_in_full, told_level, untold_level
from bot.actions.revert.reverter import Reverter, repository, required, team_slug
from bot.respond.alert import Alert
from bot.respond.told import team_role_of

_GONE: Final = "team.remove_repository"


class TeamRepositoryReverter(Reverter):
    """Answers a team that was given a repository, lost it, or got another role on it."""

    actions = ("team.add_repository", "team.update_repository_permission", _GONE, "team_add")
    needs: ClassVar[Mapping[str, str]] = {
        "members": "write",
        "administration": "write",
        "metadata": "read",
    }
    puts_back = (
        "The team gets its former role on the repository again, or loses the repository when it "
        "had none. Webhooks call a former role of maintain write, one of triage read, and do not "
        "tell that of a team that lost the repository: then it comes from [what an earlier event "
        "told](decisions/7-recorded-levels.md), or a person is asked, or told what they can do."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of a team's role on a repository."""
        former = await _former(situation, alert)
        change = team_repository_change(
            situation,
            alert.org,
            await team_slug(situation, alert),
            await repository(situation, alert),
            changed=_given(alert),
            wanted=former.state,
        )
        change = told_in_full(change, team_role_of(alert.fields))
        return former.put_into(change, situation)


def _given(alert: Alert) -> str | None:
    """Return the role that the event left; ``None`` for none."""
    if alert.action == _GONE:
        return None
    # GitHub's older event of the same act as `team.add_repository` does not tell the role.
    return ANY if alert.action == "team_add" else required(alert, "permission")


async def _former(situation: Situation, alert: Alert) -> Former:
    """Return the role of before; raise `CannotChange` when neither event nor record knows it."""
    told = alert.fields.get("old_permission") or alert.fields.get("old_repo_permission")
    thing = team_role_of(alert.fields)
    if isinstance(told, str):
        return await told_level(situation, alert, thing, told, named=False)
    if alert.action in {"team.add_repository", "team_add"}:
        return Former(state=None)
    whose = f"The team {required(alert, 'team')}"
    return await untold_level(situation, alert, thing, whose=whose, advice=_advice(alert))


def _advice(alert: Alert) -> str:
    team = f"the team {required(alert, 'team')}"
    if alert.action == _GONE:
        repo = required(alert, "repo")
        return (
            f"The event does not say which role {team} had on {repo}. If the removal was wrong, "
            f"an administrator of {repo} can let the team in again, in its settings under "
            "Collaborators and teams."
        )
    return f"The event does not say which role {team} had before; please set the right one by hand."
