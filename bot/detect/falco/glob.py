"""Falco's ``glob``: the patterns of fnmatch(3) without flags, spelt for RE2.

``*`` and ``?`` also stand for ``/``; ``[!a]`` and ``[^a]`` both exclude; a backslash takes the next
character as it is; a bracket that is never closed is itself.
"""

import re
from typing import Final

from bot.detect.regex import escape

_CLASS: Final = re.compile(r"\[[!^]?\]?(?:\[:[a-z]+:\]|\\.|[^\]\\])*\]", re.DOTALL)
_NAMED: Final = re.compile(r"\[:[a-z]+:\]")


def spell_glob(pattern: str, *, folded: bool = False) -> str:
    """Return the pattern as RE2 reads it; it is meant for a match of the whole text."""
    body, position = [], 0
    while position < len(pattern):
        piece, position = _piece(pattern, position)
        body.append(piece)
    return f"(?s{'i' if folded else ''}:{''.join(body)})"


def _piece(pattern: str, position: int) -> tuple[str, int]:
    letter = pattern[position]
    if letter == "*":
        return ".*", position + 1
    if letter == "?":
        return ".", position + 1
    if letter == "\\" and position + 1 < len(pattern):
        return escape(pattern[position + 1]), position + 2
    if letter == "[" and (found := _CLASS.match(pattern, position)) is not None:
        return _spell_class(found[0]), found.end()
    return escape(letter), position + 1


def _spell_class(text: str) -> str:
    inner = text[1:-1]
    excluded = inner[:1] in {"!", "^"}
    inner = inner[1:] if excluded else inner
    body, position = [], 0
    while position < len(inner):
        if (named := _NAMED.match(inner, position)) is not None:
            body.append(named[0])
            position = named.end()
        elif inner[position] == "\\" and position + 1 < len(inner):
            body.append(_quoted(inner[position + 1]))
            position += 2
        else:
            letter = inner[position]
            between = letter == "-" and 0 < position < len(inner) - 1
            body.append("-" if between else _quoted(letter))
            position += 1
    return f"[{'^' if excluded else ''}{''.join(body)}]"


def _quoted(letter: str) -> str:
    return f"\\{letter}" if letter in "\\]^[-" else letter
