"""Whom, which repository and which team an action is about, by their present names."""

from typing import Final

from pydantic import Field

from bot.actions.base import Parameters, Situation
from bot.actions.change import CannotChange
from bot.actions.names import account_now, repository_now, slug_now
from bot.actions.revert.reverter import required
from bot.respond.alert import Alert
from bot.respond.guards import Decision, Facts, check
from bot.respond.inert import is_login

_NUMBERED: Final = (("user", "user_id"), ("actor", "actor_id"))
"""Fields of an event that name an account, and those with its number."""


class PersonParameters(Parameters):
    """Parameters of an action on a person."""

    user: str = Field(
        default="", description="The login; left out, the event's `user`.", max_length=100
    )


class CollaboratorParameters(PersonParameters):
    """Parameters of an action on a person in a repository."""

    repository: str = Field(
        default="",
        description="The repository as `owner/name`; left out, the event's.",
        max_length=200,
    )


async def login_of(situation: Situation, given: str) -> str:
    """Return the present login of the person named, or of the event's ``user``.

    An event's number leads to who was meant when the login changed hands. Raises `CannotChange`
    when nobody is named, or the account is gone.
    """
    alert = situation.subject()
    former = given.strip().lstrip("@") or required(alert, "user")
    if not is_login(former):
        raise CannotChange(f"'{former}' is no login of a person, so there is nobody to act on.")
    present = await account_now(situation.gh, former, _number(alert, former))
    if present is None:
        raise CannotChange(f"There is no account of {former} any more: nothing to do.")
    return present


def _number(alert: Alert, login: str) -> object:
    for name, number in _NUMBERED:
        if same(alert.fields.get(name), login):
            return alert.fields.get(number)
    return None


async def repository_of(situation: Situation, given: str) -> str:
    """Return the present ``owner/name`` of the repository named, or of the event's.

    Raises `CannotChange` when there is none, or it is not the organisation's.
    """
    alert = situation.subject()
    former = given.strip() or required(alert, "repo")
    if "/" not in former:
        former = f"{alert.org}/{former}"
    number = alert.fields.get("repo_id") if same(alert.repo, former) else None
    found = await repository_now(situation.gh, former, number)
    if found is None:
        raise CannotChange(f"The repository {former} is gone, or out of the App's reach.")
    present = str(found["full_name"])
    if not same(present.partition("/")[0], alert.org):
        raise CannotChange(f"The repository {present} does not belong to {alert.org}.")
    return present


async def team_of(situation: Situation, given: str) -> str:
    """Return the present slug of the team named (``slug`` or ``org/slug``), or of the event's.

    Raises `CannotChange` when there is none.
    """
    alert = situation.subject()
    former = given.strip().lstrip("@") or required(alert, "team")
    slug = former.rpartition("/")[2]
    if not slug:
        raise CannotChange("No team is named, so there is nothing to act on.")
    told = str(alert.fields.get("team") or "").rpartition("/")[2]
    number = alert.fields.get("team_id") if same(told, slug) else None
    present = await slug_now(situation.gh, alert.org, slug, number)
    if present is None:
        raise CannotChange(f"The team {alert.org}/{slug} is gone, or out of the App's reach.")
    return present


def told_level(alert: Alert, login: str, repo: str) -> str | None:
    """Return the level on a repository that the event gave this very person, if it tells one."""
    if not (same(alert.fields.get("user"), login) and same(alert.repo, repo)):
        return None
    level = alert.fields.get("permission") if alert.action in GRANTS else None
    return level if isinstance(level, str) else None


GRANTS: Final = frozenset({"repo.add_member", "repo.update_member"})
"""Events whose ``permission`` is a person's level on a repository."""


async def spare(situation: Situation, login: str) -> Decision:
    """Decide whether a person may be touched at all."""
    return check(Facts(own_login=situation.own_login, subject=login, protected=situation.protected))


def same(one: object, other: str) -> bool:
    """Tell whether two of GitHub's names are one: capitals do not count."""
    return isinstance(one, str) and one.casefold() == other.casefold()
