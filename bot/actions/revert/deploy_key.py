"""A deploy key that was added to a repository: removed; one that was removed: added again."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change, Present
from bot.actions.repository.deploy_key import (
    DEPLOY_KEY_NEEDS,
    THERE,
    deploy_key_change,
    find_key,
    remove_key,
    told_key,
)
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


class RemovedKeyReverter(Reverter):
    """Answers a deploy key that was removed from a repository."""

    actions = ("public_key.delete",)
    needs: ClassVar[Mapping[str, str]] = DEPLOY_KEY_NEEDS
    puts_back = (
        "A key that could only read is added again, with the same public half. One that could "
        "push is a person's matter: whoever removed it may have had to."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the loss of a deploy key."""
        name = str(alert.fields.get("title") or alert.fields.get("key_id") or "of the event")
        details = told_key(alert.fields)
        place = f"an administrator can add it: {required(alert, 'repo')}, Settings, Deploy keys"
        if not details:
            raise CannotChange(f"The event does not tell the whole key {name}; {place}.")
        if not details["read_only"]:
            raise CannotChange(
                f"The key {name} could push, and Tipstaff gives nobody such a key by itself. If "
                f"its removal was wrong, {place}."
            )
        repo = await repository(situation, alert)
        key = str(details["key"])

        async def read() -> Present:
            return await find_key(situation, repo, key)

        async def write(label: str | None, _: Mapping[str, Any]) -> str | None:
            if label is None:
                await remove_key(situation, repo, key)
                return None
            return await added.write(label, details)

        added = deploy_key_change(situation, repo, 0, name=name, details=details)
        return replace(
            added,
            changed=None,
            wanted=THERE,
            read=read,
            write=write,
            details={},
            needs_details=False,
        )
