"""How a text must start or end for a test to be true: a look so cheap that it is worth taking.

Almost every text is ruled out by a few of its characters, without being searched or remembered.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Set
from itertools import product
from math import prod
from typing import Final, TypeAlias

from bot.detect.condition import Boolean, Operand, Regex, Test, Text
from bot.detect.phrases import tidied
from bot.detect.regex import heads, spell

CUTS: Final = 2  # parts of a text that are quicker cut out than the whole is searched
FEW: Final = 4  # texts that may look alike where they are cut
WAYS: Final = 64  # to spell what is cut out, in large and small letters, on average

Edges: TypeAlias = tuple[tuple[slice, frozenset[str]], ...]
"""Parts of a text, and which texts they must be one of, in every spelling."""

_Spelling: TypeAlias = tuple[str, ...]
"""For each place in a text, the letters that may stand there."""


def edges(asked: Iterable[Test]) -> Edges:
    """Return cuts of a text and the texts there must be in one, for any test to be true.

    The empty text is left out. There are none where cutting says nothing, is not worth its while
    (whole texts only), or is no quicker than searching.
    """
    found = _Found()
    if not all(found.take(operand) for test in asked for operand in test.operands):
        return ()
    return found.edges()


class _Found:
    """Whole texts, and how texts start and end."""

    def __init__(self) -> None:
        self._whole: set[_Spelling] = set()
        self._starts: set[_Spelling] = set()
        self._ends: set[_Spelling] = set()

    def take(self, operand: Operand) -> bool:
        """Take in what an operand asks of a text; say whether its edges tell anything."""
        match operand:
            case Text(cased=cased):
                return self._take_parts(tidied(operand.parts), tuple if cased else _any_case)
            case Boolean(value=wanted):
                self._whole.add(_any_case("true" if wanted else "false"))
                return True
            case Regex():
                starts = heads(spell(operand))
                self._starts.update(map(tuple, starts))
                return bool(starts)
            case _:
                return False

    def _take_parts(self, parts: tuple[object, ...], read: Callable[[str], _Spelling]) -> bool:
        """Take in a form of texts; say whether a cut in lower case is one of it in lower case.

        Of all letters, only a capital I with a dot becomes two, an i and the dot: what follows is
        then cut elsewhere. Texts of ASCII have no such dot, so it matters only where it is cut off.
        """
        match parts:
            case (str(only),):
                self._whole.add(read(only))
                return only.isascii()
            case (str(start), *_):
                self._starts.add(read(start))
                return start.isascii() and start[-1] not in "iI"
            case (*_, str(end)):
                self._ends.add(read(end))
                return end.isascii()
            case _:
                return parts == ()

    def edges(self) -> Edges:
        """Return the cuts; a whole text shows by how it starts."""
        if not (self._starts or self._ends):
            return ()
        cuts = (*_cut(self._starts | self._whole, slice), *_cut(self._ends, _end))
        return cuts if len(cuts) <= CUTS else ()


def _any_case(text: str) -> _Spelling:
    """Return the letters that are those of a text when put in lower case."""
    return tuple(
        "kK\N{KELVIN SIGN}" if letter == "k" else "".join({letter, letter.upper()})
        for letter in text.lower()
    )


def _end(size: int) -> slice:
    return slice(-size, None)


def _cut(texts: Set[_Spelling], side: Callable[[int], slice]) -> Edges:
    """Return one cut of all texts, or one for each length where that would leave many alike."""
    lengths = sorted(set(map(len, texts)))
    if not lengths:
        return ()
    alike = Counter(text[side(lengths[0])] for text in texts)
    if max(alike.values()) <= FEW:
        return (_spelt(texts, lengths[0], side),)
    return tuple(_spelt({one for one in texts if len(one) == size}, size, side) for size in lengths)


def _spelt(
    texts: Set[_Spelling], size: int, side: Callable[[int], slice]
) -> tuple[slice, frozenset[str]]:
    """Cut texts and spell the cuts in all ways; shorter where that would be too many."""
    cuts = {text[side(size)] for text in texts}
    while size > 1 and sum(prod(map(len, one)) for one in cuts) > WAYS * len(cuts):
        size -= 1
        cuts = {text[side(size)] for text in texts}
    return side(size), frozenset("".join(way) for one in cuts for way in product(*one))
