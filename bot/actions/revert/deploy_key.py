"""A deploy key that was added to a repository: removed."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.actions.repository.deploy_key import DEPLOY_KEY_NEEDS, deploy_key_change, told_key
from bot.actions.repository.place import whole
from bot.actions.revert.reverter import Reverter, repository, required
from bot.respond.alert import Alert


class DeployKeyReverter(Reverter):
    """Answers a deploy key that was added to a repository."""

    actions = ("public_key.create",)
    needs: ClassVar[Mapping[str, str]] = DEPLOY_KEY_NEEDS
    puts_back = "The deploy key is removed; an undo adds the same public key again."

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the arrival of a deploy key."""
        number = whole(alert.fields.get("key_id"))
        if number is None:
            raise CannotChange(
                f"The event does not say which key of {required(alert, 'repo')} it was; please "
                "remove it by hand."
            )
        repo = await repository(situation, alert)
        name = str(alert.fields.get("title") or number)
        details = told_key(alert.fields)
        return deploy_key_change(situation, repo, number, name=name, details=details)
