"""A comment looked at once more: whether it still stands as it was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.actions.base import split
from bot.actions.port import GitHub
from bot.core.errors import NotFound
from bot.respond.consent import digest
from bot.respond.inert import code
from bot.respond.standing import is_same
from bot.respond.step import Approval, Issue

NEEDS: Final = {"issues": "read"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reread:
    """What was found: why the comment does not count (``None``: it does), and whose it is.

    ``number`` is the author's account, which stays when the login changes.
    """

    against: str | None = None
    number: int | None = None


async def reread(gh: GitHub, issue: Issue | None, given: Approval) -> Reread:
    """Look at a comment on a case's issue as it is at GitHub now.

    It is where the case is, under whatever name; or where the case was when it was written.
    Raises what the call raises, but for a comment that is not there any more.
    """
    places = [issue.repository] if issue is not None else []
    if given.repository and not any(is_same(given.repository, each) for each in places):
        places.append(given.repository)
    if not places or given.comment is None:
        return Reread(against="its comment is gone")
    for place in places:
        try:
            reply = await gh.call(
                "GET",
                "/repos/{owner}/{repo}/issues/comments/{comment_id}",
                {**split(place), "comment_id": given.comment},
            )
        except NotFound:
            continue
        return Reread(against=_against(reply.data, given), number=_author(reply.data, "id", int))
    return Reread(against="its comment was deleted")


def _against(comment: Mapping[str, Any], given: Approval) -> str | None:
    author = _author(comment, "login", str)
    if not is_same(author, given.by):
        return f"its comment is by {code(author or 'nobody')} now"
    text, edited_at = comment.get("body"), comment.get("updated_at")
    if not isinstance(text, str) or digest(text) != given.text:
        return "its comment was edited"
    if given.edited_at and edited_at != given.edited_at:
        return "its comment was edited"
    return None


def _author(comment: Mapping[str, Any], name: str, kind: type) -> Any:
    user = comment.get("user")
    found = user.get(name) if isinstance(user, Mapping) else None
    return found if isinstance(found, kind) else None
