"""A branch's protection that was made, changed or taken away: as it was before."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import Change
from bot.actions.repository.branch_protection import (
    PROTECTION_NEEDS,
    branch_of,
    removal,
    restoration,
)
from bot.actions.revert.reverter import Reverter, repository
from bot.core.normalise.branch_protection import BRANCH_PROTECTION_RULE
from bot.respond.alert import Alert


class BranchProtectionReverter(Reverter):
    """Answers a rule that protects a branch: made, changed or deleted."""

    actions = tuple(dict.fromkeys(row.becomes for row in BRANCH_PROTECTION_RULE.rows))
    needs: ClassVar[Mapping[str, str]] = PROTECTION_NEEDS
    puts_back = (
        "A protection that was made is taken away, one that was deleted is set again, and of one "
        "that was changed just that is set back, but for what was changed again since. GitHub's "
        "REST API takes single branches only: "
        "for a rule with a pattern, and for what it can't set (the merge queue, required "
        "deployments), the case tells a person."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of a branch's protection."""
        branch = branch_of(situation, alert, await repository(situation, alert))
        if alert.action == "protected_branch.create":
            return await removal(situation, alert, branch)
        return await restoration(situation, alert, branch)
