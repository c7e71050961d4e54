"""What an event says word for word: a recorded alert keeps texts cut, and secrets masked."""

from typing import Any

from bot.actions.base import Situation
from bot.actions.change import CannotChange
from bot.respond.alert import Alert

_CUT = "…"


async def exactly(situation: Situation, alert: Alert, field: str) -> Any:
    """Return a field as it came in, to be written again; ``None`` when the event has none.

    Raises `CannotChange` when only a shortened or masked text is left of it.
    """
    kept = alert.fields.get(field)
    if not any(isinstance(text, str) and _is_altered(text) for text in _texts(kept)):
        return kept
    event = await situation.original()
    if event is None:
        raise CannotChange(
            f"The event is not kept any more as it came in, and of its '{field}' only a part is "
            "known; please set it by hand."
        )
    return event.fields.get(field)


def _texts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_altered(text: str) -> bool:
    # What was masked holds stars, or says so.
    return text.endswith(_CUT) or "***" in text or "hidden]" in text
