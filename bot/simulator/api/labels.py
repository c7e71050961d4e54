"""Endpoints of labels: the repository's, and an issue's."""

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import issues as change
from bot.simulator.changes.refusals import find_issue
from bot.simulator.problem import Problem, not_found
from bot.simulator.shapes import issues
from bot.simulator.state.issues import Issue


def list_labels(request: Request) -> Answer:
    """List the labels of the repository, or of an issue."""
    world, repo = request.world, request.repository
    labels = _issue(request).labels if "issue_number" in request.params else repo.labels.values()
    return request.page(list(labels), lambda label: issues.label(world, repo, label))


def create_label(request: Request) -> Answer:
    """Create a label."""
    body = request.body
    label = change.create_label(
        request.world,
        request.repository,
        body.text("name"),
        body.maybe("color") or "ededed",
        body.maybe("description"),
    )
    shown = issues.label(request.world, request.repository, label)
    return Answer(status=201, data=shown)


def show_label(request: Request) -> Answer:
    """Show a label."""
    label = request.repository.labels.get(request.params["name"].lower())
    if label is None:
        raise not_found()
    return Answer(data=issues.label(request.world, request.repository, label))


def add_labels(request: Request) -> Answer:
    """Add labels to an issue."""
    issue = _issue(request)
    return _set_labels(request, issue, [label.name for label in issue.labels])


def replace_labels(request: Request) -> Answer:
    """Let an issue have exactly these labels."""
    return _set_labels(request, _issue(request), [])


def remove_label(request: Request) -> Answer:
    """Take a label off an issue."""
    issue = _issue(request)
    name = request.params["name"].lower()
    kept = [label.name for label in issue.labels if label.name.lower() != name]
    if len(kept) == len(issue.labels):
        raise Problem(404, "Label does not exist")
    change.set_labels(request.world, request.actor, request.repository, issue, kept)
    return _labels(request, issue)


def remove_labels(request: Request) -> Answer:
    """Take every label off an issue."""
    change.set_labels(request.world, request.actor, request.repository, _issue(request), [])
    return Answer(status=204)


def _set_labels(request: Request, issue: Issue, kept: list[str]) -> Answer:
    wanted = [*kept, *(request.body.texts("labels") or [])]
    known = {name.lower(): name for name in reversed(wanted)}
    names = [known[name.lower()] for name in wanted]
    change.set_labels(request.world, request.actor, request.repository, issue, names)
    return _labels(request, issue)


def _labels(request: Request, issue: Issue) -> Answer:
    shown = [issues.label(request.world, request.repository, label) for label in issue.labels]
    return Answer(data=shown)


def _issue(request: Request) -> Issue:
    return find_issue(request.repository, request.number("issue_number"))


_REPO = "/repos/{owner}/{repo}"
_ONE = f"{_REPO}/issues/{{issue_number}}"
_READS = "issues=read; pull_requests=read"
_WRITES = "issues=write; pull_requests=write"

ROUTES = (
    Route(
        "GET",
        f"{_REPO}/labels",
        list_labels,
        docs="issues/labels#list-labels-for-a-repository",
        needs=_READS,
    ),
    Route(
        "POST",
        f"{_REPO}/labels",
        create_label,
        docs="issues/labels#create-a-label",
        needs=_WRITES,
        creates=True,
    ),
    Route(
        "GET",
        f"{_REPO}/labels/{{name}}",
        show_label,
        docs="issues/labels#get-a-label",
        needs=_READS,
    ),
    Route(
        "GET",
        f"{_ONE}/labels",
        list_labels,
        docs="issues/labels#list-labels-for-an-issue",
        needs=_READS,
    ),
    Route(
        "POST",
        f"{_ONE}/labels",
        add_labels,
        docs="issues/labels#add-labels-to-an-issue",
        needs=_WRITES,
    ),
    Route(
        "PUT",
        f"{_ONE}/labels",
        replace_labels,
        docs="issues/labels#set-labels-for-an-issue",
        needs=_WRITES,
    ),
    Route(
        "DELETE",
        f"{_ONE}/labels/{{name}}",
        remove_label,
        docs="issues/labels#remove-a-label-from-an-issue",
        needs=_WRITES,
    ),
    Route(
        "DELETE",
        f"{_ONE}/labels",
        remove_labels,
        docs="issues/labels#remove-all-labels-from-an-issue",
        needs=_WRITES,
    ),
)
