"""Hides a repository."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from bot.actions.base import Situation
from bot.actions.change import ANY, CannotChange, Change
from bot.actions.changing import ChangingAction
from bot.actions.people.subject import repository_of
from bot.actions.repository.place import RepositoryParameters
from bot.actions.repository.visibility import (
    VISIBILITY_NEEDS,
    read_repository,
    visibility_change,
)


class SetVisibilityParameters(RepositoryParameters):
    """Parameters of ``set-visibility``."""

    visibility: Literal["private", "internal"] = Field(
        default="private",
        description="`internal`: for the whole enterprise, where there is one. Never `public`.",
    )


class SetVisibility(ChangingAction[SetVisibilityParameters]):
    """Makes a repository private or internal."""

    name = "set-visibility"
    summary = (
        "Makes a repository private, or internal. It never shows one to more people than now: a "
        "private repository does not become internal, and none becomes public, except by `/undo`."
    )
    Params = SetVisibilityParameters
    needs: ClassVar[Mapping[str, str]] = VISIBILITY_NEEDS
    undo_note = (
        "`/undo` gives it the visibility that was found. Its stars, watchers and public forks do "
        "not come back."
    )
    example = """\
- action: set-visibility
  with:
    visibility: private
"""

    async def change(self, situation: Situation, params: SetVisibilityParameters) -> Change:
        """Return the change of a repository's visibility."""
        repo, wanted = await repository_of(situation, params.repository), params.visibility
        if wanted == "internal" and situation.step.kind == "apply":
            present = await read_repository(situation, repo)
            if present["visibility"] == "private":
                raise CannotChange(
                    f"{repo} is private: internal would show it to more people than now."
                )
        changed = ANY if wanted == "private" else "public"
        return visibility_change(situation, repo, changed=changed, wanted=wanted)
