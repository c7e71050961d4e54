"""An invitation to the organisation that still waits."""

from collections.abc import Mapping
from typing import Any, Final

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change, Present
from bot.actions.people.membership import INVITATIONS, promise, role_now
from bot.actions.people.subject import same, spare
from bot.actions.people.taking import take_away
from bot.core.errors import NotFound
from bot.respond.guards import Allow, Decision

WAITING, ACCEPTED = "waiting", "accepted"

_ONE: Final = INVITATIONS + "/{invitation_id}"


def invitation_cancel(
    situation: Situation,
    org: str,
    *,
    number: int | None,
    login: str | None,
    email: str | None,
    told: Mapping[str, Any],
) -> Change:
    """Return an invitation being taken back; one that was accepted meanwhile is left alone.

    It is found by its ``number``, or by whom it invites; ``told`` are the details that the event
    gives.
    """
    who = login or email or f"number {number}"
    found: dict[str, int] = {}
    roles: list[str] = []

    async def read() -> Present:
        async for each in situation.gh.pages(INVITATIONS, {"org": org}):
            if _is_meant(each, None if "made" in found else number, login, email):
                found["id"] = int(each["id"])
                details = await _details(situation, org, each)
                return Present(label=WAITING, details=details)
        if login is not None and await role_now(situation.gh, org, login) is not None:
            return Present(label=ACCEPTED)
        return Present(label=None)

    async def write(label: str | None, details: Mapping[str, Any]) -> str | None:
        if label is None:
            where: dict[str, str | int] = {"org": org, "invitation_id": found["id"]}
            await take_away(situation.gh, _ONE, where, read)
            return None
        body = {name: value for name, value in details.items() if value}
        if not body.keys() & {"invitee_id", "email"}:
            raise CannotChange(f"Whom the invitation to {org} was for is not recorded.")
        found["made"] = 1  # the new one has another number
        roles.append(str(body.get("role")))
        await situation.gh.call("POST", INVITATIONS, {"org": org}, body=body)
        return None

    async def guard() -> Decision:
        return Allow() if login is None else await spare(situation, login)

    return Change(
        thing=f"the invitation of {who} to {org}",
        changed=WAITING,
        wanted=None,
        read=read,
        write=write,
        words=lambda _, now: words(who, org, now),
        guard=guard,
        effect=lambda now: promise(org, login, roles[-1]) if now and login and roles else None,
        details=told,
        needs_details=True,
    )


def _is_meant(
    each: Mapping[str, Any], number: int | None, login: str | None, email: str | None
) -> bool:
    if number is not None:
        return bool(each["id"] == number)
    return same(each.get("login"), login or "") or same(each.get("email"), email or "")


async def _details(situation: Situation, org: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what it takes to invite the same person again: the body of that call."""
    where: dict[str, str | int] = {"org": org, "invitation_id": int(found["id"])}
    details: dict[str, Any] = {"role": found.get("role"), "email": found.get("email")}
    try:
        teams = situation.gh.pages(_ONE + "/teams", where)
        details["team_ids"] = [int(team["id"]) async for team in teams]
        if found.get("login"):
            account = {"username": str(found["login"])}
            reply = await situation.gh.call("GET", "/users/{username}", account)
            details |= {"invitee_id": int(reply.data["id"]), "email": None}
    except NotFound:  # cancelled, or the account gone, between two calls
        return details
    return details


def words(who: str, where: str, now: str | None) -> str:
    """Tell of an invitation that was taken back, or made again."""
    if now is None:
        return f"Took back the invitation of {who} to {where}."
    return f"Invited {who} to {where} again."
