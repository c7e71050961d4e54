"""Takes a token's access to the organisation away."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from bot.actions.base import Action, Parameters, Situation, alert_of
from bot.actions.token.inventory import CREDENTIALS, TOKENS, find_listed
from bot.core.errors import NotFound
from bot.respond.alert import Alert, CaseFile
from bot.respond.guards import Allow, Ask, Facts, check
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
        "organization_administration": "write",
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
            return await self._saml(situation, alert, credential)
        owner = alert.fields.get("user") or alert.actor or "its owner"
        return Receipt(
            state=StepState.BLOCKED,
            summary="The event names no token that the organisation could revoke: a classic token "
            f"can only be deleted by {owner}, at github.com/settings/tokens.",
        )

    async def _fine_grained(self, situation: Situation, alert: Alert, number: int) -> Receipt:
        found = await find_listed(situation.gh, alert.org, TOKENS, "token_id", number)
        if found is None:
            return _gone(situation, f"The token {number} has no access to {alert.org}")
        owner = str(found["owner"]["login"])
        name = f"the token {found.get('token_name') or number} of {owner}"
        if (stopped := _guard(situation, owner)) is not None:
            return stopped
        await situation.gh.call(
            "POST",
            TOKENS + "/{pat_id}",
            {"org": alert.org, "pat_id": int(found["id"])},
            body={"action": "revoke"},
        )
        if await find_listed(situation.gh, alert.org, TOKENS, "token_id", number) is not None:
            situation.not_seen(f"{name} is still listed")
        return Receipt(
            state=StepState.DONE,
            summary=f"Revoked the access of {name} to {alert.org}.",
            before={"permissions": found.get("permissions"), "token_id": number},
        )

    async def _saml(self, situation: Situation, alert: Alert, number: int) -> Receipt:
        found = await find_listed(situation.gh, alert.org, CREDENTIALS, "credential_id", number)
        if found is None:
            return _gone(situation, f"The credential {number} is not authorised in {alert.org}")
        owner = str(found["login"])
        if (stopped := _guard(situation, owner)) is not None:
            return stopped
        try:
            await situation.gh.call(
                "DELETE",
                CREDENTIALS + "/{credential_id}",
                {"org": alert.org, "credential_id": number},
            )
        except NotFound:
            return _gone(situation, f"The credential {number} is not authorised in {alert.org}")
        if (
            await find_listed(situation.gh, alert.org, CREDENTIALS, "credential_id", number)
            is not None
        ):
            situation.not_seen(f"the credential {number} is still authorised")
        return Receipt(
            state=StepState.DONE,
            summary=f"Removed the SAML authorisation of a credential of {owner} in {alert.org}.",
            before={"scopes": found.get("scopes"), "credential_id": number},
        )


def _whole(alert: Alert, field: str) -> int | None:
    value = alert.fields.get(field)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _guard(situation: Situation, owner: str) -> Receipt | None:
    decision = check(
        Facts(own_login=situation.own_login, subject=owner, protected=situation.protected)
    )
    if isinstance(decision, Allow):
        return None
    state = StepState.AWAITING if isinstance(decision, Ask) else StepState.BLOCKED
    return Receipt(state=state, summary=decision.reason)


def _gone(situation: Situation, text: str) -> Receipt:
    if situation.tried_before:
        return Receipt(state=StepState.DONE, summary=f"{text} any more; an earlier try took it.")
    return Receipt(state=StepState.UNCHANGED, summary=f"Nothing to do: {text}.")
