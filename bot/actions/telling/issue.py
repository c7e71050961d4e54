"""The case's issue, for actions that write something beside it."""

from collections.abc import Callable, Sequence
from typing import Final

from bot.actions.base import Situation, split
from bot.actions.opening import OPENING
from bot.actions.thread import reach
from bot.core.errors import Unavailable
from bot.respond.life import settled
from bot.respond.step import Issue, Receipt, StepState

ISSUE: Final = "/repos/{owner}/{repo}/issues/{issue_number}"


async def case_issue(situation: Situation) -> Issue | None:
    """Return the case's issue under its present name; ``None`` when the case has none.

    Raises `Unavailable` while it is still to be opened, and `Refused` when it can't be written in.
    """
    issue = situation.file.case.issue
    if issue is not None:
        return (await reach(situation, issue))[0]
    if any(step.action in OPENING and not settled(step.state) for step in situation.file.steps):
        raise Unavailable("the case's issue is not open yet")
    return None


def no_issue(what: str) -> Receipt:
    """Return the receipt for a case without an issue."""
    return Receipt(state=StepState.UNCHANGED, summary=f"The case has no issue to {what}.")


def where(issue: Issue) -> dict[str, str | int]:
    """Return the variables of the issue's address."""
    return {**split(issue.repository), "issue_number": issue.number}


def missing(
    wanted: Sequence[str], present: Sequence[str], key: Callable[[str], str] = str.casefold
) -> list[str]:
    """Return what is wanted and not present, each once, in its order; case does not matter."""
    known = set(map(key, present))
    lacking = {key(name): name for name in reversed(wanted) if key(name) not in known}
    return [lacking[name] for name in dict.fromkeys(map(key, wanted)) if name in lacking]
