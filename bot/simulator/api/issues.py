"""Endpoints of issues: open, list, change, lock, assign."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import issues as change
from bot.simulator.changes.refusals import find_issue
from bot.simulator.problem import Problem
from bot.simulator.shapes import issues
from bot.simulator.state.issues import Issue


def list_issues(request: Request) -> Answer:
    """List issues and pull requests, chosen by state, label, creator, assignee and time."""
    world, repo = request.world, request.repository
    if not repo.has_issues:
        raise Problem(410, "Issues has been disabled in this repository.")
    found = [issue for issue in repo.issues.values() if _wanted(request, issue)]
    order = _ORDERS.get(request.query.get("sort", "created"), _ORDERS["created"])
    found.sort(key=order, reverse=request.query.get("direction", "desc") == "desc")
    return request.page(found, lambda issue: issues.issue(world, repo, issue))


_ORDERS: dict[str, Callable[[Issue], Any]] = {
    "created": lambda issue: issue.number,
    "updated": lambda issue: (issue.updated_at, issue.number),
    "comments": lambda issue: (len(issue.comments), issue.number),
}


def _wanted(request: Request, issue: Issue) -> bool:
    query = request.query
    state = query.get("state", "open")
    labels = {name.strip().lower() for name in query.get("labels", "").split(",")} - {""}
    has = {label.name.lower() for label in issue.labels}
    assignee = query.get("assignee", "*").lower()
    assigned = {who.key for who in issue.assignees}
    since = _since(query.get("since"))
    return (
        state in {"all", issue.state}
        and labels <= has
        and query.get("creator", issue.user.login).lower() == issue.user.key
        and ("assignee" not in query or _assigned(assignee, assigned))
        and (since is None or issue.updated_at >= since)
    )


def _assigned(wanted: str, assigned: set[str]) -> bool:
    if wanted == "none":
        return not assigned
    return bool(assigned) if wanted == "*" else wanted in assigned


def _since(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Problem(422, f"Invalid value for parameter 'since': {text}") from None


def show(request: Request) -> Answer:
    """Show an issue."""
    return _shown(request, _issue(request))


def create(request: Request) -> Answer:
    """Open an issue."""
    body = request.body
    assignees = body.texts("assignees") or []
    one = body.maybe("assignee")
    issue = change.open_issue(
        request.world,
        request.actor,
        request.repository,
        title=body.text("title"),
        body=body.maybe("body"),
        labels=body.texts("labels") or [],
        assignees=[*assignees, *([one] if one else [])],
    )
    shown = issues.issue_with_closer(request.world, request.repository, issue)
    return Answer(status=201, data=shown, headers={"Location": shown["url"]})


def edit(request: Request) -> Answer:
    """Change an issue: text, labels, assignees, state."""
    world, actor, repo, body = request.world, request.actor, request.repository, request.body
    issue = _issue(request)
    change.edit(world, actor, repo, issue, title=body.maybe("title"), body=body.maybe("body"))
    labels = body.texts("labels")
    if labels is not None:
        change.set_labels(world, actor, repo, issue, labels)
    assignees = body.texts("assignees")
    if assignees is not None:
        change.set_assignees(world, actor, repo, issue, assignees)
    state = body.choice("state", ("open", "closed"), issue.state)
    reason = body.maybe("state_reason")
    if state == "closed" and ("state" in body.fields or reason):
        change.close(world, actor, repo, issue, reason)
    elif state == "open":
        change.reopen(world, actor, repo, issue)
    return _shown(request, issue)


def lock(request: Request) -> Answer:
    """Let only collaborators comment."""
    reason = request.body.maybe("lock_reason")
    change.lock(request.world, request.repository, _issue(request), request.actor, reason)
    return Answer(status=204)


def unlock(request: Request) -> Answer:
    """Let everybody comment again."""
    change.unlock(request.world, request.repository, _issue(request), request.actor)
    return Answer(status=204)


def add_assignees(request: Request) -> Answer:
    """Assign people to an issue, besides those it has."""
    issue = _issue(request)
    wanted = [*(who.login for who in issue.assignees), *(request.body.texts("assignees") or [])]
    change.set_assignees(request.world, request.actor, request.repository, issue, wanted)
    return Answer(status=201, data=_shown(request, issue).data)


def remove_assignees(request: Request) -> Answer:
    """Take people off an issue."""
    issue = _issue(request)
    gone = {login.lower() for login in request.body.texts("assignees") or []}
    kept = [who.login for who in issue.assignees if who.key not in gone]
    change.set_assignees(request.world, request.actor, request.repository, issue, kept)
    return _shown(request, issue)


def _issue(request: Request) -> Issue:
    return find_issue(request.repository, request.number("issue_number"))


def _shown(request: Request, issue: Issue) -> Answer:
    return Answer(data=issues.issue_with_closer(request.world, request.repository, issue))


_REPO = "/repos/{owner}/{repo}"
_ONE = f"{_REPO}/issues/{{issue_number}}"
_READS = "issues=read; pull_requests=read"
_WRITES = "issues=write; pull_requests=write"

ROUTES = (
    Route(
        "GET",
        f"{_REPO}/issues",
        list_issues,
        docs="issues/issues#list-repository-issues",
        needs=_READS,
    ),
    Route(
        "POST",
        f"{_REPO}/issues",
        create,
        docs="issues/issues#create-an-issue",
        needs="issues=write",
        creates=True,
    ),
    Route(
        "GET",
        _ONE,
        show,
        docs="issues/issues#get-an-issue",
        needs=_READS,
    ),
    Route(
        "PATCH",
        _ONE,
        edit,
        docs="issues/issues#update-an-issue",
        needs=_WRITES,
    ),
    Route(
        "PUT",
        f"{_ONE}/lock",
        lock,
        docs="issues/issues#lock-an-issue",
        needs=_WRITES,
    ),
    Route(
        "DELETE",
        f"{_ONE}/lock",
        unlock,
        docs="issues/issues#unlock-an-issue",
        needs=_WRITES,
    ),
    Route(
        "POST",
        f"{_ONE}/assignees",
        add_assignees,
        docs="issues/assignees#add-assignees-to-an-issue",
        needs=_WRITES,
    ),
    Route(
        "DELETE",
        f"{_ONE}/assignees",
        remove_assignees,
        docs="https://docs.github.com/rest/reference/issues#remove-assignees-from-an-issue",
        needs=_WRITES,
    ),
)
