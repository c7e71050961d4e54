"""Teams: who is in one, and what one may do in a repository."""

from collections.abc import Mapping
from typing import Any, Final

from bot.actions.base import Situation, split
from bot.actions.change import CannotChange, Change, Present
from bot.actions.people.collaborator import as_written
from bot.actions.people.membership import role_now
from bot.actions.people.subject import same, spare
from bot.actions.people.taking import INVITED, take_away
from bot.core.errors import NotFound
from bot.respond.guards import Decision

_MEMBERSHIP: Final = "/orgs/{org}/teams/{team_slug}/memberships/{username}"
_REPOSITORY: Final = "/orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}"

_FLAGS: Final = (
    ("admin", "admin"),
    ("maintain", "maintain"),
    ("write", "push"),
    ("triage", "triage"),
    ("read", "pull"),
)
"""Roles and the flags that show them, highest first."""


def team_member_change(
    situation: Situation,
    org: str,
    slug: str,
    login: str,
    *,
    changed: str | None,
    wanted: str | None,
    note: str | None = None,
) -> Change:
    """Return the change of a person's place in a team to ``wanted`` (``None``: out)."""
    team = f"{org}/{slug}"
    where = {"org": org, "team_slug": slug, "username": login}

    async def read() -> Present:
        try:
            reply = await situation.gh.call("GET", _MEMBERSHIP, where)
        except NotFound:
            return Present(label=None)
        return Present(label=str(reply.data["role"]))

    async def write(role: str | None, _: Mapping[str, Any]) -> str | None:
        if role is None:
            await take_away(situation.gh, _MEMBERSHIP, where, read)
            return None
        if await role_now(situation.gh, org, login) is None:
            # GitHub would invite them to the organisation, which nobody asked for.
            raise CannotChange(
                f"{login} does not belong to {org} any more, and with the organisation went its "
                "teams; an owner can invite them again."
            )
        reply = await situation.gh.call("PUT", _MEMBERSHIP, where, body={"role": role})
        return INVITED if reply.data["state"] == "pending" else None

    async def guard() -> Decision:
        return await spare(situation, login)

    return Change(
        thing=f"the place of {login} in the team {team}",
        changed=changed,
        wanted=wanted,
        read=read,
        write=write,
        words=lambda was, now: _member_words(login, team, was, now),
        guard=guard,
        note=note,
    )


def team_repository_change(
    situation: Situation,
    org: str,
    slug: str,
    repo: str,
    *,
    changed: str | None,
    wanted: str | None,
) -> Change:
    """Return the change of a team's role on a repository to ``wanted`` (``None``: none)."""
    team = f"{org}/{slug}"
    where = {"org": org, "team_slug": slug, **split(repo)}

    held: list[str | None] = []
    told: list[str] = []

    async def read() -> Present:
        held.append(await _role(situation, org, slug, repo))
        return Present(label=held[-1])

    async def write(role: str | None, _: Mapping[str, Any]) -> str | None:
        if role is None:
            told.append(f"team-repo:{team}/{repo}=gone".lower())
            await take_away(situation.gh, _REPOSITORY, where, read)
            return None
        if held[-1:] == [None]:
            told.append(f"team-repo:{team}/{repo}=there".lower())
        await situation.gh.call("PUT", _REPOSITORY, where, body={"permission": as_written(role)})
        return None

    return Change(
        thing=f"the role of the team {team} on {repo}",
        changed=changed,
        wanted=wanted,
        read=read,
        write=write,
        words=lambda was, now: _repository_words(team, repo, was, now),
        # `team_add` names nobody: only this tells whose act it was.
        effect=lambda _: "\n".join(told) or None,
    )


async def _role(situation: Situation, org: str, slug: str, repo: str) -> str | None:
    """Return a team's role on a repository, from the team's list; ``None`` when it has none."""
    try:
        repositories = situation.gh.pages(
            "/orgs/{org}/teams/{team_slug}/repos", {"org": org, "team_slug": slug}
        )
        async for repository in repositories:
            if same(repository["full_name"], repo):
                return _held(repository)
    except NotFound as error:
        raise CannotChange(f"The team {org}/{slug} is gone, or out of the App's reach.") from error
    return None


def _held(repository: Mapping[str, Any]) -> str | None:
    """Return the role in GitHub's listing, which always has flags, and mostly a name."""
    if isinstance(name := repository.get("role_name"), str):
        return name
    flags = repository.get("permissions") or {}
    return next((role for role, flag in _FLAGS if flags.get(flag)), None)


def _member_words(login: str, team: str, was: str | None, now: str | None) -> str:
    if now is None:
        before = f" (was {was})" if was else ""
        return f"Took {login} out of the team {team}{before}."
    return f"Put {login} into the team {team} again, as {now}."


def _repository_words(team: str, repo: str, was: str | None, now: str | None) -> str:
    before = f" (was {was})" if was else ""
    if now is None:
        return f"Took {repo} away from the team {team}{before}."
    return f"Set the role of the team {team} on {repo} to {now}{before}."
