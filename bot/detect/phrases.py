"""Many texts, with and without wildcards, asked of one text at once."""

import re
from collections.abc import Iterator
from typing import Final

from ahocorasick_rs import AhoCorasick

from bot.detect.condition import Part, Wild
from bot.detect.patterns import Patterns
from bot.detect.wildcard import spell

PIECE: Final = 1 << 16  # characters searched at once: the list of what is found stays small
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NO_CHARACTER: Final = "\ufdd0"  # stands for half of a surrogate pair, which is no character


class Phrases:
    """Forms of texts with a number each; a number may have several."""

    def __init__(self) -> None:
        self._exact: dict[str, list[int]] = {}
        self._any: list[int] = []
        self._inside: dict[str, list[tuple[bool, bool, int]]] = {}
        self._rest = Patterns()
        self._search: AhoCorasick | None = None
        self._found: tuple[tuple[tuple[bool, bool, int], ...], ...] = ()
        self._overlap = 0

    def __bool__(self) -> bool:
        return bool(self._exact or self._any or self._inside or self._rest)

    def add_exact(self, text: str, number: int) -> None:
        """Add the form that only this text has."""
        self._exact.setdefault(text, []).append(number)

    def add(self, parts: tuple[Part, ...], number: int) -> None:
        """Add a form without placeholders."""
        match _tidy(parts):
            case ():
                self.add_exact("", number)
            case (str(only),):
                self.add_exact(only, number)
            case (Wild.MANY,):
                self._any.append(number)
            case (Wild.MANY, str(inner), Wild.MANY):
                self._add_inside(inner, number, starts=False, ends=False)
            case (str(inner), Wild.MANY):
                self._add_inside(inner, number, starts=True, ends=False)
            case (Wild.MANY, str(inner)):
                self._add_inside(inner, number, starts=False, ends=True)
            case tidy:
                self._rest.add(spell(tidy), number)

    def _add_inside(self, inner: str, number: int, *, starts: bool, ends: bool) -> None:
        self._inside.setdefault(inner, []).append((starts, ends, number))

    def seal(self) -> None:
        """Build what searches; nothing may be added afterwards."""
        self._rest.seal()
        if self._inside:
            self._search = AhoCorasick(list(self._inside), store_patterns=False)
            self._found = tuple(tuple(entries) for entries in self._inside.values())
            self._overlap = max(map(len, self._inside)) - 1

    def find(self, text: str, into: set[int]) -> None:
        """Add the numbers of the forms that the text has."""
        into.update(self._exact.get(text, ()))
        into.update(self._any)
        if self._search is not None:
            self._find_inside(self._search, text, into)
        if self._rest:
            self._rest.find(text, into)

    def _find_inside(self, search: AhoCorasick, text: str, into: set[int]) -> None:
        length = len(text)
        for offset, piece in _pieces(text, self._overlap):
            for pattern, start, end in _hits(search, piece):
                for starts, ends, number in self._found[pattern]:
                    if (not starts or offset + start == 0) and (not ends or offset + end == length):
                        into.add(number)


def _hits(search: AhoCorasick, text: str) -> list[tuple[int, int, int]]:
    try:
        return search.find_matches_as_indexes(text, overlapping=True)
    except UnicodeEncodeError:
        whole = _SURROGATE.sub(_NO_CHARACTER, text)
        return search.find_matches_as_indexes(whole, overlapping=True)


def _pieces(text: str, overlap: int) -> Iterator[tuple[int, str]]:
    """Cut a long text so that whatever is no longer than ``overlap`` + 1 is in one piece."""
    if len(text) <= PIECE + overlap:
        yield 0, text
        return
    for offset in range(0, len(text), PIECE):
        yield offset, text[offset : offset + PIECE + overlap]


def _tidy(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return the form without empty texts and without one star beside another."""
    tidy: list[Part] = []
    for part in parts:
        if part == "" or (part is Wild.MANY and tidy[-1:] == [Wild.MANY]):
            continue
        if isinstance(part, str) and tidy and isinstance(tidy[-1], str):
            tidy[-1] += part
        else:
            tidy.append(part)
    return tuple(tidy)
