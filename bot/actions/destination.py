"""Where a case's issue is opened: near those concerned, and never where the public reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.actions.base import Situation, split
from bot.core.errors import Forbidden, NotFound, Refused
from bot.respond.alert import Alert


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """A repository that can take the issue, and why not the one that came first."""

    repository: str
    notes: tuple[str, ...] = ()


async def destinations(situation: Situation, alert: Alert, choice: str) -> list[Destination]:
    """Return the repositories that can take the case's issue, best first.

    ``choice`` is the playbook's: ``auto`` (the affected repository, else the security
    repository), ``affected``, ``security`` or ``owner/name``. Raises `Refused`, saying what to
    create or set, when there is none.
    """
    usable: list[Destination] = []
    notes: list[str] = []
    for repository in candidates(alert, choice, situation.security_repository):
        obstacle = await _obstacle(situation, repository)
        if obstacle is None:
            usable.append(Destination(repository=repository, notes=tuple(notes)))
        else:
            notes.append(f"Not opened in {repository}: {obstacle}.")
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


async def _obstacle(situation: Situation, repository: str) -> str | None:
    """Return why a repository can't take the issue, or ``None``."""
    try:
        reply = await situation.gh.call("GET", "/repos/{owner}/{repo}", split(repository))
    except (NotFound, Forbidden) as error:
        if error.status == 422:
            raise  # no token for it: the installation lacks a permission, wherever the issue opens
        return "it does not exist, or the App may not see it"
    found = reply.data
    if not found["private"]:
        return "it is public, and so would the case be"
    if found.get("archived"):
        return "it is archived"
    if not found.get("has_issues", True):
        return "its issues are switched off"
    return None
