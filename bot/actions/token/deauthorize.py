"""Removes a credential's SAML single sign-on authorisation."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from bot.actions.base import Action, Parameters, Situation
from bot.actions.repository.place import whole
from bot.actions.token.saml import SAML_NEEDS, deauthorize
from bot.respond.step import Receipt, StepState


class DeauthorizeSsoCredentialParameters(Parameters):
    """Parameters of ``deauthorize-sso-credential``."""

    credential_id: int | None = Field(
        default=None,
        description="The number in the organisation's list of authorised credentials; left out, "
        "the event's `credential_id`.",
    )


class DeauthorizeSsoCredential(Action[DeauthorizeSsoCredentialParameters]):
    """Locks a classic token or an SSH key out of an organisation with SAML single sign-on."""

    name = "deauthorize-sso-credential"
    summary = (
        "Removes the SAML single sign-on authorisation of a classic token or an SSH key: it "
        "reaches nothing of the organisation any more, and goes on working elsewhere."
    )
    Params = DeauthorizeSsoCredentialParameters
    needs: ClassVar[Mapping[str, str]] = SAML_NEEDS
    changes: ClassVar[bool] = True
    undo_note = "The credential's owner authorises it anew, at github.com/settings."
    example = "- action: deauthorize-sso-credential\n"

    async def apply(
        self, situation: Situation, params: DeauthorizeSsoCredentialParameters
    ) -> Receipt:
        """Take the authorisation away, and see it gone."""
        alert = situation.subject()
        number = params.credential_id
        if number is None:
            number = whole(alert.fields.get("credential_id"))
        if number is None:
            return Receipt(
                state=StepState.BLOCKED,
                summary="The event names no credential that SAML single sign-on lets in; an owner "
                "can look at a member's, in the organisation's settings under People.",
            )
        return await deauthorize(situation, alert.org, number)
