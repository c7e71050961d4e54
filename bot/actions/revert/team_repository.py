"""A team's role on a repository: back to the former one, or taken away."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.actions.base import Situation, split
from bot.actions.change import CannotChange, Change, Present
from bot.actions.revert.collaborator import as_written
from bot.actions.revert.reverter import Reverter, repository, required, team_slug
from bot.core.errors import NotFound
from bot.respond.alert import Alert

_TEAM_REPOSITORY = "/orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}"

_FLAGS: Final = (
    ("admin", "admin"),
    ("maintain", "maintain"),
    ("write", "push"),
    ("triage", "triage"),
    ("read", "pull"),
)
"""Roles and the flags that show them, highest first."""


class TeamRepositoryReverter(Reverter):
    """Answers a team that was given a repository, or another role on it."""

    actions = ("team.add_repository", "team.update_repository_permission")
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
        slug, repo = await team_slug(situation, alert), await repository(situation, alert)
        team = f"{alert.org}/{slug}"
        where = {"org": alert.org, "team_slug": slug, **split(repo)}

        async def read() -> Present:
            return Present(label=await _role(situation, alert.org, slug, repo))

        async def write(role: str | None, _: Mapping[str, Any]) -> str | None:
            if role is None:
                await situation.gh.call("DELETE", _TEAM_REPOSITORY, where)
            else:
                await situation.gh.call(
                    "PUT", _TEAM_REPOSITORY, where, body={"permission": as_written(role)}
                )
            return None

        return Change(
            thing=f"the role of the team {team} on {repo}",
            changed=required(alert, "permission"),
            wanted=former if isinstance(former, str) else None,
            read=read,
            write=write,
            words=lambda was, now: _words(team, repo, was, now),
        )


async def _role(situation: Situation, org: str, slug: str, repo: str) -> str | None:
    """Return a team's role on a repository, from the team's list; ``None`` when it has none."""
    try:
        repositories = situation.gh.pages(
            "/orgs/{org}/teams/{team_slug}/repos", {"org": org, "team_slug": slug}
        )
        async for repository in repositories:
            if str(repository["full_name"]).casefold() == repo.casefold():
                return _held(repository)
    except NotFound as error:
        raise CannotChange(f"The team {org}/{slug} is gone.") from error
    return None


def _held(repository: Mapping[str, Any]) -> str | None:
    """Return the role in GitHub's listing, which always has flags, and mostly a name."""
    if isinstance(name := repository.get("role_name"), str):
        return name
    flags = repository.get("permissions") or {}
    return next((role for role, flag in _FLAGS if flags.get(flag)), None)


def _words(team: str, repo: str, was: str | None, now: str | None) -> str:
    before = f" (was {was})" if was else ""
    if now is None:
        return f"Took {repo} away from the team {team}{before}."
    return f"Set the role of the team {team} on {repo} to {now}{before}."
