"""An invitation to a repository that still waits."""

from collections.abc import Mapping
from typing import Any

from bot.actions.base import Situation, split
from bot.actions.change import CannotChange, Change, Present
from bot.actions.people.collaborator import COLLABORATOR, as_written, direct_role
from bot.actions.people.invitation import ACCEPTED, WAITING, words
from bot.actions.people.offering import REPOSITORY_INVITATIONS, waiting_for
from bot.actions.people.subject import spare
from bot.actions.people.taking import take_away
from bot.core.errors import NotFound
from bot.respond.guards import Decision


def repository_invitation_cancel(situation: Situation, repo: str, login: str) -> Change:
    """Return an invitation being taken back; one that was accepted meanwhile is left alone."""
    found: dict[str, int] = {}
    roles: list[str] = []

    async def read() -> Present:
        waiting = await _find(situation, repo, login)
        if waiting is not None:
            found["id"] = int(waiting["id"])
            return Present(label=WAITING, details={"role": str(waiting["permissions"])})
        accepted = await direct_role(situation, repo, login) is not None
        return Present(label=ACCEPTED if accepted else None)

    async def write(label: str | None, details: Mapping[str, Any]) -> str | None:
        if label is None:
            where = {**split(repo), "invitation_id": found["id"]}
            await take_away(situation.gh, REPOSITORY_INVITATIONS + "/{invitation_id}", where, read)
            return None
        roles.append(str(details["role"]))
        body = {"permission": as_written(roles[-1])}
        await situation.gh.call("PUT", COLLABORATOR, {**split(repo), "username": login}, body=body)
        return None

    async def guard() -> Decision:
        return await spare(situation, login)

    return Change(
        thing=f"the invitation of {login} to {repo}",
        changed=WAITING,
        wanted=None,
        read=read,
        write=write,
        words=lambda _, now: words(login, repo, now),
        guard=guard,
        effect=lambda now: (
            f"repo-invitation:{repo}/{login}={roles[-1]}".lower() if now and roles else None
        ),
        needs_details=True,
    )


async def _find(situation: Situation, repo: str, login: str) -> Mapping[str, Any] | None:
    try:
        return await waiting_for(situation, repo, login)
    except NotFound as error:
        raise CannotChange(f"The repository {repo} is gone, or out of the App's reach.") from error
