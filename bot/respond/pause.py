"""The global stop: while it holds, every change waits for a person's word."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

EVERYWHERE: Final = "*"
"""As the organisation of a pause: all of them."""

_EVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """Nothing is changed unasked in ``org`` (`EVERYWHERE`: anywhere).

    ``by`` is who said so and ``reason`` why, as they wrote it; ``since`` is ``None`` for the
    environment's switch, which no approval lifts.
    """

    org: str = EVERYWHERE
    by: str = ""
    reason: str = ""
    since: datetime | None = None

    @property
    def is_absolute(self) -> bool:
        """Whether not even what a person approved is done."""
        return self.since is None

    @property
    def words(self) -> str:
        """A sentence that tells where, since when, by whom and why."""
        if self.since is None:
            return "Tipstaff is paused by the environment (TIPSTAFF_PAUSED)."
        where = "" if self.org == EVERYWHERE else f" in {self.org}"
        why = f": {self.reason.rstrip('.')}" if self.reason else ""
        return f"Tipstaff is paused{where} since {self.since:%Y-%m-%d %H:%M} UTC by {self.by}{why}."


SWITCH: Final = Pause(by="TIPSTAFF_PAUSED")
"""The environment's switch."""


def holding(pauses: Iterable[Pause], org: str) -> Pause | None:
    """Return the pause that holds for an organisation: of several the last one begun.

    What was approved before it does not count; the environment's switch goes before all.
    """
    ours = [pause for pause in pauses if pause.org in {EVERYWHERE, org.casefold()}]
    return max(ours, key=_weight, default=None)


def _weight(pause: Pause) -> tuple[bool, datetime]:
    return pause.since is None, pause.since or _EVER
