"""What an event says word for word: a recorded alert keeps texts cut, and secrets masked."""

from collections.abc import Mapping
from typing import Any

from bot.actions.base import Situation
from bot.actions.change import CannotChange
from bot.respond.alert import Alert
from bot.respond.plan import LONGEST_LIST

_CUT = "…"


async def exactly(situation: Situation, alert: Alert, field: str, *, always: bool = False) -> Any:
    """Return a field as it came in, to be written again; ``None`` when the event has none.

    ``always`` says that every such event has it: one that is missing was too large to keep.
    Raises `CannotChange` when only a shortened or masked text is left of it.
    """
    kept = alert.fields.get(field)
    if not _is_altered(kept) and not (always and kept is None):
        return kept
    event = await situation.original()
    if event is None:
        raise CannotChange(
            f"The event is not kept any more as it came in, and of its '{field}' only a part is "
            "known; please set it by hand."
        )
    return event.fields.get(field)


def _is_altered(kept: Any) -> bool:
    """Tell whether a value, or anything in it, may have been cut or masked."""
    if isinstance(kept, str):
        # What was masked holds stars, or says so.
        return kept.endswith(_CUT) or "***" in kept or "hidden]" in kept
    if isinstance(kept, Mapping):
        return len(kept) >= LONGEST_LIST or any(map(_is_altered, [*kept, *kept.values()]))
    if isinstance(kept, list):
        return len(kept) >= LONGEST_LIST or any(map(_is_altered, kept))
    return False
