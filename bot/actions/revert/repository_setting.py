"""A repository's name or default branch that was changed: as it was before."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.actions.base import Situation
from bot.actions.change import Change, Present
from bot.actions.repository.visibility import (
    VISIBILITY_NEEDS,
    read_repository,
    write_repository,
)
from bot.actions.revert.reverter import Reverter, repository, required
from bot.respond.alert import Alert
from bot.respond.inert import plain

_SETTINGS: Final[Mapping[str, tuple[str, str, str]]] = {
    "repo.rename": ("name", "the name", "old_name"),
    "repo.update_default_branch": ("default_branch", "the default branch", "old_default_branch"),
}
"""An event's action: the setting, what it is called, and the field that tells how it was."""


class RepositorySettingReverter(Reverter):
    """Answers a repository that was renamed, or given another default branch."""

    actions = tuple(_SETTINGS)
    needs: ClassVar[Mapping[str, str]] = VISIBILITY_NEEDS
    puts_back = (
        "The repository gets its former name, or its former default branch, again. GitHub refuses "
        "a name that was taken meanwhile, and a branch that is gone."
    )

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of the setting."""
        setting, called, field = _SETTINGS[alert.action]
        former = required(alert, field)
        place = [await repository(situation, alert)]
        now = (
            required(alert, "repo").rpartition("/")[2]
            if setting == "name"
            else required(alert, "new_default_branch")
        )

        async def read() -> Present:
            found = await read_repository(situation, place[-1])
            return Present(label=str(found[setting]))

        async def write(label: str | None, _: Mapping[str, Any]) -> str | None:
            await write_repository(situation, place[-1], **{setting: label})
            if setting == "name":
                place.append(f"{place[-1].partition('/')[0]}/{label}")
            return None

        return Change(
            thing=f"{called} of {place[0]}",
            changed=now,
            wanted=former,
            read=read,
            write=write,
            words=lambda _, label: f"Set {called} of {place[0]} to {plain(label, 100)} again.",
        )
