"""A ruleset that was made, changed or deleted: as it was before."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import Change
from bot.actions.repository.rulesets import (
    RULESET_NEEDS,
    of_organization,
    place_of,
    removal,
    restoration,
    ruleset_permissions,
)
from bot.actions.revert.reverter import Reverter, repository
from bot.respond.alert import Alert


class RulesetReverter(Reverter):
    """Answers a ruleset of a repository or of the organisation: made, changed or deleted."""

    actions = (
        "repository_ruleset.create",
        "repository_ruleset.update",
        "repository_ruleset.destroy",
    )
    needs: ClassVar[Mapping[str, str]] = RULESET_NEEDS
    puts_back = (
        "A ruleset that was made is deleted, and one that was deleted is made again from the rules "
        "that the event carries. Of one that was changed just that is set back, from its history, "
        "or from what the event says where GitHub shows none."
    )

    def permissions(self, alert: Alert) -> Mapping[str, str]:
        """Return what the ruleset's place needs: the repository's, or the organisation's."""
        return ruleset_permissions(alert)

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of a ruleset."""
        repo = None if of_organization(alert) else await repository(situation, alert)
        rules = place_of(situation, alert, repo)
        if alert.action == "repository_ruleset.create":
            return removal(alert, rules)
        return await restoration(alert, rules)
