"""Comments on issues, and reactions."""

from typing import Any

from bot.simulator.changes.refusals import check_body, check_writable
from bot.simulator.changes.webhook import send
from bot.simulator.problem import Problem, invalid, not_found
from bot.simulator.shapes import issues
from bot.simulator.state.issues import REACTION_NAMES, Comment, Issue, Reaction
from bot.simulator.state.people import User
from bot.simulator.state.repository import Repository
from bot.simulator.world import World

MOST_COMMENTS = 2_500
"""What GitHub lets one issue hold."""


def find(repo: Repository, number: int) -> tuple[Issue, Comment]:
    """Return the comment with this id, and its issue, or say 404."""
    for issue in repo.issues.values():
        if number in issue.comments:
            return issue, issue.comments[number]
    raise not_found()


def write(world: World, by: User, repo: Repository, issue: Issue, body: str) -> Comment:
    """Write a comment."""
    check_writable(repo)
    check_body(body, "IssueComment")
    if len(issue.comments) >= MOST_COMMENTS:
        message = f"Commenting is disabled on issues with more than {MOST_COMMENTS} comments"
        raise Problem(403, message)
    now = world.clock()
    written = Comment(
        id=world.next_id(),
        issue=issue.number,
        user=by,
        body=body,
        created_at=now,
        updated_at=now,
    )
    issue.comments[written.id] = written
    issue.updated_at = now
    _send(world, by, repo, written, "created")
    return written


def edit(world: World, by: User, repo: Repository, written: Comment, body: str) -> None:
    """Change what a comment says."""
    check_writable(repo)
    check_body(body, "IssueComment")
    before, written.body = written.body, body
    written.updated_at = world.clock()
    changes = {"body": {"from": before}}
    _send(world, by, repo, written, "edited", changes=changes)


def delete(world: World, by: User, repo: Repository, written: Comment) -> None:
    """Take a comment away."""
    del repo.issues[written.issue].comments[written.id]
    _send(world, by, repo, written, "deleted")


def react(world: World, by: User, on: list[Reaction], content: str) -> tuple[Reaction, bool]:
    """React to something; gives the reaction, and whether it is new (a second time it is not)."""
    if content not in REACTION_NAMES:
        raise invalid("Reaction", "content", "invalid")
    for given in on:
        if given.user is by and given.content == content:
            return given, False
    given = Reaction(id=world.next_id(), user=by, content=content, created_at=world.clock())
    on.append(given)
    return given, True


def _send(
    world: World,
    by: User,
    repo: Repository,
    written: Comment,
    action: str,
    **more: Any,
) -> None:
    shown = {
        "issue": issues.issue(world, repo, repo.issues[written.issue]),
        "comment": issues.comment(world, repo, written),
    }
    send(world, by, "issue_comment", {"action": action, **shown, **more}, repo)
