"""Telling of an alert in its case's issue: opened for the first, added to for the others.

An issue that can't be written in any more, or that the public would read, is left as it is, and
the case goes on in a new one.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.actions.base import Situation, alert_of, split
from bot.actions.opening import OPENING, TELLING, Telling, changes_of, open_once
from bot.actions.thread import Unusable, comment_once, fold, is_flooded, reach, told_with, was_told
from bot.core.errors import Refused
from bot.respond.alert import Alert
from bot.respond.render import again_comment
from bot.respond.step import Issue, Receipt, StepState
from bot.respond.undoing import numbers

__all__ = ["ISSUE_NEEDS", "OPENING", "TELLING", "Telling", "say", "tell"]

ISSUE_NEEDS: Final[Mapping[str, str]] = {"issues": "write", "metadata": "read"}


async def tell(situation: Situation, telling: Telling) -> Receipt:
    """Open the case's issue, or add to the one it has; never twice for one step."""
    alert, issue = situation.subject(), situation.file.case.issue
    if issue is None:
        return await open_once(situation, alert, telling, gone=None)
    earlier = told_with(situation, issue, alert)
    if earlier is not None:
        summary = f"Told of it, with others, in the case's issue {issue.repository}#{issue.number}."
        return replace(earlier, summary=summary)
    try:
        return await _add(situation, alert, issue, telling)
    except Unusable as reason:
        return await _move(situation, alert, issue, telling, str(reason))


async def say(situation: Situation, issue: Issue, body: str, *, reopen: bool = False) -> Receipt:
    """Comment in the case's issue, or in a new one when it can't be written in any more.

    ``reopen`` also opens the issue again when it was closed.
    """
    try:
        issue, is_open = await reach(situation, issue)
        comment = await comment_once(situation, issue, body)
    except Unusable as reason:
        moved = await _go_on(situation, issue, str(reason))
        if moved.issue is None:
            return moved
        return _commented(moved.issue, await comment_once(situation, moved.issue, body))
    if reopen and not is_open:
        await _open_again(situation, issue)
    return _commented(issue, comment)


def _commented(issue: Issue, comment: Mapping[str, Any]) -> Receipt:
    summary = "Commented in the case's issue."
    return Receipt(state=StepState.DONE, summary=summary, url=_url(comment), issue=issue)


async def _add(situation: Situation, alert: Alert, issue: Issue, telling: Telling) -> Receipt:
    """Tell of one more alert in the case's issue."""
    issue, is_open = await reach(situation, issue)
    if is_flooded(situation, issue):
        comment, after = await fold(situation, issue, alert)
    else:
        body = again_comment(
            alert,
            steps=changes_of(situation, alert),
            step_id=situation.step.id,
            summary=telling.summary,
            extra=telling.extra,
            readers=situation.readers,
            numbers=numbers(situation.file),
        )
        comment = await comment_once(situation, issue, body)
        after = {"comment": comment["id"]}
    # What is only told better than before is no reason to open it again.
    stays = is_open or was_told(situation, issue, alert)
    reopened = "" if stays else await _open_again(situation, issue)
    summary = f"Told of it in the case's issue {issue.repository}#{issue.number}{reopened}."
    return Receipt(
        state=StepState.DONE, summary=summary, url=_url(comment), issue=issue, after=after
    )


async def _open_again(situation: Situation, issue: Issue) -> str:
    await situation.gh.call(
        "PATCH",
        "/repos/{owner}/{repo}/issues/{issue_number}",
        {**split(issue.repository), "issue_number": issue.number},
        body={"state": "open"},
    )
    return ", and opened it again"


async def _move(
    situation: Situation, alert: Alert, gone: Issue, telling: Telling, why: str
) -> Receipt:
    """Let the case go on in a new issue, which says where it was before."""
    note = f"This case began in {gone.repository}#{gone.number}. It goes on here: {why}."
    notes = (*telling.notes, note)
    return await open_once(situation, alert, replace(telling, notes=notes), gone=gone)


async def _go_on(situation: Situation, gone: Issue, why: str) -> Receipt:
    """Let the case go on with what its last opening step told: a reply belongs to no alert."""
    file = situation.file
    for step in reversed(file.steps):
        alert = alert_of(step, file) if step.action in OPENING else None
        if alert is not None:
            given = {name: step.params[name] for name in _GIVEN if name in step.params}
            return await _move(situation, alert, gone, Telling(**given), why)
    raise Refused(f"The case's issue can't be written in: {why}.")


_GIVEN: Final = ("title", "summary", "labels", "assignees", "mention", "repository")


def _url(comment: Mapping[str, Any]) -> str | None:
    url = comment.get("html_url")
    return url if isinstance(url, str) else None
