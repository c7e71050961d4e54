"""A person's word on a case: whether an event holds one, and what GitHub says of that person."""

from collections.abc import Mapping

from bot.actions.port import GitHub
from bot.core.errors import NotFound
from bot.core.event import Event
from bot.respond.alert import CaseFile
from bot.respond.approval import Standing

NEEDS = {"members": "read", "metadata": "read"}


def said(event: Event) -> tuple[str, int, str | None] | None:
    """Return repository, issue number and comment of an event that may speak to a case.

    The comment is ``None`` when the issue itself was closed or reopened. An edited comment says
    nothing: what was approved must be what was recorded when it was written.
    """
    number = _issue_number(event)
    if number is None or event.repo is None:
        return None
    if (event.kind, event.fields.get("webhook_action")) == ("issue_comment", "created"):
        comment = event.raw.get("comment")
        body = comment.get("body") if isinstance(comment, Mapping) else None
        return (event.repo, number, body) if isinstance(body, str) else None
    if event.kind == "issues" and event.fields.get("webhook_action") in {"closed", "reopened"}:
        return event.repo, number, None
    return None


def _issue_number(event: Event) -> int | None:
    issue = event.raw.get("issue")
    number = issue.get("number") if isinstance(issue, Mapping) else None
    return number if isinstance(number, int) else None


def author(event: Event) -> str | None:
    """Return the login of who opened the issue an event is about."""
    login = event.lookup("issue.user.login")
    return login if isinstance(login, str) else None


def is_own(login: str | None, own_login: str) -> bool:
    """Whether a login is Tipstaff's own; another bot is not trusted."""
    return login is not None and login.casefold() == own_login.casefold()


async def org_role(gh: GitHub, org: str, login: str) -> str:
    """Return ``admin``, ``member`` or ``none``: a pending membership gives no say yet."""
    try:
        reply = await gh.call(
            "GET", "/orgs/{org}/memberships/{username}", {"org": org, "username": login}
        )
    except NotFound:
        return "none"
    return str(reply.data["role"]) if reply.data["state"] == "active" else "none"


async def repo_role(gh: GitHub, repository: str, login: str) -> str:
    """Return the highest role a login has in ``owner/name``: ``role_name``, or ``none``."""
    owner, _, repo = repository.partition("/")
    try:
        reply = await gh.call(
            "GET",
            "/repos/{owner}/{repo}/collaborators/{username}/permission",
            {"owner": owner, "repo": repo, "username": login},
        )
    except NotFound:
        return "none"
    return str(reply.data["role_name"])


async def read_standing(gh: GitHub, event: Event, file: CaseFile) -> Standing:
    """Read from the API, at this moment, what the event's actor may say about a case."""
    login = event.actor or ""
    repos = {alert.repo for alert in file.alerts if alert.repo}
    if file.case.issue is not None:
        repos.add(file.case.issue.repository)
    return Standing(
        org_role=await org_role(gh, file.case.org, login),
        repo_roles={repo: await repo_role(gh, repo, login) for repo in sorted(repos)},
        is_bot=event.fields.get("actor_is_bot") is True,
    )
