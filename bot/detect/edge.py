"""How a text must start or end for a test to be true: a look so cheap that it is worth taking.

Almost every text is ruled out by a few of its characters, without being searched or remembered.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from bot.detect.condition import Boolean, Operand, Regex, Test, Text
from bot.detect.phrases import tidied
from bot.detect.regex import spell

CUTS: Final = 2  # parts of a text that are quicker cut out than the whole is searched
FEW: Final = 4  # texts that may look alike where they are cut
_PLAIN: Final = r"(?:[A-Za-z0-9 _/@:,-]|\\[./_-])"  # what stands for itself in a pattern
_HEAD: Final = re.compile(
    rf"\^(?:\((?:\?:)?(?P<choices>{_PLAIN}+(?:\|{_PLAIN}+)*)\))?(?P<same>{_PLAIN}*)(?P<rest>.*)",
    re.DOTALL | re.ASCII,
)

Edges: TypeAlias = tuple[tuple[slice, frozenset[str]], ...]
"""Parts of a text, and which texts they must be one of."""


def edges(asked: Iterable[Test]) -> Edges:
    """Return cuts of a text and the texts there must be in one, for any test to be true.

    The cut need only be put in lower case. Empty where cutting says nothing, is not worth its
    while (whole texts only), or is no quicker than searching.
    """
    found = _Found()
    if not all(found.take(operand) for test in asked for operand in test.operands):
        return ()
    return found.edges()


def heads(pattern: str) -> frozenset[str]:
    """Return texts with one of which a text must start for the pattern to be found in it.

    Empty where that cannot be told for sure by the pattern's beginning.
    """
    found = _HEAD.fullmatch(pattern)
    if found is None or "|" in found["rest"]:
        return frozenset()
    same = found["same"]
    if found["rest"][:1] in _REPEATS:
        if not same:
            return frozenset()
        same = same[: -2 if same[-2:-1] == "\\" else -1]
    choices = (found["choices"] or "").split("|")
    return frozenset((choice + same).replace("\\", "") for choice in choices) - {""}


_REPEATS: Final = ("*", "?", "{")  # what comes before may not be there at all


class _Found:
    """Whole texts, and how texts start and end, in lower case."""

    def __init__(self) -> None:
        self._exact: set[str] = set()
        self._starts: set[str] = set()
        self._ends: set[str] = set()

    def take(self, operand: Operand) -> bool:
        """Take in what an operand asks of a text; say whether its edges tell anything."""
        match operand:
            case Text():
                return self._take_parts(tidied(operand.parts))
            case Boolean(value=wanted):
                self._exact.add("true" if wanted else "false")
                return True
            case Regex():
                starts = heads(spell(operand))
                self._starts.update(map(str.lower, starts))
                return bool(starts)
            case _:
                return False

    def _take_parts(self, parts: tuple[object, ...]) -> bool:
        match parts:
            case ():
                self._exact.add("")
            case (str(only),):
                self._exact.add(only.lower())
            case (str(start), *_):
                self._starts.add(start.lower())
            case (*_, str(end)):
                self._ends.add(end.lower())
            case _:
                return False
        return True

    def edges(self) -> Edges:
        """Return the cuts; a whole text is one, too."""
        if not self._plainly_cut():
            return ()
        cuts = [
            *((slice(size), texts) for size, texts in _by_length(self._starts, _start)),
            *((slice(-size, None), texts) for size, texts in _by_length(self._ends, _end)),
        ]
        if not 0 < len(cuts) <= CUTS:
            return ()
        return (*cuts, (slice(None), frozenset(self._exact))) if self._exact else tuple(cuts)

    def _plainly_cut(self) -> bool:
        """Say whether a cut in lower case is the same as a cut of the text in lower case.

        Of all letters, only a capital I with a dot becomes two, an i and the dot: what follows is
        then cut elsewhere. Texts of ASCII have no such dot, so it matters only where it is cut off.
        """
        texts = (*self._exact, *self._starts, *self._ends)
        return all(map(str.isascii, texts)) and not any(one.endswith("i") for one in self._starts)


def _start(text: str, length: int) -> str:
    return text[:length]


def _end(text: str, length: int) -> str:
    return text[-length:]


def _by_length(
    texts: Iterable[str], cut: Callable[[str, int], str]
) -> Iterable[tuple[int, frozenset[str]]]:
    """Return lengths to cut, and what is there: one, unless that would leave many alike."""
    lengths = sorted(set(map(len, texts)))
    if not lengths:
        return ()
    near = Counter(cut(text, lengths[0]) for text in texts)
    if max(near.values()) <= FEW:
        return ((lengths[0], frozenset(near)),)
    return tuple((size, frozenset(one for one in texts if len(one) == size)) for size in lengths)
