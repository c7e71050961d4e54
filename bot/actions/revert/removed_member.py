"""Somebody who was removed from the organisation: invited again, as an ordinary member."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.actions.people.membership import INVITED, MEMBER, invite, promise, removal
from bot.actions.people.subject import same
from bot.actions.revert.reverter import Reverter, required
from bot.actions.revert.reverter import login as present_login
from bot.respond.alert import Alert


class RemovedMemberReverter(Reverter):
    """Answers somebody who was removed from the organisation."""

    actions = ("org.remove_member",)
    needs: ClassVar[Mapping[str, str]] = {"members": "write"}
    puts_back = (
        "Who was an ordinary member is invited again, as they were; it takes effect when they "
        "accept. Who left by themselves, or was an owner, is a person's matter."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the membership, to be offered again."""
        former = required(alert, "user")
        if same(alert.actor, former):
            raise CannotChange(f"{former} left {alert.org} of their own accord: nothing to undo.")
        role = alert.fields.get("permission")
        if role != "read":
            known = "an owner" if role == "admin" else "of a role that the event does not say"
            raise CannotChange(
                f"{former} was {known}, and Tipstaff makes nobody more than an ordinary member by "
                "itself. If the removal was wrong, an owner can invite them again, in the "
                "organisation's settings under People."
            )
        login = await present_login(situation, alert)
        gone = removal(situation, alert.org, login)
        former_place = {"role": MEMBER, "id": alert.fields.get("user_id")}

        async def write(label: str | None, details: Mapping[str, Any]) -> str | None:
            if label is None:
                return await gone.write(None, details)
            return await invite(situation.gh, alert.org, login, label, former_place)

        def effect(now: str | None) -> str | None:
            return gone.effect(None) if now is None else promise(alert.org, login, MEMBER)

        return replace(gone, changed=None, wanted=INVITED, write=write, effect=effect)
