"""Deletes a webhook."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation, alert_of
from bot.actions.change import Change
from bot.actions.changing import ChangingAction
from bot.actions.repository.place import number_of
from bot.actions.repository.webhook import (
    HOOK_NEEDS,
    WebhookParameters,
    deletion,
    hook_permissions,
    place_of,
)
from bot.respond.alert import CaseFile
from bot.respond.step import Step


class DeleteWebhook(ChangingAction[WebhookParameters]):
    """Deletes a webhook of a repository or of the organisation."""

    name = "delete-webhook"
    summary = (
        "Deletes a webhook of a repository or of the organisation. Where it may turn out to be "
        "needed, `disable-webhook` is the gentler way."
    )
    Params = WebhookParameters
    needs: ClassVar[Mapping[str, str]] = HOOK_NEEDS
    undo_note = (
        "GitHub never shows a webhook's secret, so it can't be made again as it was: an "
        "administrator adds it anew, with a new secret. The receipt tells its events and host."
    )
    example = """\
- action: delete-webhook
  with:
    scope: organization
"""

    def permissions(self, step: Step, file: CaseFile) -> Mapping[str, str]:
        """Return only what this webhook's place needs."""
        return hook_permissions(alert_of(step, file), step.params)

    async def change(self, situation: Situation, params: WebhookParameters) -> Change:
        """Return the deletion of the webhook."""
        number = number_of(situation.subject(), params.hook_id, "hook_id", "webhook")
        place = await place_of(situation, params, number)
        return deletion(situation, place, number)
