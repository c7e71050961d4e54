"""Takes an invitation back that nobody has accepted yet."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from pydantic import Field

from bot.actions.base import Situation, alert_of
from bot.actions.change import CannotChange, Change
from bot.actions.changing import ChangingAction
from bot.actions.people.invitation import invitation_cancel
from bot.actions.people.repository_invitation import repository_invitation_cancel
from bot.actions.people.subject import CollaboratorParameters, login_of, repository_of, same
from bot.respond.alert import Alert, CaseFile
from bot.respond.step import Step

_ORGANIZATION: Final = {"members": "write"}
_REPOSITORY: Final = {"administration": "write", "metadata": "read"}

_SPELLING: Final = {"read": "direct_member"}
"""An organisation's roles in events, as invitations spell them."""


class CancelInvitationParameters(CollaboratorParameters):
    """Parameters of ``cancel-invitation``."""

    user: str = Field(
        default="",
        description="The login that was invited; left out, whom the event tells of.",
        max_length=100,
    )
    repository: str = Field(
        default="",
        description=(
            "The repository as `owner/name`; left out, the event's if it tells of an invitation "
            "to one, else the organisation is meant."
        ),
        max_length=200,
    )


class CancelInvitation(ChangingAction[CancelInvitationParameters]):
    """Takes back what would let somebody in, before they accept."""

    name = "cancel-invitation"
    summary = (
        "Takes back an invitation to the organisation or to a repository that still waits. One "
        "that was accepted is left alone, and the receipt says so."
    )
    Params = CancelInvitationParameters
    needs: ClassVar[Mapping[str, str]] = {**_ORGANIZATION, **_REPOSITORY}
    undo_note = "`/undo` invites the same person again, with the same role and teams."
    example = "- action: cancel-invitation\n"

    def permissions(self, step: Step, file: CaseFile) -> Mapping[str, str]:
        """Return what the kind of invitation needs."""
        alert = alert_of(step, file)
        to_repository = step.params.get("repository") or (alert and _is_to_repository(alert))
        return _REPOSITORY if to_repository else _ORGANIZATION

    async def change(self, situation: Situation, params: CancelInvitationParameters) -> Change:
        """Return the invitation being taken back."""
        alert = situation.subject()
        if params.repository or _is_to_repository(alert):
            return await cancel_to_repository(situation, params.repository, params.user)
        return await cancel_to_organization(situation, params.user)


async def cancel_to_organization(situation: Situation, given: str = "") -> Change:
    """Return an invitation to the organisation taken back: the event's, or that of a login."""
    alert = situation.subject()
    the_events = not given or same(alert.fields.get("user"), given.strip().lstrip("@"))
    named = given or alert.fields.get("user")
    number = alert.fields.get("invitation_id") if the_events else None
    email = alert.fields.get("invitee_email") if the_events else None
    if not (named or number or email):
        raise CannotChange("The event does not say whom it invited; please look at it by hand.")
    return invitation_cancel(
        situation,
        alert.org,
        number=number if isinstance(number, int) else None,
        login=await login_of(situation, given) if named else None,
        email=str(email) if email else None,
        told=_told(alert) if the_events else {},
    )


async def cancel_to_repository(situation: Situation, repository: str, given: str = "") -> Change:
    """Return an invitation to a repository taken back: the event's, or that of a login."""
    invitee = situation.subject().fields.get("invitee")
    named = given or (invitee if isinstance(invitee, str) else "")
    login = await login_of(situation, named)
    return repository_invitation_cancel(
        situation, await repository_of(situation, repository), login
    )


def _is_to_repository(alert: Alert) -> bool:
    return alert.action.startswith("repository_invitation.")


def _told(alert: Alert) -> dict[str, Any]:
    """Return what the event tells of an invitation, if it could be made again from that."""
    fields = alert.fields
    number, email = fields.get("user_id"), fields.get("invitee_email")
    if number is None and email is None:
        return {}
    role = str(fields.get("permission") or "read")
    whom = {"email": email} if number is None else {"invitee_id": number}
    return {"role": _SPELLING.get(role, role), **whom}
