"""Belonging to the organisation: who does, who owns it, and how a membership ends."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from bot.actions.base import Situation
from bot.actions.change import ANY, CannotChange, Change, Present
from bot.actions.people.offering import was_offered
from bot.actions.people.taking import INVITED as INVITATION_SENT
from bot.actions.people.taking import take_away
from bot.actions.port import GitHub
from bot.core.errors import NotFound, Refused, Unavailable
from bot.respond.guards import Decision, Facts, check

MEMBERSHIP: Final = "/orgs/{org}/memberships/{username}"
OUTSIDE: Final = "/orgs/{org}/outside_collaborators/{username}"
INVITATIONS: Final = "/orgs/{org}/invitations"
OWNER, MEMBER, INVITED = "admin", "member", "invited"

Leave = Callable[[Callable[[], Awaitable[Present]]], Awaitable[str | None]]
"""Ends a membership; given how to look whether it has. Returns a remark, if there is one."""


async def role_now(gh: GitHub, org: str, login: str) -> str | None:
    """Return ``admin`` or ``member``; ``None`` for who is not, or not yet, in the organisation."""
    found = await _membership(gh, org, login)
    return str(found["role"]) if found is not None and found["state"] == "active" else None


async def owners_now(gh: GitHub, org: str) -> frozenset[str]:
    """Return the logins of all owners."""
    listed = gh.pages("/orgs/{org}/members{?role}", {"org": org, "role": OWNER})
    return frozenset([str(owner["login"]) async for owner in listed])


async def others_own(gh: GitHub, org: str, login: str) -> bool:
    """Tell whether anybody but ``login`` owns the organisation now."""
    owners = await owners_now(gh, org)
    return any(owner.casefold() != login.casefold() for owner in owners)


async def spare_owner(situation: Situation, org: str, login: str) -> Decision:
    """Decide about a person's place in the organisation, from the whole list of owners."""
    owners = await owners_now(situation.gh, org)
    takes = await role_now(situation.gh, org, login) == OWNER
    if takes and login.casefold() not in {owner.casefold() for owner in owners}:
        raise Unavailable(f"GitHub's list of the owners of {org} lacks {login}: look again later")
    return check(
        Facts(
            own_login=situation.own_login,
            subject=login,
            protected=situation.protected,
            takes_owner_role=takes,
            owners=owners,
        )
    )


def removal(situation: Situation, org: str, login: str) -> Change:
    """Return the end of a membership, or of an invitation to one."""
    where = {"org": org, "username": login}

    async def leave(read: Callable[[], Awaitable[Present]]) -> str | None:
        await take_away(situation.gh, MEMBERSHIP, where, read)
        return None

    return ending(situation, org, login, leave, lambda was, now: _removed(login, org, was, now))


def conversion(situation: Situation, org: str, login: str) -> Change:
    """Return a member becoming an outside collaborator."""
    where = {"org": org, "username": login}

    async def leave(read: Callable[[], Awaitable[Present]]) -> str | None:
        reply = await situation.gh.call("PUT", OUTSIDE, where)
        if reply.status == 202 and (await read()).label is not None:
            return "GitHub accepted it and does it in the background (202); it was not done yet."
        return None

    return ending(situation, org, login, leave, lambda was, now: _converted(login, org, was, now))


def ending(
    situation: Situation,
    org: str,
    login: str,
    leave: Leave,
    words: Callable[[str | None, str | None], str],
) -> Change:
    """Return the end of a membership by one way or another; its undo invites the person again."""
    ended: list[str] = []
    offered: list[str] = []
    indirect: list[str] = []
    waiting: list[str] = []

    async def read() -> Present:
        found = await _membership(situation.gh, org, login)
        if found is None:
            return Present(label=None)
        indirect[:] = map(str, found.get("enterprise_teams_providing_indirect_membership") or ())
        by_enterprise = found.get("direct_membership") is False
        tried = bool(ended) or situation.tried_before
        if by_enterprise and not tried and situation.step.kind == "apply":
            raise CannotChange(
                f"{login} belongs to {org} only by {_teams(indirect)}; an owner of the enterprise "
                "has to take them out there."
            )
        active = found["state"] == "active"
        details = {"role": found["role"], "id": found["user"]["id"] if active else None}
        if not active and was_offered(situation):  # that is as far as the undo could go
            waiting.append(login)
            return Present(label=str(found["role"]), details=details)
        return Present(label=str(found["role"]) if active else INVITED, details=details)

    async def write(label: str | None, details: Mapping[str, Any]) -> str | None:
        if label is None and waiting:
            await take_away(situation.gh, MEMBERSHIP, {"org": org, "username": login}, read)
            return None
        if label is None:
            remark = await leave(read)
            ended.append(login)
            return remark
        offered.append(str(details.get("role") or label))
        return await invite(situation.gh, org, login, label, details)

    async def guard() -> Decision:
        return await spare_owner(situation, org, login)

    async def other_way(_: str) -> str | None:
        return f"{login} still belongs to it by {_teams(indirect)}" if indirect else None

    return Change(
        thing=f"the membership of {login} in {org}",
        changed=ANY,
        wanted=None,
        read=read,
        write=write,
        words=lambda was, now: words(INVITED if waiting and now is None else was, now),
        guard=guard,
        # Who leaves is no owner either: the roster then knows whose act that was.
        effect=lambda now: (
            f"org-role:{org}/{login}={MEMBER}".lower()
            if now is None
            else promise(org, login, offered[-1] if offered else now)
        ),
        other_way=other_way,
    )


def promise(org: str, login: str, role: str) -> str:
    """Return how an invitation is written down: whoever accepts it is told as who did it."""
    level = OWNER if role == OWNER else "read"
    return f"org-invitation-{level}:{org}/{login}={level}".lower()


async def _membership(gh: GitHub, org: str, login: str) -> Mapping[str, Any] | None:
    try:
        reply = await gh.call("GET", MEMBERSHIP, {"org": org, "username": login})
    except NotFound:
        return None
    return dict(reply.data)


async def invite(
    gh: GitHub, org: str, login: str, label: str, details: Mapping[str, Any]
) -> str | None:
    """Invite somebody again: as they were, where GitHub still knows it, else with their role.

    ``details`` are the ``role``, and the ``id`` of who belonged to the organisation.
    """
    remark = None if label == INVITED else INVITATION_SENT
    number = details.get("id")
    if isinstance(number, int):
        body = {"invitee_id": number, "role": "reinstate"}
        try:
            await gh.call("POST", INVITATIONS, {"org": org}, body=body)
        except Refused as refusal:
            if refusal.status != 422:
                raise
        else:
            return remark
    role = str(details.get("role") or (MEMBER if label == INVITED else label))
    await gh.call("PUT", MEMBERSHIP, {"org": org, "username": login}, body={"role": role})
    return remark


def _teams(names: list[str]) -> str:
    return f"the enterprise team {', '.join(names)}" if names else "a team of the enterprise"


def _removed(login: str, org: str, was: str | None, now: str | None) -> str:
    if now is not None:
        return f"Invited {login} to {org} again."
    if was == INVITED:
        return f"Took back the invitation of {login} to {org}."
    return f"Removed {login} from {org}{_before(was)}."


def _converted(login: str, org: str, was: str | None, now: str | None) -> str:
    if now is not None:
        return f"Invited {login} to be a member of {org} again."
    return f"Made {login} an outside collaborator of {org}{_before(was)}."


def _before(was: str | None) -> str:
    return f" (was {'owner' if was == OWNER else was})" if was else ""
