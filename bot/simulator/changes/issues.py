"""Issues and pull requests: opened, changed, answered, closed."""

from collections.abc import Sequence
from typing import Any

from bot.simulator.changes.refusals import check_body, check_title, check_writable
from bot.simulator.changes.webhook import send
from bot.simulator.problem import Problem, invalid
from bot.simulator.shapes import issues, people, pulls
from bot.simulator.state.issues import Issue, Label
from bot.simulator.state.people import User
from bot.simulator.state.repository import LEVELS, Repository
from bot.simulator.world import World

MAX_ASSIGNEES = 10


def open_issue(
    world: World,
    by: User,
    repo: Repository,
    *,
    title: str,
    body: str | None = None,
    labels: Sequence[str] = (),
    assignees: Sequence[str] = (),
) -> Issue:
    """Open an issue."""
    check_writable(repo)
    if not repo.has_issues:
        raise Problem(410, "Issues has been disabled in this repository.")
    check_title(title)
    check_body(body, "Issue")
    people_asked = _assignees(world, repo, assignees)
    issue = _new(world, by, repo, title, body)
    issue.labels = [ensure_label(world, repo, name) for name in labels]
    issue.assignees = people_asked
    _send(world, by, repo, issue, "opened")
    for label in issue.labels:
        _send(world, by, repo, issue, "labeled", label=issues.label(world, repo, label))
    for who in issue.assignees:
        _send(world, by, repo, issue, "assigned", assignee=people.user(world, who))
    return issue


def open_pull_request(
    world: World, by: User, repo: Repository, *, title: str, body: str | None, branch: str
) -> Issue:
    """Ask to merge a branch into the default branch."""
    if branch not in repo.branches:
        raise invalid("PullRequest", "head", "invalid")
    issue = _new(world, by, repo, title, body)
    issue.branch = branch
    shown = pulls.pull_request(world, repo, issue)
    payload = {"action": "opened", "number": issue.number, "pull_request": shown}
    send(world, by, "pull_request", payload, repo)
    return issue


def _new(world: World, by: User, repo: Repository, title: str, body: str | None) -> Issue:
    number = repo.last_number = repo.last_number + 1
    now = world.clock()
    issue = Issue(
        id=world.next_id(),
        number=number,
        title=title,
        body=body,
        user=by,
        created_at=now,
        updated_at=now,
    )
    repo.issues[number] = issue
    return issue


def edit(
    world: World,
    by: User,
    repo: Repository,
    issue: Issue,
    *,
    title: str | None = None,
    body: str | None = None,
) -> None:
    """Change an issue's title or body; ``None`` leaves it as it is."""
    check_writable(repo)
    changes: dict[str, Any] = {}
    if title is not None and title != issue.title:
        check_title(title)
        changes["title"] = {"from": issue.title}
        issue.title = title
    if body is not None and body != issue.body:
        check_body(body, "Issue")
        changes["body"] = {"from": issue.body or ""}
        issue.body = body
    if changes:
        issue.updated_at = world.clock()
        _send(world, by, repo, issue, "edited", changes=changes)


def close(
    world: World, by: User, repo: Repository, issue: Issue, reason: str | None = "completed"
) -> None:
    """Close an issue; closing it twice only changes the reason."""
    issue.state_reason = reason or "completed"
    if issue.state == "closed":
        return
    issue.state = "closed"
    issue.closed_by = by
    issue.closed_at = issue.updated_at = world.clock()
    _send(world, by, repo, issue, "closed")


def reopen(world: World, by: User, repo: Repository, issue: Issue) -> None:
    """Open a closed issue again."""
    if issue.state == "open":
        return
    issue.state = "open"
    issue.state_reason = "reopened"
    issue.closed_at = issue.closed_by = None
    issue.updated_at = world.clock()
    _send(world, by, repo, issue, "reopened")


def delete(world: World, by: User, repo: Repository, issue: Issue) -> None:
    """Delete an issue for good, with everything said in it."""
    del repo.issues[issue.number]
    _send(world, by, repo, issue, "deleted")


def lock(world: World, repo: Repository, issue: Issue, by: User, reason: str | None) -> None:
    """Let only collaborators comment."""
    issue.locked, issue.lock_reason = True, reason
    _send(world, by, repo, issue, "locked")


def unlock(world: World, repo: Repository, issue: Issue, by: User) -> None:
    """Let everybody comment again."""
    issue.locked, issue.lock_reason = False, None
    _send(world, by, repo, issue, "unlocked")


def ensure_label(world: World, repo: Repository, name: str) -> Label:
    """Return the repository's label of this name, made if there is none (as GitHub does)."""
    return repo.labels.get(name.lower()) or create_label(world, repo, name)


def create_label(
    world: World,
    repo: Repository,
    name: str,
    color: str = "ededed",
    description: str | None = None,
) -> Label:
    """Create a label."""
    if name.lower() in repo.labels:
        raise invalid("Label", "name", "already_exists")
    label = Label(id=world.next_id(), name=name, color=color, description=description)
    repo.labels[name.lower()] = label
    return label


def set_labels(
    world: World, by: User, repo: Repository, issue: Issue, names: Sequence[str]
) -> None:
    """Let an issue have exactly these labels."""
    wanted = [ensure_label(world, repo, name) for name in dict.fromkeys(names)]
    before, issue.labels = issue.labels, wanted
    for label in wanted:
        if label not in before:
            _send(world, by, repo, issue, "labeled", label=issues.label(world, repo, label))
    for label in before:
        if label not in wanted:
            _send(world, by, repo, issue, "unlabeled", label=issues.label(world, repo, label))


def set_assignees(
    world: World, by: User, repo: Repository, issue: Issue, logins: Sequence[str]
) -> None:
    """Let an issue have exactly these assignees."""
    wanted = _assignees(world, repo, logins)
    before, issue.assignees = issue.assignees, wanted
    for who in wanted:
        if who not in before:
            _send(world, by, repo, issue, "assigned", assignee=people.user(world, who))
    for who in before:
        if who not in wanted:
            _send(world, by, repo, issue, "unassigned", assignee=people.user(world, who))


def _assignees(world: World, repo: Repository, logins: Sequence[str]) -> list[User]:
    found = []
    for login in dict.fromkeys(logins):
        user = world.users.get(login.lower())
        may = user and LEVELS.index(world.access(repo, user)) > 0
        if world.check_assignees and not may:
            raise Problem(
                422,
                "Validation Failed",
                errors=[
                    {
                        "value": login,
                        "resource": "Issue",
                        "field": "assignees",
                        "code": "invalid",
                    }
                ],
            )
        if user is not None:
            found.append(user)
    return found[:MAX_ASSIGNEES]


def _send(world: World, by: User, repo: Repository, issue: Issue, action: str, **more: Any) -> None:
    if issue.branch is not None:
        return
    shown = {"issue": issues.issue(world, repo, issue)}
    send(world, by, "issues", {"action": action, **shown, **more}, repo)
