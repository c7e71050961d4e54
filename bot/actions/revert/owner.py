"""An owner of the organisation: back to an ordinary member, never without another owner."""

from collections.abc import Mapping
from typing import Any, ClassVar

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change, Present
from bot.actions.revert.reverter import Reverter, required
from bot.actions.revert.reverter import login as present_login
from bot.core.errors import NotFound, Unavailable
from bot.respond.alert import Alert
from bot.respond.guards import Decision, Facts, check

_MEMBERSHIP = "/orgs/{org}/memberships/{username}"
_OWNER, _MEMBER = "admin", "member"


class OwnerReverter(Reverter):
    """Answers a member who was made an owner, or who joined as one."""

    actions = ("org.update_member", "org.add_member")
    needs: ClassVar[Mapping[str, str]] = {"members": "write"}
    puts_back = (
        "A new owner becomes an ordinary member. The last owner, and protected logins, are never "
        "touched; nobody is ever made an owner, except by `/undo`."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of a person's role in the organisation."""
        if required(alert, "permission") != "admin":
            raise CannotChange(
                f"Tipstaff makes nobody an owner by itself; if {required(alert, 'user')} should "
                "be one again, an owner has to do it."
            )
        login = await present_login(situation, alert)
        where = {"org": alert.org, "username": login}

        async def read() -> Present:
            return Present(label=await _role(situation, where))

        async def write(role: str | None, _: Mapping[str, Any]) -> str | None:
            if role is None:
                raise CannotChange("Tipstaff does not remove a member in place of an owner.")
            await situation.gh.call("PUT", _MEMBERSHIP, where, body={"role": role})
            if role == _MEMBER and not await _others(situation, alert.org, login):
                await situation.gh.call("PUT", _MEMBERSHIP, where, body={"role": _OWNER})
                raise CannotChange(
                    f"The other owners of {alert.org} were gone once {login} was a member, so "
                    f"Tipstaff gave {login} the owner role back. Make somebody else an owner first."
                )
            return None

        async def guard() -> Decision:
            return await _guard(situation, alert.org, login)

        return Change(
            thing=f"the role of {login} in {alert.org}",
            changed=_OWNER,
            wanted=_MEMBER,
            read=read,
            write=write,
            words=lambda _, now: _words(login, alert.org, now),
            guard=guard,
            effect=lambda now: f"org-role:{alert.org}/{login}={now}".lower(),
        )


async def _role(situation: Situation, where: Mapping[str, str | int]) -> str | None:
    """Return ``admin`` or ``member``; ``None`` for who is not, or not yet, in the organisation."""
    try:
        reply = await situation.gh.call("GET", _MEMBERSHIP, where)
    except NotFound:
        return None
    return str(reply.data["role"]) if reply.data["state"] == "active" else None


async def _owners(situation: Situation, org: str) -> frozenset[str]:
    listed = situation.gh.pages("/orgs/{org}/members{?role}", {"org": org, "role": _OWNER})
    return frozenset([str(owner["login"]) async for owner in listed])


async def _others(situation: Situation, org: str, login: str) -> bool:
    """Tell whether anybody but ``login`` owns the organisation now."""
    owners = await _owners(situation, org)
    return any(owner.casefold() != login.casefold() for owner in owners)


async def _guard(situation: Situation, org: str, login: str) -> Decision:
    """Decide about a person's owner role, from the whole list of owners."""
    owners = await _owners(situation, org)
    present = await _role(situation, {"org": org, "username": login})
    takes = present == _OWNER
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


def _words(login: str, org: str, now: str | None) -> str:
    if now == _OWNER:
        return f"Made {login} an owner of {org} again."
    return f"Took the owner role in {org} from {login}, who is an ordinary member now."
