"""What each thing that can be put back provides."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.actions.names import login_now, repository_now, team_now
from bot.respond.alert import Alert


class Reverter(ABC):
    """Knows how to put back one kind of change.

    ``actions`` are the events it answers (audit-log actions), ``needs`` the GitHub permissions it
    uses, ``puts_back`` says for the documentation what becomes of it.
    """

    actions: ClassVar[tuple[str, ...]]
    needs: ClassVar[Mapping[str, str]]
    puts_back: ClassVar[str]

    def permissions(
        self,
        alert: Alert,  # noqa: ARG002 - most need the same whatever the event
    ) -> Mapping[str, str]:
        """Return the permissions this very event needs: all of ``needs``, or fewer."""
        return self.needs

    @abstractmethod
    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change to put back, by present names.

        Raises `CannotChange` when this event can't be.
        """


async def repository(situation: Situation, alert: Alert) -> str:
    """Return what the event's repository is called now; raise `CannotChange` when it is gone."""
    name = required(alert, "repo")
    found = await repository_now(situation.gh, name, alert.fields.get("repo_id"))
    if found is None:
        raise CannotChange(f"The repository {name} is gone, or out of the App's reach.")
    present = str(found["full_name"])
    if not _is_at_home(found["owner"], alert):
        raise CannotChange(
            f"The repository {name} is {present} now and belongs to {alert.org} no more; its new "
            "owner has to look at it, or give it back: Settings, General, Transfer ownership."
        )
    return present


def _is_at_home(owner: Mapping[str, Any], alert: Alert) -> bool:
    """Tell whether a repository still belongs to the event's organisation, renamed or not."""
    same_name = str(owner["login"]).casefold() == alert.org.casefold()
    return same_name or owner["id"] == alert.fields.get("org_id")


async def team_slug(situation: Situation, alert: Alert) -> str:
    """Return the slug that the event's team has now; raise `CannotChange` when it is gone."""
    team = required(alert, "team")
    slug = await team_now(situation, alert, team.rpartition("/")[2])
    if slug is None:
        raise CannotChange(f"The team {team} is gone, or out of the App's reach.")
    return slug


async def login(situation: Situation, alert: Alert) -> str:
    """Return the login that the event's user has now; raise `CannotChange` without an account."""
    former = required(alert, "user")
    present = await login_now(situation, alert, former)
    if present is None:
        raise CannotChange(f"There is no account of {former} any more: nothing to put back.")
    return present


def required(alert: Alert, field: str) -> str:
    """Return a text field of the event; raise `CannotChange` when the event lacks it."""
    value = alert.fields.get(field)
    if not isinstance(value, str) or not value:
        raise CannotChange(
            f"The event does not say its '{field}', so Tipstaff can't tell what to put back; "
            "please look at it by hand."
        )
    return value
