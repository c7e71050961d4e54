"""A self-hosted runner that was registered: removed."""

from collections.abc import Mapping
from typing import ClassVar, Final

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.actions.repository.place import whole
from bot.actions.revert.reverter import Reverter, repository
from bot.actions.workflows.runner import (
    ORGANIZATION_NEEDS,
    REPOSITORY_NEEDS,
    find,
    of_organization,
    of_repository,
    runner_removal,
)
from bot.respond.alert import Alert

_ORGANIZATION: Final = "org.register_self_hosted_runner"


class RunnerReverter(Reverter):
    """Answers a self-hosted runner that was registered."""

    actions = ("repo.register_self_hosted_runner", _ORGANIZATION)
    needs: ClassVar[Mapping[str, str]] = {**REPOSITORY_NEEDS, **ORGANIZATION_NEEDS}
    puts_back = (
        "The runner is removed, where the event says which one it was (`runner_id` or "
        "`runner_name`); where not, the case says where a person finds it. It can only be "
        "registered again on its own machine."
    )

    def permissions(self, alert: Alert) -> Mapping[str, str]:
        """Return what the repository needs, or the organisation."""
        return ORGANIZATION_NEEDS if alert.action == _ORGANIZATION else REPOSITORY_NEEDS

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the runner's arrival."""
        number = whole(alert.fields.get("runner_id"))
        name = str(alert.fields.get("runner_name") or "")
        if number is None and not name:
            raise CannotChange(
                "The event does not say which runner it was. An administrator finds it under "
                "Settings, Actions, Runners, and can remove it there."
            )
        if alert.action == _ORGANIZATION:
            pool = of_organization(alert.org)
        else:
            pool = of_repository(await repository(situation, alert))
        found = await find(situation, (pool,), number=number, name=name)
        return runner_removal(situation, pool, found[1] if found else number, name)
