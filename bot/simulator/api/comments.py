"""Endpoints of comments on issues, and of reactions to both."""

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import comments as change
from bot.simulator.changes.refusals import find_issue
from bot.simulator.shapes import issues
from bot.simulator.state.issues import Comment, Issue, Reaction
from bot.simulator.world import stamp


def list_comments(request: Request) -> Answer:
    """List an issue's comments, oldest first, maybe only those changed since a time."""
    world, repo = request.world, request.repository
    since = request.query.get("since", "")
    found = [c for c in _issue(request).comments.values() if (stamp(c.updated_at) or "") >= since]
    return request.page(found, lambda written: issues.comment(world, repo, written))


def create(request: Request) -> Answer:
    """Write a comment."""
    world, repo = request.world, request.repository
    body = request.body.text("body")
    written = change.write(world, request.actor, repo, _issue(request), body)
    shown = issues.comment(world, repo, written)
    return Answer(status=201, data=shown, headers={"Location": shown["url"]})


def show(request: Request) -> Answer:
    """Show a comment."""
    return _shown(request, _comment(request))


def edit(request: Request) -> Answer:
    """Change what a comment says."""
    written = _comment(request)
    body = request.body.text("body")
    change.edit(request.world, request.actor, request.repository, written, body)
    return _shown(request, written)


def delete(request: Request) -> Answer:
    """Take a comment away."""
    change.delete(request.world, request.actor, request.repository, _comment(request))
    return Answer(status=204)


def list_reactions(request: Request) -> Answer:
    """List the reactions to an issue or a comment."""
    wanted = request.query.get("content")
    found = [given for given in _reactions(request) if wanted in {None, given.content}]
    return request.page(found, lambda given: issues.reaction(request.world, given))


def react(request: Request) -> Answer:
    """React to an issue or a comment; a second time changes nothing (200, not 201)."""
    content = request.body.text("content")
    given, new = change.react(request.world, request.actor, _reactions(request), content)
    return Answer(status=201 if new else 200, data=issues.reaction(request.world, given))


def _reactions(request: Request) -> list[Reaction]:
    if "comment_id" in request.params:
        return _comment(request).reactions
    return _issue(request).reactions


def _issue(request: Request) -> Issue:
    return find_issue(request.repository, request.number("issue_number"))


def _comment(request: Request) -> Comment:
    return change.find(request.repository, request.number("comment_id"))[1]


def _shown(request: Request, written: Comment) -> Answer:
    return Answer(data=issues.comment(request.world, request.repository, written))


_ISSUES = "/repos/{owner}/{repo}/issues"
_ON = f"{_ISSUES}/{{issue_number}}"
_ONE = f"{_ISSUES}/comments/{{comment_id}}"
_READS = "issues=read; pull_requests=read"
_WRITES = "issues=write; pull_requests=write"

ROUTES = (
    Route(
        "GET",
        f"{_ON}/comments",
        list_comments,
        docs="issues/comments#list-issue-comments",
        needs=_READS,
    ),
    Route(
        "POST",
        f"{_ON}/comments",
        create,
        docs="issues/comments#create-an-issue-comment",
        needs=_WRITES,
        creates=True,
    ),
    Route(
        "GET",
        _ONE,
        show,
        docs="issues/comments#get-an-issue-comment",
        needs=_READS,
    ),
    Route(
        "PATCH",
        _ONE,
        edit,
        docs="issues/comments#update-an-issue-comment",
        needs=_WRITES,
    ),
    Route(
        "DELETE",
        _ONE,
        delete,
        docs="issues/comments#delete-an-issue-comment",
        needs=_WRITES,
    ),
    Route(
        "GET",
        f"{_ONE}/reactions",
        list_reactions,
        docs="reactions/reactions#list-reactions-for-an-issue-comment",
        needs=_READS,
    ),
    Route(
        "POST",
        f"{_ONE}/reactions",
        react,
        docs="reactions/reactions#create-reaction-for-an-issue-comment",
        needs=_WRITES,
        creates=True,
    ),
    Route(
        "GET",
        f"{_ON}/reactions",
        list_reactions,
        docs="reactions/reactions#list-reactions-for-an-issue",
        needs=_READS,
    ),
    Route(
        "POST",
        f"{_ON}/reactions",
        react,
        docs="reactions/reactions#create-reaction-for-an-issue",
        needs=_WRITES,
        creates=True,
    ),
)
