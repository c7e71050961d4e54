"""A person's role on a repository, given by name."""

from collections.abc import Mapping
from typing import Any, Final

from bot.actions.base import Situation, split
from bot.actions.change import CannotChange, Change, Present
from bot.actions.people.offering import REPOSITORY_INVITATIONS, waiting_for, was_offered
from bot.actions.people.subject import same, spare
from bot.actions.people.taking import INVITED, take_away
from bot.actions.people.ways import other_way
from bot.core.errors import NotFound
from bot.respond.guards import Decision

COLLABORATOR: Final = "/repos/{owner}/{repo}/collaborators/{username}"

_AS_WRITTEN: Final = {"read": "pull", "write": "push"}
"""The endpoint's own words for roles that everybody else calls read and write."""

_LEGACY: Final = {"read": "triage", "write": "maintain"}
"""What else an older webhook may mean by a role's name."""


def as_written(role: str) -> str:
    """Return a role as GitHub's endpoints take it; ``admin``, ``maintain`` and custom ones stay."""
    return _AS_WRITTEN.get(role, role)


def role_given(text: str) -> str | None:
    """Return a role as GitHub shows it, however a playbook spells it; ``None`` for ``none``."""
    name = text.strip()
    plain = _AS_SHOWN.get(name.lower(), name.lower())
    if plain == "none":
        return None
    # A custom role keeps its capitals.
    return plain if plain in _BUILT_IN else name


_AS_SHOWN: Final = {written: shown for shown, written in _AS_WRITTEN.items()}
_BUILT_IN: Final = frozenset({"read", "triage", "write", "maintain", "admin"})


def collaborator_change(
    situation: Situation, repo: str, login: str, *, changed: str | None, wanted: str | None
) -> Change:
    """Return the change of a person's role on a repository to ``wanted`` (``None``: out)."""
    where = {**split(repo), "username": login}
    invited: set[str | None] = set()
    waiting: dict[str, str | int] = {}

    async def read() -> Present:
        role = await direct_role(situation, repo, login)
        if role is not None or not was_offered(situation):
            return Present(label=role)
        found = await waiting_for(situation, repo, login)
        if found is None:
            return Present(label=None)
        waiting["invitation_id"] = int(found["id"])
        return Present(label=str(found["permissions"]))

    async def write(role: str | None, _: Mapping[str, Any]) -> str | None:
        if role is None and waiting:
            one = REPOSITORY_INVITATIONS + "/{invitation_id}"
            await take_away(situation.gh, one, {**split(repo), **waiting}, read)
            return None
        if role is None:
            await take_away(situation.gh, COLLABORATOR, where, read)
            return None
        reply = await situation.gh.call(
            "PUT", COLLABORATOR, where, body={"permission": as_written(role)}
        )
        if reply.status == 201:
            invited.add(role)
            return INVITED
        return None

    async def guard() -> Decision:
        return await spare(situation, login)

    return Change(
        thing=f"the role of {login} on {repo}",
        changed=changed,
        wanted=wanted,
        read=read,
        write=write,
        words=lambda was, now: _words(login, repo, was, now),
        guard=guard,
        # Whoever accepts it is told as the one who did it: a promise, not an act of theirs.
        effect=lambda role: (
            f"repo-invitation:{repo}/{login}={role}".lower() if role in invited else None
        ),
        other_way=lambda role: other_way(situation, repo, login, role),
        shown=_LEGACY.get(changed or ""),
    )


async def direct_role(situation: Situation, repo: str, login: str) -> str | None:
    """Return the role given to a person directly; ``None`` when there is none.

    The endpoint for one person would show the highest role from anywhere.
    """
    try:
        people = situation.gh.pages(
            "/repos/{owner}/{repo}/collaborators{?affiliation}",
            {**split(repo), "affiliation": "direct"},
        )
        async for person in people:
            if same(person["login"], login):
                return str(person["role_name"])
    except NotFound as error:
        raise CannotChange(f"The repository {repo} is gone, or out of the App's reach.") from error
    return None


def _words(login: str, repo: str, was: str | None, now: str | None) -> str:
    before = f" (was {was})" if was else ""
    if now is None:
        return f"Removed {login} from {repo}{before}."
    return f"Set the role of {login} on {repo} to {now}{before}."
