"""Somebody who is told in place of everybody outside of GitHub."""

from collections.abc import Sequence

from bot.actions.notice import Notice


class AnyName(tuple[str, ...]):
    """Every name there is: the settings, which know the names, play no part in a rehearsal."""

    __slots__ = ()

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)


class Bystander:
    """Takes every notice for every place, and passes nothing on."""

    @property
    def names(self) -> Sequence[str]:
        """What the places are called: whatever a playbook calls them."""
        return AnyName(("notify",))

    async def send(self, name: str, notice: Notice) -> str | None:
        """Take a notice."""
        del name, notice
        return "this is a rehearsal: nothing was sent"
