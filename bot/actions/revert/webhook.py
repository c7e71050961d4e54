"""A webhook that was added, switched, or given other events: as it was before."""

from collections.abc import Mapping
from typing import Any, ClassVar

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.actions.repository.place import number_of
from bot.actions.repository.webhook import (
    ACTIVE,
    DISABLED,
    HOOK_NEEDS,
    WebhookParameters,
    choosing,
    deletion,
    hook_permissions,
    place_of,
    switching,
)
from bot.actions.revert.reverter import Reverter
from bot.respond.alert import Alert


class WebhookReverter(Reverter):
    """Answers the audit log's entries about webhooks; no webhook tells an App of another."""

    actions = ("hook.create", "hook.active_changed", "hook.events_changed")
    needs: ClassVar[Mapping[str, str]] = HOOK_NEEDS
    puts_back = (
        "A webhook that was added is deleted, which an undo can't bring back: GitHub never shows "
        "its secret. One that was switched on or off is switched back, and one that was given "
        "other events gets the former ones."
    )

    def permissions(self, alert: Alert) -> Mapping[str, str]:
        """Return what the webhook's place needs: the repository's, or the organisation's."""
        return hook_permissions(alert, {})

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of a webhook."""
        number = number_of(alert, None, "hook_id", "webhook")
        place = await place_of(situation, WebhookParameters(), number)
        if alert.action == "hook.create":
            return deletion(situation, place, number)
        if alert.action == "hook.active_changed":
            now, was = _active(alert, "active"), _active(alert, "active_was")
            return switching(situation, place, number, changed=now, wanted=was)
        events, former = _events(alert, "events"), _events(alert, "events_were")
        return choosing(situation, place, number, changed=events, wanted=former)


def _active(alert: Alert, field: str) -> str:
    value = str(alert.fields.get(field)).lower()
    if value not in {"true", "false"}:
        raise _unknown(field)
    return ACTIVE if value == "true" else DISABLED


def _events(alert: Alert, field: str) -> list[str]:
    value: Any = alert.fields.get(field)
    if not isinstance(value, list) or not value:
        raise _unknown(field)
    return [str(each) for each in value]


def _unknown(field: str) -> CannotChange:
    return CannotChange(
        f"The event does not say its '{field}', so Tipstaff can't tell how the webhook was; "
        "please look at it by hand, in the settings under Webhooks."
    )
