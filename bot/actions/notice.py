"""What actions need to tell people outside of GitHub: a notice, and somebody who delivers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.respond.alert import Alert
from bot.respond.inert import Markdown
from bot.respond.step import Step


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A message about an alert.

    ``id`` is the same however often it is sent, so that who receives it can drop a second copy;
    ``title`` is one plain line, ``summary`` Markdown in which every foreign value is inert;
    ``url`` is the case's issue, if it is open; ``steps`` are the changes made or planned;
    ``at`` is when it is sent.
    """

    id: str
    title: str
    summary: Markdown
    alert: Alert
    steps: tuple[Step, ...]
    url: str | None
    at: datetime


class Notifier(Protocol):
    """Delivers notices to the places that the operator's settings name, and to no others."""

    @property
    def names(self) -> Sequence[str]:
        """What the places are called, in the order of the settings."""
        ...

    async def send(self, name: str, notice: Notice) -> str | None:
        """Deliver a notice; return a remark when not everybody there gets it.

        ``name`` is one of ``names``. Raises `Refused` when the place said no, and `Unavailable`
        when nobody can know or it is not the time.
        """
        ...
