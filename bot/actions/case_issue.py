"""Opening a case's issue exactly once, finding it again, and adding to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.actions.base import Situation, split
from bot.actions.destination import Destination, destinations
from bot.core.errors import NotFound, Refused
from bot.respond.alert import Alert
from bot.respond.inert import Markdown
from bot.respond.render import (
    again_comment,
    bears,
    case_marker,
    issue_body,
    issue_title,
    step_marker,
)
from bot.respond.step import Issue, Receipt, Step, StepState

ISSUE_NEEDS: Final[Mapping[str, str]] = {"issues": "write", "metadata": "read"}

TELLING: Final = frozenset({"open-issue", "flag-token", "comment", "close-issue"})
"""Actions that only tell people; a case does not report them."""

OPENING: Final = frozenset({"open-issue", "flag-token"})
"""Actions that open the case's issue."""

LABEL: Final = "tipstaff"

_CLOCKS_APART: Final = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """What a playbook wants told, and where; see the parameters of ``open-issue``."""

    title: str = ""
    summary: str = ""
    labels: Sequence[str] = ()
    assignees: Sequence[str] = ()
    mention: bool = True
    repository: str = "auto"
    extra: Markdown | None = None
    notes: Sequence[str] = ()


async def tell(situation: Situation, telling: Telling) -> Receipt:
    """Open the case's issue, or add to the one it has; never twice for one step."""
    alert = situation.subject()
    issue = situation.file.case.issue
    if issue is not None:
        added = await _add(situation, alert, issue, telling)
        if added is not None:
            return added
    places = await destinations(situation, alert, telling.repository)
    if issue is not None or _may_be_open(situation):
        found = await _find(situation, places, gone=issue)
        if found is not None:
            return _receipt(found, "Found the case's issue, opened by an earlier try.")
    return await _open(situation, alert, places, telling)


async def _add(
    situation: Situation, alert: Alert, issue: Issue, telling: Telling
) -> Receipt | None:
    """Tell of one more alert in the case's issue; ``None`` when that issue is gone."""
    where = {**split(issue.repository), "issue_number": issue.number}
    try:
        current = await situation.gh.call(
            "GET", "/repos/{owner}/{repo}/issues/{issue_number}", where
        )
    except NotFound:
        return None
    body = again_comment(
        alert,
        steps=changes_of(situation, alert),
        step_id=situation.step.id,
        summary=telling.summary,
        extra=telling.extra,
    )
    url = await comment_once(situation, issue, body)
    reopened = ""
    if current.data["state"] == "closed":
        await situation.gh.call(
            "PATCH",
            "/repos/{owner}/{repo}/issues/{issue_number}",
            where,
            body={"state": "open"},
        )
        reopened = ", and opened it again"
    summary = f"Told of it in the case's issue {issue.repository}#{issue.number}{reopened}."
    return Receipt(state=StepState.DONE, summary=summary, url=url, issue=issue)


async def comment_once(situation: Situation, issue: Issue, body: str) -> str | None:
    """Write a comment that begins with the step's marker, unless it is there; return its URL."""
    where = {**split(issue.repository), "issue_number": issue.number}
    marker = step_marker(situation.step.id)
    if situation.tried_before:
        since = _stamp(situation.file.case.opened_at)
        comments = situation.gh.pages(
            "/repos/{owner}/{repo}/issues/{issue_number}/comments{?since}",
            {**where, "since": since},
        )
        async for comment in comments:
            if _is_own(situation, comment) and bears(comment.get("body"), marker):
                return _url(comment)
    text = body if body.startswith(marker) else f"{marker}\n{body}"
    reply = await situation.gh.call(
        "POST",
        "/repos/{owner}/{repo}/issues/{issue_number}/comments",
        where,
        body={"body": text},
    )
    return _url(reply.data)


def changes_of(situation: Situation, alert: Alert) -> list[Step]:
    """Return the alert's steps that change something: what a case reports on."""
    return [
        step
        for step in situation.file.steps
        if step.alert_id == alert.id and step.action not in TELLING
    ]


def _may_be_open(situation: Situation) -> bool:
    """Whether this step, or another of the case, may have opened the issue without a receipt."""
    return situation.tried_before or any(
        step.action in OPENING and step.attempts > 0 and step.id != situation.step.id
        for step in situation.file.steps
    )


async def _find(
    situation: Situation, places: Sequence[Destination], *, gone: Issue | None
) -> Issue | None:
    """Look for the issue that begins with the case's marker and that Tipstaff itself wrote."""
    marker = case_marker(situation.file.case.id)
    since = _stamp(situation.file.case.opened_at)
    for place in places:
        issues = situation.gh.pages(
            "/repos/{owner}/{repo}/issues{?state,sort,direction,since}",
            {
                **split(place.repository),
                "state": "all",
                "sort": "created",
                "direction": "desc",
                "since": since,
            },
        )
        async for issue in issues:
            found = _issue(place.repository, issue)
            if _is_own(situation, issue) and bears(issue.get("body"), marker) and found != gone:
                return found
    return None


async def _open(
    situation: Situation, alert: Alert, places: Sequence[Destination], telling: Telling
) -> Receipt:
    last: Refused | None = None
    notes: list[str] = []
    for place in places:
        body = issue_body(
            alert,
            steps=changes_of(situation, alert),
            summary=telling.summary,
            mentions=telling.mention,
            notes=(*place.notes, *notes, *telling.notes),
            extra=telling.extra,
        )
        request = {
            "title": issue_title(alert, telling.title),
            "body": body,
            "labels": list(dict.fromkeys((LABEL, str(alert.playbook.level), *telling.labels))),
        }
        try:
            return await _create(situation, place.repository, request, telling.assignees)
        except NotFound as error:
            last = error
            notes.append(f"Not opened in {place.repository}: it does not take issues.")
    raise last or Refused("no place for the case's issue")


async def _create(
    situation: Situation, repository: str, request: Mapping[str, Any], assignees: Sequence[str]
) -> Receipt:
    url, where = "/repos/{owner}/{repo}/issues", split(repository)
    without = ""
    wanted = {**request, "assignees": list(assignees)} if assignees else request
    try:
        reply = await situation.gh.call("POST", url, where, body=wanted)
    except Refused as error:
        if not assignees or error.status != 422:
            raise
        # GitHub refuses the whole issue for one person who cannot be assigned.
        reply = await situation.gh.call("POST", url, where, body=request)
        without = f" Nobody is assigned: GitHub did not accept {', '.join(assignees)}."
    issue = _issue(repository, reply.data)
    return _receipt(issue, f"Opened the case's issue {repository}#{issue.number}.{without}")


def _receipt(issue: Issue, summary: str) -> Receipt:
    return Receipt(state=StepState.DONE, summary=summary, url=issue.url, issue=issue)


def _issue(repository: str, data: Mapping[str, Any]) -> Issue:
    return Issue(
        repository=repository,
        number=int(data["number"]),
        url=str(data["html_url"]),
        id=int(data["id"]),
    )


def _is_own(situation: Situation, written: Mapping[str, Any]) -> bool:
    login = (written.get("user") or {}).get("login")
    return isinstance(login, str) and login.casefold() == situation.own_login.casefold()


def _url(comment: Mapping[str, Any]) -> str | None:
    url = comment.get("html_url")
    return url if isinstance(url, str) else None


def _stamp(moment: datetime) -> str:
    """Return a moment a little earlier, as GitHub takes it: clocks may differ."""
    return (moment.astimezone(UTC) - _CLOCKS_APART).strftime("%Y-%m-%dT%H:%M:%SZ")
