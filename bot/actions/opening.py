"""Opening a case's issue exactly once, and finding it again."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.actions.base import Situation, split
from bot.actions.destination import Destination, destinations, refuses_here
from bot.core.errors import Refused
from bot.respond.alert import Alert
from bot.respond.inert import Markdown
from bot.respond.marker import bears, issue_marker
from bot.respond.render import issue_body, issue_title
from bot.respond.step import Issue, Receipt, Step, StepState
from bot.respond.undoing import numbers

BESIDE: Final = frozenset({"assign", "label", "escalate", "notify", "comment", "close-issue"})
"""Actions that tell people beside the case's issue: what of it fails, the issue has to say."""

TELLING: Final = frozenset({"open-issue", "flag-token", "digest"}) | BESIDE
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


async def open_once(
    situation: Situation, alert: Alert, telling: Telling, *, gone: Issue | None
) -> Receipt:
    """Open the case's issue, unless an earlier try did; ``gone`` is one that can't be used."""
    places = await destinations(situation, alert, telling.repository)
    # The case's own marker does, unless another issue has it already.
    opener = None if gone is None else situation.step.id
    marker = issue_marker(situation.file.case.id, opener)
    unsure = situation.tried_before or (gone is None and _may_be_open(situation))
    if unsure:
        found = await _oldest(situation, places, marker)
        if found is not None:
            return _receipt(found, "Found the case's issue, opened by an earlier try.")
    receipt = await _open(situation, alert, places, telling, opener=opener)
    if not unsure or receipt.issue is None:
        return receipt
    # The earlier try may have taken effect only now, after the look above.
    kept = await _settle(situation, places, marker)
    if kept is None or same(kept, receipt.issue):
        return receipt
    return _receipt(kept, "Found the case's issue, opened late by an earlier try.")


def _may_be_open(situation: Situation) -> bool:
    """Whether another step of the case may have opened the issue without leaving a receipt."""
    return any(
        step.action in OPENING
        and step.attempts > 0
        and step.receipt is None
        and step.id != situation.step.id
        for step in situation.file.steps
    )


async def _own_issues(
    situation: Situation, places: Sequence[Destination], marker: Markdown
) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
    """Yield the issues that begin with the marker and that Tipstaff itself wrote."""
    for place in places:
        issues = situation.gh.pages(
            "/repos/{owner}/{repo}/issues{?state,sort,direction,since}",
            {
                **split(place.repository),
                "state": "all",
                "sort": "created",
                "direction": "desc",
                "since": stamp(situation.file.case.opened_at),
            },
        )
        async for issue in issues:
            if is_own(situation, issue) and bears(issue.get("body"), marker):
                yield place.repository, issue


async def _by_age(
    situation: Situation, places: Sequence[Destination], marker: Markdown
) -> list[tuple[str, Mapping[str, Any]]]:
    found = [each async for each in _own_issues(situation, places, marker)]
    return sorted(found, key=lambda each: (str(each[1]["created_at"]), int(each[1]["id"])))


async def _oldest(
    situation: Situation, places: Sequence[Destination], marker: Markdown
) -> Issue | None:
    found = await _by_age(situation, places, marker)
    return as_issue(*found[0]) if found else None


async def _settle(
    situation: Situation, places: Sequence[Destination], marker: Markdown
) -> Issue | None:
    """Keep the oldest of a case's issues, and close the younger ones as duplicates of it."""
    found = await _by_age(situation, places, marker)
    for repository, issue in found[1:]:
        if issue["state"] == "open":
            await situation.gh.call(
                "PATCH",
                "/repos/{owner}/{repo}/issues/{issue_number}",
                {**split(repository), "issue_number": int(issue["number"])},
                body={"state": "closed", "state_reason": "duplicate"},
            )
    return as_issue(*found[0]) if found else None


async def _open(
    situation: Situation,
    alert: Alert,
    places: Sequence[Destination],
    telling: Telling,
    *,
    opener: str | None,
) -> Receipt:
    last: Refused | None = None
    notes: list[str] = []
    for place in places:
        body = issue_body(
            alert,
            steps=changes_of(situation, alert),
            step_id=opener,
            summary=telling.summary,
            mentions=telling.mention,
            notes=(*place.notes, *notes, *telling.notes),
            extra=telling.extra,
            former=situation.file.former,
            readers=situation.readers,
            numbers=numbers(situation.file),
        )
        request = {
            "title": issue_title(alert, telling.title),
            "body": body,
            "labels": list(dict.fromkeys((LABEL, str(alert.playbook.level), *telling.labels))),
        }
        try:
            return await _create(situation, place.repository, request, telling.assignees)
        except Refused as error:
            if not refuses_here(error):
                raise
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
    issue = as_issue(repository, reply.data)
    return _receipt(issue, f"Opened the case's issue {repository}#{issue.number}.{without}")


def changes_of(situation: Situation, alert: Alert) -> list[Step]:
    """Return the alert's steps that change something: what a case reports on."""
    return [
        step
        for step in situation.file.steps
        if step.alert_id == alert.id and step.action not in TELLING
    ]


def as_issue(repository: str, data: Mapping[str, Any]) -> Issue:
    """Return an issue as GitHub shows it."""
    return Issue(
        repository=repository,
        number=int(data["number"]),
        url=str(data["html_url"]),
        id=int(data["id"]),
    )


def same(one: Issue, other: Issue) -> bool:
    """Tell whether two are the same issue, its repository renamed or not."""
    if one.id is not None and other.id is not None:
        return one.id == other.id
    return (one.repository.casefold(), one.number) == (other.repository.casefold(), other.number)


def is_own(situation: Situation, written: Mapping[str, Any]) -> bool:
    """Tell whether Tipstaff itself wrote an issue or a comment."""
    login = (written.get("user") or {}).get("login")
    return isinstance(login, str) and login.casefold() == situation.own_login.casefold()


def stamp(moment: datetime) -> str:
    """Return a moment a little earlier, as GitHub takes it: clocks may differ."""
    return (moment.astimezone(UTC) - _CLOCKS_APART).strftime("%Y-%m-%dT%H:%M:%SZ")


def _receipt(issue: Issue, summary: str) -> Receipt:
    return Receipt(state=StepState.DONE, summary=summary, url=issue.url, issue=issue)
