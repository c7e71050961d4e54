"""Takes a token's access to the organisation away."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from bot.actions.base import Action, Parameters, Situation, alert_of
from bot.actions.token.guard import gone, stopped
from bot.actions.token.inventory import TOKENS, find_listed
from bot.actions.token.saml import SAML_NEEDS, deauthorize
from bot.core.errors import NotFound
from bot.respond.alert import Alert, CaseFile
from bot.respond.step import Receipt, Step, StepState


class RevokeTokenParameters(Parameters):
    """Parameters of ``revoke-token``."""

    kind: Literal["auto", "fine-grained", "saml"] = Field(
        default="auto",
        description="`fine-grained`: the organisation's own list; `saml`: the SAML authorisation "
        "of a classic token or SSH key; `auto`: whichever the event names.",
    )


class RevokeToken(Action[RevokeTokenParameters]):
    """Revokes a fine-grained token's access, or a credential's SAML authorisation."""

    name = "revoke-token"
    summary = (
        "Revokes a fine-grained token's access to the organisation, or removes the SAML single "
        "sign-on authorisation of a classic token or SSH key. A classic token of an organisation "
        "without SAML can only be revoked by its owner: the step then says so."
    )
    Params = RevokeTokenParameters
    needs: ClassVar[Mapping[str, str]] = {
        "organization_personal_access_tokens": "write",
        **SAML_NEEDS,
    }
    changes: ClassVar[bool] = True
    undo_note = "The token's owner asks for access again, or authorises the credential anew."
    example = "- action: revoke-token\n"

    def permissions(self, step: Step, file: CaseFile) -> Mapping[str, str]:
        """Return only what the event's kind of token needs."""
        alert = alert_of(step, file)
        if alert is None:
            return self.needs
        fine_grained = step.params.get("kind") != "saml" and _whole(alert, "token_id") is not None
        unneeded = (
            "organization_administration" if fine_grained else "organization_personal_access_tokens"
        )
        return {name: level for name, level in self.needs.items() if name != unneeded}

    async def apply(self, situation: Situation, params: RevokeTokenParameters) -> Receipt:
        """Find the token in GitHub's list, revoke it, and see it gone."""
        alert = situation.subject()
        fine_grained = _whole(alert, "token_id")
        credential = _whole(alert, "credential_id")
        if params.kind != "saml" and fine_grained is not None:
            return await self._fine_grained(situation, alert, fine_grained)
        if params.kind != "fine-grained" and credential is not None:
            return await deauthorize(situation, alert.org, credential)
        owner = alert.fields.get("user") or alert.actor or "its owner"
        return Receipt(
            state=StepState.BLOCKED,
            summary="The event names no token that the organisation could revoke: a classic token "
            f"can only be deleted by {owner}, at github.com/settings/tokens.",
        )

    async def _fine_grained(self, situation: Situation, alert: Alert, number: int) -> Receipt:
        found = await find_listed(situation.gh, alert.org, TOKENS, "token_id", number)
        if found is None:
            return gone(situation, f"The token {number} has no access to {alert.org}")
        owner = str(found["owner"]["login"])
        name = f"the token {found.get('token_name') or number} of {owner}"
        if (stop := stopped(situation, owner)) is not None:
            return stop
        where: dict[str, str | int] = {"org": alert.org, "pat_id": int(found["id"])}
        try:
            await situation.gh.call("POST", TOKENS + "/{pat_id}", where, body={"action": "revoke"})
        except NotFound:
            # Somebody may have been quicker; a 404 alone does not say so.
            if await find_listed(situation.gh, alert.org, TOKENS, "token_id", number) is not None:
                raise
            return gone(situation, f"The token {number} has no access to {alert.org}")
        if await find_listed(situation.gh, alert.org, TOKENS, "token_id", number) is not None:
            situation.not_seen(f"{name} is still listed")
        return Receipt(
            state=StepState.DONE,
            summary=f"Revoked the access of {name} to {alert.org}.",
            before={"permissions": found.get("permissions"), "token_id": number},
        )


def _whole(alert: Alert, field: str) -> int | None:
    value = alert.fields.get(field)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
