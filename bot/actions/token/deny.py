"""Denies a request for a fine-grained token."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from bot.actions.base import Action, Parameters, Situation
from bot.actions.token.inventory import REQUESTS, find_listed
from bot.core.errors import NotFound
from bot.respond.guards import Allow, Ask, Facts, check
from bot.respond.step import Receipt, StepState


class DenyTokenRequestParameters(Parameters):
    """Parameters of ``deny-token-request``."""

    reason: str = Field(
        default="This token asks for more than the organisation allows.",
        max_length=1024,
        description="Told to the person who asked; plain text.",
    )


class DenyTokenRequest(Action[DenyTokenRequestParameters]):
    """Denies the request that the event tells of."""

    name = "deny-token-request"
    summary = "Denies a pending request for a fine-grained token, with a reason for its owner."
    Params = DenyTokenRequestParameters
    needs: ClassVar[Mapping[str, str]] = {"organization_personal_access_token_requests": "write"}
    changes: ClassVar[bool] = True
    undo_note = "The person can ask again."
    example = """\
- action: deny-token-request
  with:
    reason: "Please ask for single repositories, and no more than 90 days."
"""

    async def apply(self, situation: Situation, params: DenyTokenRequestParameters) -> Receipt:
        """Deny the request if it still waits, and see it gone."""
        alert = situation.subject()
        number = alert.fields.get("user_programmatic_access_request_id")
        if not isinstance(number, int):
            return Receipt(
                state=StepState.BLOCKED, summary="The event tells of no request for a token."
            )
        found = await find_listed(situation, REQUESTS, "id", number)
        if found is None:
            return self._gone(situation, number)
        owner = str(found["owner"]["login"])
        decision = check(
            Facts(own_login=situation.own_login, subject=owner, protected=situation.protected)
        )
        if not isinstance(decision, Allow):
            state = StepState.AWAITING if isinstance(decision, Ask) else StepState.BLOCKED
            return Receipt(state=state, summary=decision.reason)
        name = f"the token {found.get('token_name') or number} of {owner}"
        try:
            await situation.gh.call(
                "POST",
                REQUESTS + "/{pat_request_id}",
                {"org": alert.org, "pat_request_id": number},
                body={"action": "deny", "reason": params.reason},
            )
        except NotFound:
            return self._gone(situation, number)
        if await find_listed(situation, REQUESTS, "id", number) is not None:
            situation.not_seen(f"the request for {name} is still listed")
        return Receipt(
            state=StepState.DONE,
            summary=f"Denied the request for {name}.",
            before={"permissions": found.get("permissions"), "request_id": number},
        )

    def _gone(self, situation: Situation, number: int) -> Receipt:
        if situation.tried_before:
            text = f"The request {number} no longer waits; an earlier try denied it."
            return Receipt(state=StepState.DONE, summary=text)
        text = f"Nothing to do: the request {number} no longer waits."
        return Receipt(state=StepState.UNCHANGED, summary=text)
