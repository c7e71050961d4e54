"""Where a case's issue is opened: near those concerned, and never where the public reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.actions.base import Situation
from bot.actions.names import repository_now
from bot.core.errors import Forbidden, InstallationGone, Refused
from bot.respond.alert import Alert


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """A repository that can take the issue, by its present name, and why not the ones before."""

    repository: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A repository as it is now: its present name, and why it can't take a case, if it can't."""

    repository: str
    obstacle: str | None = None


async def destinations(situation: Situation, alert: Alert, choice: str) -> list[Destination]:
    """Return the repositories that can take the case's issue, best first.

    ``choice`` is the playbook's: ``auto`` (the affected repository, else the security
    repository), ``affected``, ``security`` or ``owner/name``. Raises `Refused`, saying what to
    create or set, when there is none.
    """
    usable: list[Destination] = []
    notes: list[str] = []
    for repository in candidates(alert, choice, situation.security_repository):
        place = await look(situation, repository)
        if place.obstacle is None:
            usable.append(Destination(repository=place.repository, notes=tuple(notes)))
        else:
            notes.append(f"Not opened in {place.repository}: {place.obstacle}.")
    if not usable:
        why = " ".join(notes) or f"The event names no repository, and the playbook says {choice}."
        raise Refused(
            f"No place for the case's issue. {why} Create a private repository "
            f"{situation.security_repository} with issues switched on and let the App reach it, "
            "or set TIPSTAFF_SECURITY_REPOSITORY to one that is."
        )
    return usable


def candidates(alert: Alert, choice: str, security: str) -> Sequence[str]:
    """Return the repositories to try for a choice, each once, best first."""
    named = {
        "auto": (alert.repo, security),
        "affected": (alert.repo,),
        "security": (security,),
    }.get(choice, (choice,))
    return list(dict.fromkeys(repository for repository in named if repository))


async def look(situation: Situation, repository: str) -> Place:
    """Look at a repository before a case is told there: it may have been renamed or published."""
    try:
        found = await repository_now(situation.gh, repository, _number(situation, repository))
    except Forbidden as error:
        if error.status == 422:
            raise  # no token for it: the installation lacks a permission, wherever the issue opens
        found = None
    if found is None:
        return Place(repository=repository, obstacle="it does not exist, or the App may not see it")
    obstacle = None
    if not found["private"]:
        obstacle = "it is public, and so would the case be"
    elif found.get("archived"):
        obstacle = "it is archived"
    elif not found.get("has_issues", True):
        obstacle = "its issues are switched off"
    return Place(repository=str(found["full_name"]), obstacle=obstacle)


def refuses_here(error: Refused) -> bool:
    """Tell whether GitHub's no is about the place (moved, archived, locked, full, gone).

    Then another place may do. A 422 at a token is a permission that is missing everywhere.
    """
    return not isinstance(error, InstallationGone) and (
        error.status in {403, 404, 410, 451} or 300 <= error.status < 400
    )


def _number(situation: Situation, repository: str) -> object:
    """Return the number of a repository that one of the case's events names."""
    wanted = repository.casefold()
    told = (alert for alert in situation.file.alerts if (alert.repo or "").casefold() == wanted)
    return next((alert.fields.get("repo_id") for alert in told), None)
