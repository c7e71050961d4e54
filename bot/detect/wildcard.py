"""Texts with ``*`` and ``?``: told apart by form, so that the common ones cost least."""

from collections.abc import Callable

from bot.detect.condition import Part, Text, Wild
from bot.detect.regex import escape, searcher
from bot.detect.text import fold


def exact(parts: tuple[Part, ...], *, cased: bool) -> str | None:
    """Return the only text that has this form, or ``None`` when there are more."""
    words = [part for part in parts if isinstance(part, str)]
    if len(words) < len(parts):
        return None
    return "".join(words) if cased else fold("".join(words))


def accept_text(operand: Text) -> Callable[[str], bool]:
    """Return the function that accepts a text; it wants it folded unless the operand is cased."""
    parts = operand.parts if operand.cased else tuple(_folded(part) for part in operand.parts)
    if (only := exact(parts, cased=True)) is not None:
        return lambda text: text == only
    match parts:
        case (Wild.MANY,):
            return lambda _: True
        case (Wild.MANY, str(inner), Wild.MANY):
            return lambda text: inner in text
        case (str(start), Wild.MANY):
            return lambda text: text.startswith(start)
        case (Wild.MANY, str(end)):
            return lambda text: text.endswith(end)
        case _:
            return searcher(spell(parts))


def _folded(part: Part) -> Part:
    return fold(part) if isinstance(part, str) else part


def spell(parts: tuple[Part, ...]) -> str:
    """Return a text's form as a pattern of RE2 that finds the whole text."""
    signs = {Wild.MANY: ".*", Wild.ONE: "."}
    body = "".join(signs[p] if isinstance(p, Wild) else escape(str(p)) for p in parts)
    return rf"(?s)\A{body}\z"
