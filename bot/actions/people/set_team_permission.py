"""Sets a team's role on a repository."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from bot.actions.base import Parameters, Situation
from bot.actions.change import ANY, Change
from bot.actions.changing import ChangingAction
from bot.actions.people.collaborator import role_given
from bot.actions.people.subject import repository_of, same, team_of
from bot.actions.people.team import team_repository_change
from bot.respond.alert import Alert


class SetTeamPermissionParameters(Parameters):
    """Parameters of ``set-team-permission``."""

    permission: str = Field(
        min_length=1,
        max_length=100,
        description=(
            "The role to have: `read`, `triage`, `write`, `maintain`, `admin`, a custom role's "
            "name, or `none` to take the repository away from the team."
        ),
    )
    team: str = Field(
        default="",
        description="The team as `slug` or `org/slug`; left out, the event's.",
        max_length=200,
    )
    repository: str = Field(
        default="",
        description="The repository as `owner/name`; left out, the event's.",
        max_length=200,
    )


class SetTeamPermission(ChangingAction[SetTeamPermissionParameters]):
    """Gives a team another role on a repository, or none."""

    name = "set-team-permission"
    summary = (
        "Sets the role that a team has on a repository. A team that does not reach the repository "
        "is not let in, and a role that somebody set after the event is left alone."
    )
    Params = SetTeamPermissionParameters
    needs: ClassVar[Mapping[str, str]] = {
        "members": "write",
        "administration": "write",
        "metadata": "read",
    }
    undo_note = "`/undo` gives the team the role of before, unless it has changed since."
    example = """\
- action: set-team-permission
  with:
    permission: read
"""

    async def change(self, situation: Situation, params: SetTeamPermissionParameters) -> Change:
        """Return the change of the team's role."""
        slug = await team_of(situation, params.team)
        repo = await repository_of(situation, params.repository)
        alert = situation.subject()
        return team_repository_change(
            situation,
            alert.org,
            slug,
            repo,
            changed=_told(alert, slug, repo) or ANY,
            wanted=role_given(params.permission),
        )


def _told(alert: Alert, slug: str, repo: str) -> str | None:
    """Return the role on the repository that the event gave this very team, if it tells one."""
    team = str(alert.fields.get("team") or "").rpartition("/")[2]
    level = alert.fields.get("permission")
    told = alert.action in {"team.add_repository", "team.update_repository_permission"}
    if told and same(team, slug) and same(alert.repo, repo) and isinstance(level, str):
        return level
    return None
