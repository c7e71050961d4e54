"""What a person, a team or a repository is called now: they keep their number, not their name.

Whoever renames something, and lets another thing take the former name, must not lead a response
astray. So a name in an event is only trusted while GitHub shows the event's number under it. What
the event gives no number for is taken by its name.
"""

from collections.abc import Mapping
from typing import Any

from bot.actions.base import Situation, split
from bot.actions.port import GitHub
from bot.core.errors import NotFound
from bot.respond.alert import Alert


async def repository_now(gh: GitHub, name: str, number: object = None) -> Mapping[str, Any] | None:
    """Return the repository once called ``name`` as GitHub shows it; ``None``: gone or hidden."""
    found = await _seen(gh, "/repos/{owner}/{repo}", split(name))
    if not isinstance(number, int) or (found is not None and found["id"] == number):
        return found
    # The address that GitHub itself leads to from a former name.
    return await _seen(gh, "/repositories/{repository_id}", {"repository_id": number})


async def login_now(situation: Situation, alert: Alert, login: str) -> str | None:
    """Return the present login of the event's ``user``; ``None`` when the account is gone."""
    return await account_now(situation.gh, login, alert.fields.get("user_id"))


async def account_now(gh: GitHub, login: str, number: object = None) -> str | None:
    """Return what the account once called ``login`` is called now; ``None`` when it is gone."""
    if not isinstance(number, int):
        return login
    found = await _seen(gh, "/users/{username}", {"username": login})
    if found is None or found["id"] != number:
        found = await _seen(gh, "/user/{account_id}", {"account_id": number})
    return None if found is None else str(found["login"])


async def team_now(situation: Situation, alert: Alert, slug: str) -> str | None:
    """Return the present slug of the event's team; ``None`` when the team is gone."""
    return await slug_now(situation.gh, alert.org, slug, alert.fields.get("team_id"))


async def slug_now(gh: GitHub, org: str, slug: str, number: object = None) -> str | None:
    """Return the present slug of the team once called ``slug``; ``None`` when it is gone."""
    where = {"org": org, "team_slug": slug}
    found = await _seen(gh, "/orgs/{org}/teams/{team_slug}", where)
    if not isinstance(number, int) or (found is not None and found["id"] == number):
        return None if found is None else str(found["slug"])
    async for team in gh.pages("/orgs/{org}/teams", {"org": org}):
        if team["id"] == number:
            return str(team["slug"])
    return None


async def _seen(
    gh: GitHub, url: str, variables: Mapping[str, str | int]
) -> Mapping[str, Any] | None:
    try:
        return dict((await gh.call("GET", url, variables)).data)
    except NotFound:
        return None
