"""What each thing that can be put back provides."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.revert.change import CannotRevert, Change
from bot.respond.alert import Alert


class Reverter(ABC):
    """Knows how to put back one kind of change.

    ``actions`` are the events it answers (audit-log actions), ``needs`` the GitHub permissions it
    uses, ``puts_back`` says for the documentation what becomes of it.
    """

    actions: ClassVar[tuple[str, ...]]
    needs: ClassVar[Mapping[str, str]]
    puts_back: ClassVar[str]

    @abstractmethod
    def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change to put back; raise `CannotRevert` when this event can't be."""


def required(alert: Alert, field: str) -> str:
    """Return a text field of the event; raise `CannotRevert` when the event lacks it."""
    value = alert.fields.get(field)
    if not isinstance(value, str) or not value:
        raise CannotRevert(
            f"The event does not say its '{field}', so Tipstaff can't tell what to put back; "
            "please look at it by hand."
        )
    return value
