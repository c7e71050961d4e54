"""Guards about things: repositories that are left alone, and what has changed meanwhile."""

from collections.abc import Collection
from typing import Final

from bot.respond.guards.decision import Allow, Ask, Decision, Leave, Refuse
from bot.respond.guards.facts import Facts


def protected_repository(facts: Facts) -> Decision:
    """Refuse to change anything in a repository that the settings protect, whoever approves."""
    repo = facts.thing.repo if facts.thing is not None else ""
    return (
        Refuse(reason=untouchable(repo)) if covers(facts.protected_repositories, repo) else Allow()
    )


EVERYWHERE: Final = frozenset(
    {"base permission", "Actions policy", "ruleset", "outside collaboration"}
)
"""Kinds of things that, being the whole organisation's, hold in each of its repositories."""


def every_repository(facts: Facts) -> Decision:
    """Ask before a change that falls on all repositories at once, while some are protected.

    It is refused to nobody: what is put back so (a base permission) often guards them.
    """
    thing = facts.thing
    if thing is None or not facts.protected_repositories or facts.approved_by is not None:
        return Allow()
    if thing.repo or thing.kind not in EVERYWHERE:
        return Allow()
    return Ask(
        reason="This falls on every repository of the organisation at once, also on those that "
        "are on the list of protected repositories: it is made only if a person approves."
    )


def untouchable(repository: str) -> str:
    """Say that nothing in a repository is ever changed."""
    return (
        f"{repository} is on the list of protected repositories, in which Tipstaff never changes "
        "anything."
    )


def covers(listed: Collection[str], repository: str) -> bool:
    """Tell whether ``owner/name`` is on a list, which may leave the owner out."""
    name = repository.strip().casefold()
    if not name:
        return False
    return any(each.strip().casefold() in {name, name.rpartition("/")[2]} for each in listed)


def concurrent_change(
    thing: str, *, present: str | None, wanted: str | None, as_left: bool
) -> Allow | Leave:
    """Decide by what a thing is now: change only what still is as the event left it.

    ``present`` is its state now and ``wanted`` the one to bring it to (``None``: not there);
    ``as_left`` says that the present is the state in which the event left it.
    """
    if present == wanted:
        shown = "gone" if wanted is None else wanted
        return Leave(reason=f"Nothing to do: {thing} is {shown} already.")
    if not as_left:
        shown = "not there" if present is None else present
        return Leave(reason=f"Left alone: {thing} has changed since, and is now {shown}.")
    return Allow()
