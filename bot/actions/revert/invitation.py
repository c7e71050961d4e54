"""An invitation, to the organisation or to a repository: taken back."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import Change
from bot.actions.people.cancel_invitation import cancel_to_organization, cancel_to_repository
from bot.actions.revert.reverter import Reverter
from bot.respond.alert import Alert


class OrganizationInvitationReverter(Reverter):
    """Answers somebody who was invited to the organisation."""

    actions = ("org.invite_member",)
    needs: ClassVar[Mapping[str, str]] = {"members": "write"}
    puts_back = (
        "The invitation is taken back while it waits. Once it was accepted it is left alone: "
        "`org.add_member` tells of that."
    )

    async def change(
        self,
        situation: Situation,
        alert: Alert,  # noqa: ARG002 - the situation's own
    ) -> Change:
        """Return the invitation being taken back."""
        return await cancel_to_organization(situation)


class RepositoryInvitationReverter(Reverter):
    """Answers somebody who was invited to a repository."""

    actions = ("repository_invitation.create",)
    needs: ClassVar[Mapping[str, str]] = {"administration": "write", "metadata": "read"}
    puts_back = (
        "The invitation is taken back while it waits. Only the audit log tells of it: no webhook "
        "does before it is accepted."
    )

    async def change(
        self,
        situation: Situation,
        alert: Alert,  # noqa: ARG002 - the situation's own
    ) -> Change:
        """Return the invitation being taken back."""
        return await cancel_to_repository(situation, "")
