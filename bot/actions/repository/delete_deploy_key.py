"""Removes a deploy key."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from bot.actions.base import Situation
from bot.actions.change import Change
from bot.actions.changing import ChangingAction
from bot.actions.people.subject import repository_of
from bot.actions.repository.deploy_key import DEPLOY_KEY_NEEDS, deploy_key_change, told_key
from bot.actions.repository.place import RepositoryParameters, number_of, whole


class DeleteDeployKeyParameters(RepositoryParameters):
    """Parameters of ``delete-deploy-key``."""

    key_id: int | None = Field(
        default=None, description="The key's number; left out, the event's `key_id`."
    )


class DeleteDeployKey(ChangingAction[DeleteDeployKeyParameters]):
    """Removes an SSH key that opens a repository."""

    name = "delete-deploy-key"
    summary = "Removes a deploy key, an SSH key that opens one repository."
    Params = DeleteDeployKeyParameters
    needs: ClassVar[Mapping[str, str]] = DEPLOY_KEY_NEEDS
    undo_note = "`/undo` adds the same public key again, with the same right to write."
    example = "- action: delete-deploy-key\n"

    async def change(self, situation: Situation, params: DeleteDeployKeyParameters) -> Change:
        """Return the removal of the deploy key."""
        alert = situation.subject()
        number = number_of(alert, params.key_id, "key_id", "deploy key")
        repo = await repository_of(situation, params.repository)
        told = whole(alert.fields.get("key_id")) == number
        name = str((alert.fields.get("title") if told else None) or number)
        details = told_key(alert.fields) if told else {}
        return deploy_key_change(situation, repo, number, name=name, details=details)
