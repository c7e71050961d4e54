"""Switches a webhook off."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation, alert_of
from bot.actions.change import Change
from bot.actions.changing import ChangingAction
from bot.actions.repository.place import number_of
from bot.actions.repository.webhook import (
    ACTIVE,
    DISABLED,
    HOOK_NEEDS,
    WebhookParameters,
    hook_permissions,
    place_of,
    switching,
)
from bot.respond.alert import CaseFile
from bot.respond.step import Step


class DisableWebhook(ChangingAction[WebhookParameters]):
    """Lets a webhook of a repository or of the organisation send nothing more."""

    name = "disable-webhook"
    summary = (
        "Switches a webhook of a repository or of the organisation off: it sends nothing more, "
        "and keeps its address and secret."
    )
    Params = WebhookParameters
    needs: ClassVar[Mapping[str, str]] = HOOK_NEEDS
    undo_note = "`/undo` switches it on again."
    example = "- action: disable-webhook\n"

    def permissions(self, step: Step, file: CaseFile) -> Mapping[str, str]:
        """Return only what this webhook's place needs."""
        return hook_permissions(alert_of(step, file), step.params)

    async def change(self, situation: Situation, params: WebhookParameters) -> Change:
        """Return the switching off of the webhook."""
        number = number_of(situation.subject(), params.hook_id, "hook_id", "webhook")
        place = await place_of(situation, params, number)
        return switching(situation, place, number, changed=ACTIVE, wanted=DISABLED)
