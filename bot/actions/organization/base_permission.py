"""What every member may do in every repository: the organisation's base permission."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change, Present
from bot.core.errors import Refused, Unavailable

BasePermission = Literal["none", "read", "write", "admin"]

RANKS: Final = ("none", "read", "write", "admin")
"""Base permissions, the lowest first."""

_ORGANIZATION: Final = "/orgs/{org}"
_FIELD: Final = "default_repository_permission"


def base_permission_change(situation: Situation, org: str, *, changed: str, wanted: str) -> Change:
    """Return the change of the organisation's base permission to ``wanted``."""

    async def read() -> Present:
        reply = await situation.gh.call("GET", _ORGANIZATION, {"org": org})
        shown = reply.data.get(_FIELD)
        if not isinstance(shown, str):
            raise CannotChange(
                f"GitHub does not show the App the base permission of {org}; please look at it in "
                "the organisation's settings under Member privileges."
            )
        return Present(label=shown)

    async def write(permission: str | None, _: Mapping[str, Any]) -> str | None:
        try:
            await situation.gh.call("PATCH", _ORGANIZATION, {"org": org}, body={_FIELD: permission})
        except Refused as refusal:
            if refusal.status != 409:
                raise
            # GitHub is still busy with a former change of the same kind.
            raise Unavailable(str(refusal), status=409, body=refusal.body) from refusal
        return None

    return Change(
        thing=f"the base permission of {org}",
        changed=changed,
        wanted=wanted,
        read=read,
        write=write,
        words=lambda was, now: _words(org, was, now),
        effect=lambda now: f"org-setting:{org}/{_FIELD}={now}".lower(),
    )


def _words(org: str, was: str | None, now: str | None) -> str:
    before = f" (was {was})" if was else ""
    return f"Set the base permission of {org} to {now}{before}."
