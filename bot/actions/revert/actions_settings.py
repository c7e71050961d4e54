"""What GitHub Actions may run: as little again as before."""

from collections.abc import Mapping
from typing import ClassVar, Final

from bot.actions.base import Situation
from bot.actions.change import ANY, CannotChange, Change
from bot.actions.revert.reverter import Reverter, repository
from bot.actions.workflows.policy import (
    KNOWN,
    OFF,
    ORGANIZATION_NEEDS,
    REPOSITORY_NEEDS,
    of_organization,
    of_repository,
    policy_change,
)
from bot.respond.alert import Alert

_ENABLED: Final = "repo.actions_enabled"
_ORGANIZATION: Final = "org.update_actions_settings"


class ActionsSettingsReverter(Reverter):
    """Answers Actions switched on, and another choice of the actions that may run."""

    actions = (_ENABLED, "repo.update_actions_settings", _ORGANIZATION)
    needs: ClassVar[Mapping[str, str]] = {**REPOSITORY_NEEDS, **ORGANIZATION_NEEDS}
    puts_back = (
        "Actions that were switched on are switched off. Another choice of what may run becomes "
        "the former one, where the event says both (`old_policy`, `new_policy`)."
    )

    def permissions(self, alert: Alert) -> Mapping[str, str]:
        """Return what the repository needs, or the organisation."""
        return ORGANIZATION_NEEDS if alert.action == _ORGANIZATION else REPOSITORY_NEEDS

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of what may run."""
        if alert.action == _ENABLED:
            realm = of_repository(await repository(situation, alert))
            return policy_change(situation, realm, changed=ANY, wanted=OFF)
        former, now = _policy(alert, "old_policy"), _policy(alert, "new_policy")
        if alert.action == _ORGANIZATION:
            realm = of_organization(alert.org)
        else:
            realm = of_repository(await repository(situation, alert))
        return policy_change(situation, realm, changed=now, wanted=former, given=False)


def _policy(alert: Alert, field: str) -> str:
    """Return how much might run, in the API's words; raise `CannotChange` for any others."""
    value = alert.fields.get(field)
    word = {"none": OFF, "disabled": OFF}.get(str(value), str(value))
    if word not in KNOWN:
        told = f" ('{value}')" if isinstance(value, str) else ""
        raise CannotChange(
            f"The event does not say in words that Tipstaff knows what might run before{told}; "
            "an administrator can set it: Settings, Actions, General."
        )
    return word
