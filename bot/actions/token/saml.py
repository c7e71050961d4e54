"""The SAML single sign-on authorisation of a classic token or an SSH key."""

from typing import Final

from bot.actions.base import Situation
from bot.actions.token.guard import gone, stopped
from bot.actions.token.inventory import CREDENTIALS, find_listed
from bot.core.errors import NotFound
from bot.respond.step import Receipt, StepState

SAML_NEEDS: Final = {"organization_administration": "write"}


async def deauthorize(situation: Situation, org: str, number: int) -> Receipt:
    """Find the credential among the authorised ones, take it out, and see it gone."""
    found = await find_listed(situation.gh, org, CREDENTIALS, "credential_id", number)
    absent = f"The credential {number} is not authorised in {org}"
    if found is None:
        return gone(situation, absent)
    owner = str(found["login"])
    if (stop := stopped(situation, owner)) is not None:
        return stop
    where: dict[str, str | int] = {"org": org, "credential_id": number}
    try:
        await situation.gh.call("DELETE", CREDENTIALS + "/{credential_id}", where)
    except NotFound:
        # Somebody may have been quicker; a 404 alone does not say so.
        if await find_listed(situation.gh, org, CREDENTIALS, "credential_id", number) is not None:
            raise
        return gone(situation, absent)
    if await find_listed(situation.gh, org, CREDENTIALS, "credential_id", number) is not None:
        situation.not_seen(f"the credential {number} is still authorised")
    return Receipt(
        state=StepState.DONE,
        summary=f"Removed the SAML authorisation of a credential of {owner} in {org}.",
        before={"scopes": found.get("scopes"), "credential_id": number},
    )
