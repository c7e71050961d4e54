"""Invitations that stand for what they offer: an undo often can do no more than invite."""

from collections.abc import Mapping
from typing import Any, Final

from bot.actions.base import Situation, split
from bot.actions.people.subject import same
from bot.respond.undoing import undone_by

REPOSITORY_INVITATIONS: Final = "/repos/{owner}/{repo}/invitations"


def was_offered(situation: Situation) -> bool:
    """Tell whether this step takes back what an undo gave, which may wait to be accepted."""
    step = situation.step
    done = next((each for each in situation.file.steps if each.id == step.undo_of), None)
    undo = undone_by(done, situation.file) if step.kind == "redo" and done is not None else None
    return undo is not None and undo.receipt is not None and bool(undo.receipt.after.get("label"))


async def waiting_for(situation: Situation, repo: str, login: str) -> Mapping[str, Any] | None:
    """Return the invitation of a person to ``owner/name`` that waits, if one does.

    Raises `NotFound` when the repository is out of reach.
    """
    async for each in situation.gh.pages(REPOSITORY_INVITATIONS, split(repo)):
        if same((each.get("invitee") or {}).get("login"), login):
            return dict(each)
    return None
