"""What GitHub refuses, whoever asks: too long, empty, archived, not there."""

from typing import Literal

from bot.simulator.problem import Problem, invalid, not_found
from bot.simulator.state.issues import Issue
from bot.simulator.state.repository import Repository

MAX_BODY = 65_536
MAX_TITLE = 256


def find_issue(repo: Repository, number: int) -> Issue:
    """Return the issue with this number, or say 404 (410: the repository has no issues)."""
    if not repo.has_issues:
        raise Problem(410, "Issues are disabled for this repo")
    issue = repo.issues.get(number)
    if issue is None:
        raise not_found()
    return issue


def check_body(body: str | None, resource: Literal["Issue", "IssueComment"]) -> None:
    """Refuse a text that GitHub would refuse for its length, or a comment that says nothing."""
    if resource == "IssueComment" and not (body or "").strip():
        raise invalid(resource, "data", "unprocessable", "Body cannot be blank")
    if body is not None and len(body) > MAX_BODY:
        message = f"body is too long (maximum is {MAX_BODY} characters)"
        raise invalid(resource, "body", "custom", message)


def check_title(title: str) -> None:
    """Refuse a title that GitHub would refuse."""
    if not title.strip():
        raise invalid("Issue", "title", "missing_field")
    if len(title) > MAX_TITLE:
        message = f"title is too long (maximum is {MAX_TITLE} characters)"
        raise invalid("Issue", "title", "custom", message)


def check_writable(repo: Repository) -> None:
    """Refuse to write into an archived repository."""
    if repo.archived:
        raise Problem(403, "Repository was archived so is read-only.")
