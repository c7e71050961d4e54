"""A person's role on a repository: back to the former one, or removed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.actions.people.collaborator import collaborator_change
from bot.actions.people.subject import same
from bot.actions.revert.former import Former, told_in_full, told_level, untold_level
from bot.actions.revert.reverter import Reverter, repository, required
from bot.actions.revert.reverter import login as present_login
from bot.respond.alert import Alert
from bot.respond.told import is_own, is_wide, role_of

_GONE = "repo.remove_member"


class CollaboratorReverter(Reverter):
    """Answers a collaborator who was added or removed, or whose role was changed."""

    actions = ("repo.add_member", "repo.update_member", _GONE)
    needs: ClassVar[Mapping[str, str]] = {"administration": "write", "metadata": "read"}
    puts_back = (
        "A collaborator gets the former role again, or is removed when there was none. Removing "
        "also deletes their private forks, which an undo does not bring back. Webhooks call a "
        "former role of maintain write, one of triage read, and do not tell that of who was "
        "removed: then it comes from [what an earlier event "
        "told](decisions/7-recorded-levels.md), or a person is asked, or told what they can do. "
        "Who was removed gets the role back, or an invitation to it."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the collaborator's change of role."""
        former = await _former(situation, alert)
        login, repo = await present_login(situation, alert), await repository(situation, alert)
        given = None if alert.action == _GONE else required(alert, "permission")
        change = collaborator_change(situation, repo, login, changed=given, wanted=former.state)
        change = told_in_full(change, role_of(alert.fields))
        if given is not None and is_wide(given) and not _names_roles(alert):
            # A webhook's word for a role of the organisation's own is that of its base.
            change = replace(change, also=is_own)
        return former.put_into(change, situation)


async def _former(situation: Situation, alert: Alert) -> Former:
    """Return the role of before; raise `CannotChange` when neither event nor record knows it."""
    told = alert.fields.get("old_permission") or alert.fields.get("old_repo_permission")
    thing = role_of(alert.fields)
    if isinstance(told, str):
        return await told_level(situation, alert, thing, told, named=_names_roles(alert))
    if alert.action == "repo.add_member":
        return Former(state=None)
    user = required(alert, "user")
    if alert.action == _GONE and same(alert.actor, user):
        raise CannotChange(f"{user} left {required(alert, 'repo')} of their own accord.")
    return await untold_level(situation, alert, thing, whose=user, advice=_advice(alert))


def _names_roles(alert: Alert) -> bool:
    """Tell whether the event gives roles by their own names, not in a webhook's older words."""
    if alert.action != "repo.update_member":
        return True
    return "role_name" in (alert.fields.get("changed") or ())


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
