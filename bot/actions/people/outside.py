"""An outside collaborator: in which repositories, and out of all of them."""

from collections.abc import Mapping
from typing import Any, Final

from bot.actions.base import Situation, split
from bot.actions.change import ANY, CannotChange, Change, Present
from bot.actions.people.collaborator import COLLABORATOR, as_written
from bot.actions.people.membership import OUTSIDE, role_now
from bot.actions.people.subject import same, spare
from bot.actions.people.taking import take_away
from bot.core.errors import NotFound
from bot.respond.guards import Decision

MOST_REPOSITORIES: Final = 300
"""Repositories looked through for what an undo would give back; in more it would take too long."""

_THERE: Final = "outside collaborator"


def outside_removal(situation: Situation, org: str, login: str) -> Change:
    """Return the removal of an outside collaborator from every repository."""
    where = {"org": org, "username": login}
    given: dict[str, str] = {}

    async def listed() -> bool:
        people = situation.gh.pages("/orgs/{org}/outside_collaborators", {"org": org})
        return any([same(each["login"], login) async for each in people])

    async def look() -> Present:
        return Present(label=_THERE if await listed() else None)

    async def read() -> Present:
        if await role_now(situation.gh, org, login) is not None:
            raise CannotChange(
                f"{login} is a member of {org}, not an outside collaborator; `remove-member` takes "
                "members out."
            )
        present = await look()
        if present.label is None or situation.step.kind == "undo":
            return present
        roles = await _roles(situation, org, login)
        return Present(label=_THERE, details={"repositories": roles} if roles else {})

    async def write(label: str | None, details: Mapping[str, Any]) -> str | None:
        if label is None:
            await take_away(situation.gh, OUTSIDE, where, look)
            return None
        given.update(details.get("repositories") or {})
        return await _give_back(situation, login, given)

    async def guard() -> Decision:
        return await spare(situation, login)

    return Change(
        thing=f"the access of {login} to repositories of {org} from outside",
        changed=ANY,
        wanted=None,
        read=read,
        write=write,
        words=lambda _, now: _words(login, org, now),
        guard=guard,
        # Whoever accepts is told as the one who did it: promises, not acts of theirs.
        effect=lambda now: (
            "\n".join(
                f"repo-invitation:{repo}/{login}={role}".lower()
                for repo, role in given.items()
                if now
            )
            or None
        ),
        needs_details=True,
    )


async def _roles(situation: Situation, org: str, login: str) -> dict[str, str]:
    """Return the role in each repository; nothing when there are too many to look through."""
    names: list[str] = []
    async for repository in situation.gh.pages("/orgs/{org}/repos", {"org": org}):
        names.append(str(repository["full_name"]))
        if len(names) > MOST_REPOSITORIES:
            return {}
    found: dict[str, str] = {}
    for name in names:
        people = situation.gh.pages(
            "/repos/{owner}/{repo}/collaborators{?affiliation}",
            {**split(name), "affiliation": "outside"},
        )
        async for person in people:
            if same(person["login"], login):
                found[name] = str(person["role_name"])
    return found


async def _give_back(situation: Situation, login: str, roles: Mapping[str, str]) -> str:
    gone: list[str] = []
    if not roles:
        raise CannotChange(
            f"Where {login} was, and as what, was not recorded; please invite them by hand."
        )
    for name, role in roles.items():
        try:
            await situation.gh.call(
                "PUT",
                COLLABORATOR,
                {**split(name), "username": login},
                body={"permission": as_written(str(role))},
            )
        except NotFound:
            gone.append(name)
    sent = f"GitHub sent {len(roles) - len(gone)} invitations; each takes effect when accepted."
    return f"{sent} Gone meanwhile: {', '.join(gone)}." if gone else sent


def _words(login: str, org: str, now: str | None) -> str:
    if now is None:
        return f"Removed {login} from every repository of {org}."
    return f"Invited {login} again to the repositories of {org} where they were."
