"""Many texts, with and without wildcards, asked of one text at once."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from ahocorasick_rs import AhoCorasick, Implementation

from bot.detect.condition import Part, Wild
from bot.detect.patterns import Finder, Numbers, Patterns
from bot.detect.wildcard import spell

FEW: Final = 4  # texts for which asking one by one is quicker than all at once
PIECE: Final = 1 << 16  # characters searched at once: the list of what is found stays small
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NO_CHARACTER: Final = "\ufdd0"  # stands for half of a surrogate pair, which is none either


class Phrases:
    """Forms of texts, each with the numbers of whoever asks for it."""

    def __init__(self) -> None:
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._starts: dict[str, list[int]] = defaultdict(list)
        self._ends: dict[str, list[int]] = defaultdict(list)
        self._inside: dict[str, list[int]] = defaultdict(list)
        self._any: list[int] = []
        self._rest = Patterns()

    def add_exact(self, text: str, number: int) -> None:
        """Add the form that only this text has."""
        self._exact[text].append(number)

    def add(self, parts: tuple[Part, ...], number: int) -> None:
        """Add a form without placeholders."""
        match tidied(parts):
            case ():
                self.add_exact("", number)
            case (str(only),):
                self.add_exact(only, number)
            case (Wild.MANY,):
                self._any.append(number)
            case (str(start), Wild.MANY):
                self._starts[start].append(number)
            case (Wild.MANY, str(end)):
                self._ends[end].append(number)
            case (Wild.MANY, str(inner), Wild.MANY):
                self._inside[inner].append(number)
            case tidy:
                self._rest.add(spell(tidy), number)

    def finders(self) -> Iterator[Finder]:
        """Yield the functions that together ask for every form."""
        if self._exact:
            yield _sealed(self._exact).get
        if self._any:
            every = tuple(self._any)
            yield lambda _: every
        for starts in _by_length(self._starts, _start):
            yield _find_start(starts)
        for ends in _by_length(self._ends, _end):
            yield _find_end(ends)
        if self._inside:
            few = len(self._inside) <= FEW
            yield (_find_few if few else _find_inside)(_sealed(self._inside))
        yield from self._rest.finders()


def _sealed(found: Mapping[str, list[int]]) -> dict[str, Numbers]:
    return {text: tuple(numbers) for text, numbers in found.items()}


def _start(text: str, length: int) -> str:
    return text[:length]


def _end(text: str, length: int) -> str:
    return text[-length:]


def _by_length(
    found: Mapping[str, list[int]], cut: Callable[[str, int], str]
) -> Iterator[dict[str, list[tuple[str, Numbers]]]]:
    """Yield tables by one length of cut, so that one look leaves a few texts to compare.

    Mostly there is one table, cut to the shortest text. Where that would leave many, each length
    gets its own.
    """
    if not found:
        return
    shortest = min(map(len, found))
    tables: dict[int, dict[str, list[tuple[str, Numbers]]]] = {shortest: defaultdict(list)}
    for text, numbers in _sealed(found).items():
        tables[shortest][cut(text, shortest)].append((text, numbers))
    if max(map(len, tables[shortest].values())) > FEW:
        tables = defaultdict(lambda: defaultdict(list))
        for text, numbers in _sealed(found).items():
            tables[len(text)][text].append((text, numbers))
    for _, table in sorted(tables.items()):
        yield dict(table)


def _find_start(starts: Mapping[str, list[tuple[str, Numbers]]]) -> Finder:
    length = len(next(iter(starts)))

    def find(text: str) -> Iterable[int] | None:
        near = starts.get(text[:length])
        if near is None:
            return None
        return [number for start, numbers in near if text.startswith(start) for number in numbers]

    return find


def _find_end(ends: Mapping[str, list[tuple[str, Numbers]]]) -> Finder:
    length = len(next(iter(ends)))

    def find(text: str) -> Iterable[int] | None:
        near = ends.get(text[-length:])
        if near is None:
            return None
        return [number for end, numbers in near if text.endswith(end) for number in numbers]

    return find


def _find_few(inside: Mapping[str, Numbers]) -> Finder:
    entries = tuple(inside.items())

    def find(text: str) -> Iterable[int] | None:
        found: list[int] = []
        for inner, numbers in entries:
            if inner in text:
                found += numbers
        return found

    return find


def _find_inside(inside: Mapping[str, Numbers]) -> Finder:
    """Search for all at once; a long text in pieces that overlap by the longest of them."""
    search = AhoCorasick(
        list(inside), implementation=Implementation.ContiguousNFA, store_patterns=False
    ).find_matches_as_indexes
    owners = tuple(inside.values())
    overlap = max(map(len, inside)) - 1

    def find(text: str) -> Iterable[int] | None:
        if len(text) > PIECE:
            return find_long(text)
        try:
            hits = search(text, True)  # True: overlapping, too
        except UnicodeEncodeError:
            hits = search(_SURROGATE.sub(_NO_CHARACTER, text), True)
        return [number for hit in hits for number in owners[hit[0]]] if hits else None

    def find_long(text: str) -> Iterable[int]:
        whole = _SURROGATE.sub(_NO_CHARACTER, text)
        found: set[int] = set()
        for offset in range(0, len(whole), PIECE):
            for hit in search(whole[offset : offset + PIECE + overlap], True):
                found.add(hit[0])
        return [number for hit in found for number in owners[hit]]

    return find


def tidied(parts: tuple[Part, ...]) -> tuple[Part, ...]:
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
