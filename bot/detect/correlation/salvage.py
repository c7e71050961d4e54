"""Which rules a correlation names that cannot be used itself.

They are parts of something: on their own each would alert on every event it matches. So they
stay silent until the correlation is mended, or somebody takes it away.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.core.problem import Place

_BLOCK: Final = re.compile(
    r"^[ \t]*(['\"]?)correlation\1[ \t]*:.*(?:\n(?:[ \t].*)?$)*", re.MULTILINE
)
_WORD: Final = re.compile(r"[\w.-]+")
_LOUD: Final = re.compile(r"\bgenerate['\"]?\s*:\s*true\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """A correlation that is not used, and what it names: rules by name or id.

    ``told``: somebody should hear that the rules are silent (not when that is as was wished).
    """

    rules: frozenset[str]
    place: Place
    told: bool = True


def salvage(data: Any, place: Place) -> Broken | None:
    """Return what the ``correlation`` of a document names, as far as it can be made out.

    ``None`` where its rules are to alert on their own anyway.
    """
    if not isinstance(data, Mapping) or data.get("generate") is True:
        return None
    named = [*_texts(data.get("rules")), *_words(data.get("condition"))]
    return Broken(rules=frozenset(named), place=place) if named else None


def salvage_text(text: str, path: str) -> Iterator[Broken]:
    """Yield what the correlations in a text name that is no YAML: every word in them may."""
    for block in _BLOCK.finditer(text):
        if _LOUD.search(block[0]) is None:
            line = text.count("\n", 0, block.start()) + 1
            words = frozenset(_WORD.findall(block[0]))
            yield Broken(rules=words, place=Place(path=path, line=line))


def _texts(given: Any) -> Iterator[str]:
    for each in given if isinstance(given, list) else [given]:
        if isinstance(each, str):
            yield each


def _words(given: Any) -> list[str]:
    return _WORD.findall(given) if isinstance(given, str) else []
