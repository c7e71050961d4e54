"""An owner of the organisation: back to an ordinary member; a new member: out again."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change, Present
from bot.actions.people.membership import (
    MEMBER,
    MEMBERSHIP,
    OWNER,
    others_own,
    removal,
    role_now,
    spare_owner,
)
from bot.actions.revert.reverter import Reverter, required
from bot.actions.revert.reverter import login as present_login
from bot.respond.alert import Alert
from bot.respond.guards import Decision


class OwnerReverter(Reverter):
    """Answers a member who was made an owner, and whoever joined."""

    actions = ("org.update_member", "org.add_member")
    needs: ClassVar[Mapping[str, str]] = {"members": "write"}
    puts_back = (
        "A new owner becomes an ordinary member; who joined as an ordinary member is removed. The "
        "last owner, and protected logins, are never touched; nobody is ever made an owner, except "
        "by `/undo`."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of a person's role in the organisation."""
        given = required(alert, "permission")
        if given == "read" and alert.action == "org.add_member":
            login = await present_login(situation, alert)
            return replace(removal(situation, alert.org, login), changed=MEMBER)
        if given != OWNER:
            raise CannotChange(
                f"Tipstaff makes nobody an owner by itself; if {required(alert, 'user')} should "
                "be one again, an owner has to do it."
            )
        login = await present_login(situation, alert)
        where = {"org": alert.org, "username": login}

        async def read() -> Present:
            return Present(label=await role_now(situation.gh, alert.org, login))

        async def write(role: str | None, _: Mapping[str, Any]) -> str | None:
            if role is None:
                raise CannotChange("Tipstaff does not remove a member in place of an owner.")
            await situation.gh.call("PUT", MEMBERSHIP, where, body={"role": role})
            if role == MEMBER and not await others_own(situation.gh, alert.org, login):
                await situation.gh.call("PUT", MEMBERSHIP, where, body={"role": OWNER})
                raise CannotChange(
                    f"The other owners of {alert.org} were gone once {login} was a member, so "
                    f"Tipstaff gave {login} the owner role back. Make somebody else an owner first."
                )
            return None

        async def guard() -> Decision:
            return await spare_owner(situation, alert.org, login)

        return Change(
            thing=f"the role of {login} in {alert.org}",
            changed=OWNER,
            wanted=MEMBER,
            read=read,
            write=write,
            words=lambda _, now: _words(login, alert.org, now),
            guard=guard,
            effect=lambda now: f"org-role:{alert.org}/{login}={now}".lower(),
        )


def _words(login: str, org: str, now: str | None) -> str:
    if now == OWNER:
        return f"Made {login} an owner of {org} again."
    return f"Took the owner role in {org} from {login}, who is an ordinary member now."
