"""Shutting somebody out of the organisation."""

from collections.abc import Mapping
from typing import Any, Final

from bot.actions.base import Situation
from bot.actions.change import Change, Present
from bot.actions.people.subject import spare
from bot.core.errors import NotFound
from bot.respond.guards import Decision

BLOCKED: Final = "there"
_BLOCK: Final = "/orgs/{org}/blocks/{username}"


def block_change(
    situation: Situation, org: str, login: str, *, changed: str | None, wanted: str | None
) -> Change:
    """Return somebody being blocked (``wanted`` is `BLOCKED`), or let in again (``None``)."""
    where = {"org": org, "username": login}

    async def read() -> Present:
        try:
            await situation.gh.call("GET", _BLOCK, where)
        except NotFound:
            return Present(label=None)
        return Present(label=BLOCKED)

    async def write(label: str | None, _: Mapping[str, Any]) -> str | None:
        await situation.gh.call("DELETE" if label is None else "PUT", _BLOCK, where)
        return None

    async def guard() -> Decision:
        return await spare(situation, login)

    return Change(
        thing=f"the block of {login} in {org}",
        changed=changed,
        wanted=wanted,
        read=read,
        write=write,
        words=lambda _, now: (
            f"Unblocked {login} in {org}." if now is None else f"Blocked {login} in {org}."
        ),
        guard=guard,
        # GitHub names nobody as the one who blocked: only this tells whose act it was.
        effect=lambda now: f"org-block:{org}/{login}={'un' * (now is None)}blocked".lower(),
    )
