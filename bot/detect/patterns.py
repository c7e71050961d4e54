"""Many regular expressions asked of one text at once, by RE2's sets."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

import re2

from bot.detect.regex import Pattern, compile_pattern, found, size

LARGEST: Final = 2_000  # RE2's instructions of one pattern in a set; a larger one is asked alone
MOST: Final = 8_000  # of one set: its states must fit its memory many times over
MEMORY: Final = 64 << 20  # bytes a set may use for its states, at most

Numbers: TypeAlias = tuple[int, ...]
Finder: TypeAlias = Callable[[str], Iterable[int] | None]
"""Returns the numbers of what a text has; mostly nothing."""


class Patterns:
    """Patterns of RE2, each with the numbers of whoever asks for it."""

    def __init__(self) -> None:
        self._numbers: dict[str, list[int]] = {}

    def add(self, pattern: str, number: int) -> None:
        """Add a pattern that RE2 takes."""
        self._numbers.setdefault(pattern, []).append(number)

    @property
    def any(self) -> bool:
        """Whether there is any."""
        return bool(self._numbers)

    def finders(self) -> Iterator[Finder]:
        """Yield the functions that together ask for every pattern.

        A set whose memory is too small finds nothing and does not say so. Its patterns are
        therefore counted, and what is large is asked by itself.
        """
        batch: list[tuple[str, Numbers]] = []
        spent = 0
        for pattern, numbers in self._numbers.items():
            compiled = compile_pattern(pattern)
            cost = size(compiled)
            if cost > LARGEST:
                yield _find_one(compiled, tuple(numbers))
                continue
            if spent + cost > MOST:
                yield _find_many(batch)
                batch, spent = [], 0
            batch.append((pattern, tuple(numbers)))
            spent += cost
        if batch:
            yield _find_many(batch)


def _find_one(pattern: Pattern, numbers: Numbers) -> Finder:
    return lambda text: numbers if found(pattern, text) else None


def _find_many(batch: Sequence[tuple[str, Numbers]]) -> Finder:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MEMORY
    patterns = re2.Set.SearchSet(options)
    for pattern, _ in batch:
        patterns.Add(pattern)
    patterns.Compile()
    owners = tuple(numbers for _, numbers in batch)

    def find(text: str) -> Iterable[int] | None:
        try:
            hits = patterns.Match(text.encode())
        except UnicodeEncodeError:  # half of a surrogate pair
            hits = patterns.Match(text.encode("utf-8", "replace"))
        return [number for hit in hits for number in owners[hit]] if hits else None

    return find
