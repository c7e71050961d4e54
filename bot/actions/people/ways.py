"""By which other way than by name somebody holds a role on a repository."""

from typing import Final

from bot.actions.base import Situation, split
from bot.core.errors import Forbidden, NotFound

_NEEDS: Final = {"administration": "read", "members": "read", "metadata": "read"}

_ROLES: Final = {"pull": "read", "push": "write"}
"""The lists' own words for roles that everybody else calls read and write."""


async def other_way(situation: Situation, repo: str, login: str, role: str) -> str | None:
    """Say by which way somebody has ``role``, for a person to look there; ``None``: not found.

    GitHub's list of collaborators shows the highest role from anywhere, also for those who are
    there by name.
    """
    try:
        if role == "admin" and await _is_owner(situation, login):
            return f"{login} has it as an owner of {situation.file.case.org}"
        team = await _team(situation, repo, login, role)
        return None if team is None else f"{login} has it by the team {team}"
    except (NotFound, Forbidden):
        return None


async def _is_owner(situation: Situation, login: str) -> bool:
    where = {"org": situation.file.case.org, "username": login}
    try:
        reply = await situation.view(_NEEDS).call(
            "GET", "/orgs/{org}/memberships/{username}", where
        )
    except NotFound:
        return False
    return bool(reply.data["role"] == "admin" and reply.data["state"] == "active")


async def _team(situation: Situation, repo: str, login: str, role: str) -> str | None:
    """Return the team, as ``org/slug``, that gives somebody a role on a repository."""
    org, gh = situation.file.case.org, situation.view(_NEEDS)
    async for team in gh.pages("/repos/{owner}/{repo}/teams", split(repo)):
        given = str(team.get("permission"))
        if _ROLES.get(given, given) != role:
            continue
        where = {"org": org, "team_slug": str(team["slug"]), "username": login}
        try:
            await gh.call("GET", "/orgs/{org}/teams/{team_slug}/memberships/{username}", where)
        except NotFound:
            continue
        return f"{org}/{team['slug']}"
    return None
