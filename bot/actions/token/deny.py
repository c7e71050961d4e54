"""Denies a request for a fine-grained token."""

from collections.abc import Mapping
from typing import ClassVar, Final

from pydantic import Field

from bot.actions.base import Action, Parameters, Situation
from bot.actions.token.guard import stopped
from bot.actions.token.inventory import REQUESTS, TOKENS, TOKENS_NEEDS, find_listed
from bot.core.errors import Forbidden, NotFound
from bot.respond.alert import Alert, CaseFile
from bot.respond.step import Receipt, Step, StepState

_LONGEST_REASON: Final = 1024


class DenyTokenRequestParameters(Parameters):
    """Parameters of ``deny-token-request``."""

    reason: str = Field(
        default="This token asks for more than the organisation allows.",
        description="Told to the person who asked; plain text, cut at 1,024 characters.",
    )


class DenyTokenRequest(Action[DenyTokenRequestParameters]):
    """Denies the request that the event tells of."""

    name = "deny-token-request"
    summary = (
        "Denies a pending request for a fine-grained token, with a reason for its owner. A request "
        "that no longer waits is looked for among the approved tokens, and the receipt tells."
    )
    Params = DenyTokenRequestParameters
    needs: ClassVar[Mapping[str, str]] = {
        "organization_personal_access_token_requests": "write",
        **TOKENS_NEEDS,
    }
    changes: ClassVar[bool] = True
    undo_note = "The person can ask again."
    example = """\
- action: deny-token-request
  with:
    reason: "Please ask for single repositories, and no more than 90 days."
"""

    def permissions(
        self,
        step: Step,  # noqa: ARG002 - the same for every step
        file: CaseFile,  # noqa: ARG002 - as above
    ) -> Mapping[str, str]:
        """Return what denying takes; reading the approved tokens is asked for by itself."""
        return {"organization_personal_access_token_requests": "write"}

    async def apply(self, situation: Situation, params: DenyTokenRequestParameters) -> Receipt:
        """Deny the request if it still waits, and see it gone."""
        alert = situation.subject()
        number = alert.fields.get("user_programmatic_access_request_id")
        if not isinstance(number, int):
            return Receipt(
                state=StepState.BLOCKED, summary="The event tells of no request for a token."
            )
        found = await find_listed(situation.gh, alert.org, REQUESTS, "id", number)
        if found is None:
            return await self._gone(situation, alert, number)
        owner = str(found["owner"]["login"])
        if (stop := stopped(situation, owner)) is not None:
            return stop
        name = f"the token {found.get('token_name') or number} of {owner}"
        try:
            await situation.gh.call(
                "POST",
                REQUESTS + "/{pat_request_id}",
                {"org": alert.org, "pat_request_id": number},
                # Whoever asks may have a say in it, and must not keep it from being sent.
                body={"action": "deny", "reason": params.reason[:_LONGEST_REASON]},
            )
        except NotFound:
            # Somebody may have been quicker; a 404 alone does not say so.
            if await find_listed(situation.gh, alert.org, REQUESTS, "id", number) is not None:
                raise
            return await self._gone(situation, alert, number)
        if await find_listed(situation.gh, alert.org, REQUESTS, "id", number) is not None:
            situation.not_seen(f"the request for {name} is still listed")
        return Receipt(
            state=StepState.DONE,
            summary=f"Denied the request for {name}.",
            before={"permissions": found.get("permissions"), "request_id": number},
        )

    async def _gone(self, situation: Situation, alert: Alert, number: int) -> Receipt:
        """Tell what became of a request that no longer waits: it may have been approved."""
        approved = await _is_approved(situation, alert.fields.get("token_id"))
        if approved:
            text = (
                f"The request {number} was approved by somebody: the token has access. "
                "`revoke-token` can take it away."
            )
            return Receipt(state=StepState.UNCHANGED, summary=text)
        if situation.tried_before and approved is False:
            text = f"The request {number} no longer waits; an earlier try denied it."
            return Receipt(state=StepState.DONE, summary=text)
        unknown = "" if approved is False else " Whether it was approved, Tipstaff can't see."
        text = f"Nothing to do: the request {number} no longer waits.{unknown}"
        return Receipt(state=StepState.UNCHANGED, summary=text)


async def _is_approved(situation: Situation, number: object) -> bool | None:
    """Tell whether a token has access; ``None`` when the App may not see, or it has no number."""
    if not isinstance(number, int):
        return None
    try:
        gh = situation.view(TOKENS_NEEDS)
        return (
            await find_listed(gh, situation.file.case.org, TOKENS, "token_id", number) is not None
        )
    except (NotFound, Forbidden):
        return None
