"""The comments below a case's issue: each written once, and a flood of them folded into one."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from bot.actions.base import Situation, alert_of, split
from bot.actions.destination import look, refuses_here
from bot.actions.opening import OPENING, as_issue, changes_of, is_own, same, stamp
from bot.core.errors import NotFound, Refused
from bot.respond.alert import Alert
from bot.respond.burst import FOLDED, burst_comment, burst_marker
from bot.respond.inert import Markdown
from bot.respond.marker import bears, sealed, step_marker
from bot.respond.step import Issue, Receipt, Step, StepState
from bot.respond.undoing import numbers

MOST_AGAIN: Final = 3
"""Further alerts of a case that get a comment each; the rest share one, edited every time."""

_UNDER_WAY: Final = frozenset(
    {StepState.PLANNED, StepState.WAITING, StepState.RUNNING, StepState.RETRYING}
)

_ISSUE: Final = "/repos/{owner}/{repo}/issues/{issue_number}"
_COMMENTS: Final = _ISSUE + "/comments"
_COMMENT: Final = "/repos/{owner}/{repo}/issues/comments/{comment_id}"


class Unusable(Refused):
    """The case's issue can't be written in any more; the text says why."""


async def reach(situation: Situation, issue: Issue) -> tuple[Issue, bool]:
    """Return the case's issue under its present name, and whether it is open.

    Raises `Unusable` when it is gone, or its repository is not a place for a case any more.
    """
    place = await look(situation, issue.repository)
    if place.obstacle is not None:
        raise Unusable(f"{place.repository} can't hold it any more: {place.obstacle}")
    where = {**split(place.repository), "issue_number": issue.number}
    try:
        data = (await situation.gh.call("GET", _ISSUE, where)).data
    except NotFound:
        raise Unusable(f"{issue.repository}#{issue.number} is gone") from None
    found = as_issue(place.repository, data)
    if not is_own(situation, data) or (issue.id is not None and issue.id != found.id):
        raise Unusable(f"{issue.repository}#{issue.number} is another one now")
    return found, data["state"] == "open"


async def comment_once(situation: Situation, issue: Issue, body: str) -> Mapping[str, Any]:
    """Write a comment that ends with the step's marker, unless it is there; return it.

    Raises `Unusable` when the issue takes no comments.
    """
    marker = step_marker(situation.step.id)
    if situation.tried_before:
        found = await _find(situation, issue, marker)
        if found is not None:
            return found
    return await _write(situation, issue, body if bears(body, marker) else sealed(body, marker))


async def fold(
    situation: Situation, issue: Issue, alert: Alert
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Tell of an alert in the comment that all further ones share, and of those that wait, too.

    Returns the comment, and what the receipt keeps of it. What it says follows from the case's
    file, so writing it twice changes nothing.
    """
    body = _burst(situation, issue, alert)
    comment = await _write_burst(situation, issue, body)
    return comment, {FOLDED: True, "comment": comment["id"], "written": _print(body)}


def told_with(situation: Situation, issue: Issue, alert: Alert) -> Receipt | None:
    """Return the receipt of the step that told of this alert too; ``None``: it is to be written.

    A flood costs one call for all that wait together. An alert only counts as told when what was
    written last is what this step would write, and no earlier try of it may yet take effect.
    """
    if situation.tried_before or not is_flooded(situation, issue):
        return None
    before = _folded(situation, issue)
    if not before:
        return None
    began = situation.file.case.opened_at
    last = max(reversed(before), key=lambda step: step.finished_at or began)
    now = _print(_burst(situation, issue, alert))
    return last.receipt if _after(last).get("written") == now else None


def _print(body: str) -> str:
    return sha256(body.encode()).hexdigest()[:16]


def _burst(situation: Situation, issue: Issue, alert: Alert) -> str:
    """Return what the shared comment says when this alert's turn has come."""
    file, told = situation.file, {step.id for step in _folded(situation, issue)}
    alerts = {
        each.id: each
        for step in file.steps
        if step.id in told or step.id == situation.step.id or _follows(situation, step)
        if (each := alert_of(step, file)) is not None
    }
    alerts[alert.id] = alert
    listed = [(each, changes_of(situation, each)) for each in alerts.values()]
    return burst_comment(file.case.id, listed, situation.readers.zone, numbers(file))


def _follows(situation: Situation, step: Step) -> bool:
    """Whether a step will be told next, of an alert about which nothing more is being done."""
    alert = alert_of(step, situation.file)
    return (
        step.action in OPENING
        and step.kind == "apply"
        and step.state is StepState.PLANNED
        and not (step.late or step.sent)
        and alert is not None
        and not any(each.state in _UNDER_WAY for each in changes_of(situation, alert))
    )


async def _write_burst(situation: Situation, issue: Issue, body: str) -> Mapping[str, Any]:
    before = _folded(situation, issue)
    if before and (written := await _edit(situation, issue, _after(before[-1])["comment"], body)):
        return written
    if situation.tried_before:
        found = await _find(situation, issue, burst_marker(situation.file.case.id))
        if found is not None and (written := await _edit(situation, issue, found["id"], body)):
            return written
    return await _write(situation, issue, body)


def _folded(situation: Situation, issue: Issue) -> list[Step]:
    return [step for step in _told(situation, issue) if FOLDED in _after(step)]


def was_told(situation: Situation, issue: Issue, alert: Alert) -> bool:
    """Tell whether another step told of an alert in this issue."""
    return any(step.alert_id == alert.id for step in _told(situation, issue))


def is_flooded(situation: Situation, issue: Issue) -> bool:
    """Tell whether the issue has as many comments about further alerts as it should get."""
    return (
        len([step for step in _told(situation, issue) if "comment" in _after(step)]) >= MOST_AGAIN
    )


def _told(situation: Situation, issue: Issue) -> list[Step]:
    """Return the other steps that told of an alert in this issue, oldest first."""
    return [
        step
        for step in situation.file.steps
        if step.action in OPENING
        and step.state is StepState.DONE
        and step.id != situation.step.id
        and step.receipt is not None
        and step.receipt.issue is not None
        and same(step.receipt.issue, issue)
    ]


def _after(step: Step) -> Mapping[str, Any]:
    return step.receipt.after if step.receipt is not None else {}


async def _find(situation: Situation, issue: Issue, marker: Markdown) -> Mapping[str, Any] | None:
    comments = situation.gh.pages(
        _COMMENTS + "{?since}",
        {
            **split(issue.repository),
            "issue_number": issue.number,
            "since": stamp(situation.file.case.opened_at),
        },
    )
    async for comment in comments:
        if is_own(situation, comment) and bears(comment.get("body"), marker):
            return dict(comment)
    return None


async def _write(situation: Situation, issue: Issue, body: str) -> Mapping[str, Any]:
    where = {**split(issue.repository), "issue_number": issue.number}
    try:
        reply = await situation.gh.call("POST", _COMMENTS, where, body={"body": body})
    except Refused as error:
        if refuses_here(error):
            raise Unusable(f"{issue.repository}#{issue.number} takes no comments") from error
        raise
    return dict(reply.data)


async def _edit(
    situation: Situation, issue: Issue, number: int, body: str
) -> Mapping[str, Any] | None:
    """Let a comment say something else; ``None`` when it is gone."""
    where = {**split(issue.repository), "comment_id": number}
    try:
        return dict((await situation.gh.call("PATCH", _COMMENT, where, body={"body": body})).data)
    except NotFound:
        return None
    except Refused as error:
        if refuses_here(error):
            raise Unusable(f"{issue.repository}#{issue.number} takes no comments") from error
        raise
