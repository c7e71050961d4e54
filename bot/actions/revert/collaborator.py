"""A person's role on a repository: back to the former one, or removed."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.actions.base import Situation, split
from bot.actions.change import CannotChange, Change, Present
from bot.actions.revert.reverter import Reverter, repository, required
from bot.actions.revert.reverter import login as present_login
from bot.actions.revert.ways import other_way
from bot.core.errors import NotFound
from bot.respond.alert import Alert
from bot.respond.guards import Decision, Facts, check

_COLLABORATOR = "/repos/{owner}/{repo}/collaborators/{username}"

_AS_WRITTEN: Final = {"read": "pull", "write": "push"}
"""The endpoint's own words for roles that everybody else calls read and write."""


def as_written(role: str) -> str:
    """Return a role as GitHub's endpoints take it; ``admin``, ``maintain`` and custom ones stay."""
    return _AS_WRITTEN.get(role, role)


class CollaboratorReverter(Reverter):
    """Answers a collaborator who was added, or whose role was changed."""

    actions = ("repo.add_member", "repo.update_member")
    needs: ClassVar[Mapping[str, str]] = {"administration": "write", "metadata": "read"}
    puts_back = (
        "A collaborator gets the former role again, or is removed when there was none. Removing "
        "also deletes their private forks, which an undo does not bring back."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the collaborator's change of role."""
        former = alert.fields.get("old_permission")
        if alert.action == "repo.update_member" and not isinstance(former, str):
            raise CannotChange(
                f"The event does not say which role {required(alert, 'user')} had before; please "
                "set the right one by hand."
            )
        login, repo = await present_login(situation, alert), await repository(situation, alert)
        where = {**split(repo), "username": login}
        invited: set[str | None] = set()

        async def read() -> Present:
            return Present(label=await _direct_role(situation, repo, login))

        async def write(role: str | None, _: Mapping[str, Any]) -> str | None:
            if role is None:
                await situation.gh.call("DELETE", _COLLABORATOR, where)
                return None
            reply = await situation.gh.call(
                "PUT", _COLLABORATOR, where, body={"permission": as_written(role)}
            )
            if reply.status == 201:
                invited.add(role)
                return "GitHub sent an invitation; it takes effect when it is accepted."
            return None

        async def guard() -> Decision:
            return check(
                Facts(own_login=situation.own_login, subject=login, protected=situation.protected)
            )

        return Change(
            thing=f"the role of {login} on {repo}",
            changed=required(alert, "permission"),
            wanted=former if isinstance(former, str) else None,
            read=read,
            write=write,
            words=lambda was, now: _words(login, repo, was, now),
            guard=guard,
            # Whoever accepts it is told as the one who did it: a promise, not an act of theirs.
            effect=lambda role: (
                f"repo-invitation:{repo}/{login}={role}".lower() if role in invited else None
            ),
            other_way=lambda role: other_way(situation, repo, login, role),
        )


async def _direct_role(situation: Situation, repo: str, login: str) -> str | None:
    """Return the role given to a person directly; ``None`` when there is none.

    The endpoint for one person would show the highest role from anywhere.
    """
    try:
        people = situation.gh.pages(
            "/repos/{owner}/{repo}/collaborators{?affiliation}",
            {**split(repo), "affiliation": "direct"},
        )
        async for person in people:
            if str(person["login"]).casefold() == login.casefold():
                return str(person["role_name"])
    except NotFound as error:
        raise CannotChange(f"The repository {repo} is gone, or out of the App's reach.") from error
    return None


def _words(login: str, repo: str, was: str | None, now: str | None) -> str:
    before = f" (was {was})" if was else ""
    if now is None:
        return f"Removed {login} from {repo}{before}."
    return f"Set the role of {login} on {repo} to {now}{before}."
