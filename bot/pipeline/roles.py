"""What GitHub says of a person at this moment: their roles, and the teams they are in."""

from collections.abc import AsyncIterator
from typing import Final

from bot.actions.base import split
from bot.actions.names import repository_now, slug_now
from bot.actions.port import GitHub
from bot.core.errors import NotFound
from bot.respond.alert import CaseFile
from bot.respond.consent import teams
from bot.respond.standing import Standing, favoured_team, is_same

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

    ``number`` is their account's, as GitHub told it with what they wrote. Repositories and teams
    are those of the alerts, whatever they are called by now: who makes another one with the former
    name administers that one only.
    """
    numbers = {alert.repo: alert.fields.get("repo_id") for alert in file.alerts if alert.repo}
    roles = {
        repo: await _role_in(gh, file.case.org, repo, of, login) for repo, of in numbers.items()
    }
    if file.case.issue is not None and file.case.issue.repository not in roles:
        where = file.case.issue.repository
        roles[where] = await repo_role(gh, where, login)
    return Standing(
        org_role=await org_role(gh, file.case.org, login),
        repo_roles=roles,
        is_bot=is_bot,
        number=number,
        teams=frozenset([team async for team in _teams(gh, file, login)]),
    )


async def _role_in(gh: GitHub, org: str, repository: str, number: object, login: str) -> str:
    found = await repository_now(gh, repository, number)
    name = "" if found is None else str(found["full_name"])
    if not is_same(name.partition("/")[0], org):
        return "none"
    return await repo_role(gh, name, login)


async def _teams(gh: GitHub, file: CaseFile, login: str) -> AsyncIterator[str]:
    """Yield the teams that have to do with a case, by the names it knows, and they are in."""
    favoured = {favoured_team(alert): alert.fields.get("team_id") for alert in file.alerts}
    for team in sorted(teams(file.alerts)):
        slug: str | None = team
        if favoured.get(team) is not None:
            slug = await slug_now(gh, file.case.org, team, favoured[team])
        if slug is not None and await in_team(gh, file.case.org, slug, login):
            yield team
