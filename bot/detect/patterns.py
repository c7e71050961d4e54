"""Many regular expressions asked of one text at once, by RE2's sets."""

from typing import Any, Final

import re2

from bot.detect.regex import Pattern, compile_pattern, found, size

LARGEST: Final = (
    2_000  # of one pattern in a set, in RE2's instructions; larger ones are asked alone
)
MOST: Final = 8_000  # of one set: its states must fit its memory many times over
MEMORY: Final = 64 << 20  # bytes a set may use for its states, at most


class Patterns:
    """Patterns with a number each; a number may have several."""

    def __init__(self) -> None:
        self._numbers: dict[str, list[int]] = {}
        self._sets: list[tuple[Any, tuple[tuple[int, ...], ...]]] = []
        self._alone: list[tuple[Pattern, tuple[int, ...]]] = []

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def add(self, pattern: str, number: int) -> None:
        """Add a pattern that RE2 takes."""
        self._numbers.setdefault(pattern, []).append(number)

    def seal(self) -> None:
        """Build the sets; nothing may be added afterwards.

        A set whose memory is too small finds nothing and does not say so. Its patterns are
        therefore counted, and what is large is asked by itself.
        """
        batch: list[tuple[str, tuple[int, ...]]] = []
        spent = 0
        for pattern, numbers in self._numbers.items():
            compiled = compile_pattern(pattern)
            cost = size(compiled)
            if cost > LARGEST:
                self._alone.append((compiled, tuple(numbers)))
                continue
            if spent + cost > MOST:
                self._seal(batch)
                batch, spent = [], 0
            batch.append((pattern, tuple(numbers)))
            spent += cost
        if batch:
            self._seal(batch)

    def _seal(self, batch: list[tuple[str, tuple[int, ...]]]) -> None:
        options = re2.Options()
        options.log_errors = False
        options.max_mem = MEMORY
        patterns = re2.Set.SearchSet(options)
        for pattern, _ in batch:
            patterns.Add(pattern)
        patterns.Compile()
        self._sets.append((patterns, tuple(numbers for _, numbers in batch)))

    def find(self, text: str, into: set[int]) -> None:
        """Add the numbers of the patterns that are found in the text."""
        for patterns, numbers in self._sets:
            try:
                hits = patterns.Match(text)
            except UnicodeEncodeError:  # half of a surrogate pair
                hits = patterns.Match(text.encode("utf-8", "replace"))
            for hit in hits or ():
                into.update(numbers[hit])
        for pattern, own in self._alone:
            if found(pattern, text):
                into.update(own)
