"""What GitHub says of a person at this moment: their roles, and the teams they are in."""

from typing import Final

from bot.actions.base import split
from bot.actions.port import GitHub
from bot.core.errors import NotFound
from bot.respond.alert import CaseFile
from bot.respond.consent import teams
from bot.respond.standing import Standing

NEEDS: Final = {"members": "read", "metadata": "read"}


async def org_role(gh: GitHub, org: str, login: str) -> str:
    """Return ``admin``, ``member`` or ``none``: a pending membership gives no say yet."""
    try:
        reply = await gh.call(
            "GET", "/orgs/{org}/memberships/{username}", {"org": org, "username": login}
        )
    except NotFound:
        return "none"
    return str(reply.data["role"]) if reply.data["state"] == "active" else "none"


async def repo_role(gh: GitHub, repository: str, login: str) -> str:
    """Return the highest role a login has in ``owner/name``: ``role_name``, or ``none``."""
    try:
        reply = await gh.call(
            "GET",
            "/repos/{owner}/{repo}/collaborators/{username}/permission",
            {**split(repository), "username": login},
        )
    except NotFound:
        return "none"
    return str(reply.data["role_name"])


async def in_team(gh: GitHub, org: str, team: str, login: str) -> bool:
    """Tell whether a login is in a team, by the team's short name; child teams count."""
    try:
        reply = await gh.call(
            "GET",
            "/orgs/{org}/teams/{team_slug}/memberships/{username}",
            {"org": org, "team_slug": team, "username": login},
        )
    except NotFound:
        return False
    return bool(reply.data["state"] == "active")


async def read_standing(
    gh: GitHub, login: str, file: CaseFile, *, is_bot: bool = False, number: int | None = None
) -> Standing:
    """Read from the API, at this moment, what somebody may say about a case.

    ``number`` is their account's, as GitHub told it with what they wrote.
    """
    repos = {alert.repo for alert in file.alerts if alert.repo}
    if file.case.issue is not None:
        repos.add(file.case.issue.repository)
    return Standing(
        org_role=await org_role(gh, file.case.org, login),
        repo_roles={repo: await repo_role(gh, repo, login) for repo in sorted(repos)},
        is_bot=is_bot,
        number=number,
        teams=frozenset(
            [
                team
                for team in sorted(teams(file.alerts))
                if await in_team(gh, file.case.org, team, login)
            ]
        ),
    )
