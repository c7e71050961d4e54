"""A person's role on a repository: back to the former one, or removed."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.actions.people.collaborator import collaborator_change
from bot.actions.revert.reverter import Reverter, repository, required
from bot.actions.revert.reverter import login as present_login
from bot.respond.alert import Alert

_GONE = "repo.remove_member"


class CollaboratorReverter(Reverter):
    """Answers a collaborator who was added or removed, or whose role was changed."""

    actions = ("repo.add_member", "repo.update_member", _GONE)
    needs: ClassVar[Mapping[str, str]] = {"administration": "write", "metadata": "read"}
    puts_back = (
        "A collaborator gets the former role again, or is removed when there was none. Removing "
        "also deletes their private forks, which an undo does not bring back. Who was removed gets "
        "the role back, or an invitation to it, when the event tells the role: webhooks do not, "
        "and the case then says what a person can do."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the collaborator's change of role."""
        former = alert.fields.get("old_permission") or alert.fields.get("old_repo_permission")
        if alert.action != "repo.add_member" and not isinstance(former, str):
            raise CannotChange(_advice(alert))
        login, repo = await present_login(situation, alert), await repository(situation, alert)
        return collaborator_change(
            situation,
            repo,
            login,
            changed=None if alert.action == _GONE else required(alert, "permission"),
            wanted=former if isinstance(former, str) else None,
        )


def _advice(alert: Alert) -> str:
    login, repo = required(alert, "user"), required(alert, "repo")
    if alert.action == _GONE:
        return (
            f"The event does not say which role {login} had on {repo}. If the removal was wrong, "
            f"an administrator of {repo} can invite them again, in its settings under "
            "Collaborators and teams."
        )
    return (
        f"The event does not say which role {login} had before; please set the right one by hand."
    )
