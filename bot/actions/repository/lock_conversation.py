"""Locks an issue or a pull request."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal

from pydantic import Field

from bot.actions.base import Situation, split
from bot.actions.change import CannotChange, Change, Present
from bot.actions.changing import ChangingAction
from bot.actions.people.subject import repository_of
from bot.actions.repository.place import RepositoryParameters, number_of
from bot.core.errors import NotFound

_ISSUE: Final = "/repos/{owner}/{repo}/issues/{issue_number}"
_LOCKED: Final = "locked"
_OPEN: Final = "open to everybody"


class LockConversationParameters(RepositoryParameters):
    """Parameters of ``lock-conversation``."""

    number: int | None = Field(
        default=None,
        description="The issue's or pull request's number; left out, the event's `number`.",
    )
    reason: Literal["off-topic", "too heated", "resolved", "spam"] | None = Field(
        default=None, description="GitHub shows it in the conversation."
    )


class LockConversation(ChangingAction[LockConversationParameters]):
    """Lets only people with write access comment on an issue or a pull request."""

    name = "lock-conversation"
    summary = (
        "Locks an issue or a pull request: only people with write access to the repository can "
        "comment there."
    )
    Params = LockConversationParameters
    needs: ClassVar[Mapping[str, str]] = {"issues": "write", "metadata": "read"}
    undo_note = "`/undo` unlocks it."
    example = """\
- action: lock-conversation
  with:
    reason: spam
"""

    async def change(self, situation: Situation, params: LockConversationParameters) -> Change:
        """Return the locking of the conversation."""
        number = number_of(situation.subject(), params.number, "number", "conversation")
        repo = await repository_of(situation, params.repository)
        where = {**split(repo), "issue_number": number}
        name = f"{repo}#{number}"

        async def read() -> Present:
            try:
                found = (await situation.gh.call("GET", _ISSUE, where)).data
            except NotFound as error:
                text = f"The conversation {name} is gone, or issues are off there."
                raise CannotChange(text) from error
            details = {"reason": found.get("active_lock_reason")}
            return Present(label=_LOCKED if found["locked"] else _OPEN, details=details)

        async def write(label: str | None, _: Mapping[str, Any]) -> str | None:
            if label == _LOCKED:
                body = {"lock_reason": params.reason} if params.reason else None
                await situation.gh.call("PUT", _ISSUE + "/lock", where, body=body)
            else:
                await situation.gh.call("DELETE", _ISSUE + "/lock", where)
            return None

        return Change(
            thing=f"the conversation {name}",
            changed=_OPEN,
            wanted=_LOCKED,
            read=read,
            write=write,
            words=lambda _, now: _words(name, now, params.reason),
        )


def _words(name: str, now: str | None, reason: str | None) -> str:
    if now == _LOCKED:
        return f"Locked the conversation {name}{f' as {reason}' if reason else ''}."
    return f"Unlocked the conversation {name}."
