"""One aspect of an event for all playbooks: which clauses a value leaves, remembered by value."""

import sys
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from bot.core.event import MISSING, Event
from bot.detect.aspect import Aspect, Effort
from bot.detect.budget import CHARACTER, ENTRY, Budget
from bot.detect.condition import Condition, tests
from bot.detect.demand import Demand, Key, judge, key, numbers
from bot.detect.scanner import Scanner
from bot.detect.view import leaves

LONGEST: Final = 1_024  # characters of a text that is worth remembering
WIDEST: Final = 32  # elements of an array that is


class Column:
    """The questions about one aspect, answered as a mask of clauses (bit n: clause n).

    A clause that does not ask for the aspect has its bit set, as has one whose question the value
    answers with yes. ``asking`` are the clauses that do ask, ``telling`` counts those that want
    something to be found. ``young`` holds the masks of texts that were met lately; whoever is in
    a hurry may look there first.
    """

    def __init__(
        self, about: Aspect, wanted: Sequence[tuple[int, Condition]], full: int, budget: Budget
    ) -> None:
        self.field = about.field
        self.effort = about.effort
        self.young: dict[str, int] = {}
        self._old: dict[str, int] = {}
        self._others: dict[Any, int] = {}
        self._words: dict[str, frozenset[int]] = {}
        self._masks: dict[frozenset[int], int] = {}
        self._budget = budget
        self._size = sys.getsizeof(full)
        self._prepare(wanted, full)
        self.absent = self._mask(self._scanner.absent)
        budget.join(self)

    @property
    def handy(self) -> bool:
        """Whether the field is named by a single key, and cheap to answer for."""
        return self.field is not None and "." not in self.field and self.effort is Effort.LOOK

    def _prepare(self, wanted: Sequence[tuple[int, Condition]], full: int) -> None:
        asked = dict.fromkeys(test for _, condition in wanted for test in tests(condition))
        places = {test: place for place, test in enumerate(asked)}
        self._scanner = Scanner(tuple(places))
        clauses: dict[Key, list[int]] = defaultdict(list)
        for clause, condition in wanted:
            clauses[key(condition, places)].append(clause)
        self._demands: list[list[Demand]] = [[] for _ in places]
        self.asking = closed = 0
        for what, bits in clauses.items():
            answer = judge(what)
            mask = sum(1 << bit for bit in bits)
            demand = Demand(judge=answer, idle=answer(frozenset()), clauses=mask)
            self.asking |= mask
            closed |= 0 if demand.idle else mask
            for place in numbers(what):
                self._demands[place].append(demand)
        self.telling = closed.bit_count()
        self._idle = full & ~closed

    def read(self, event: Event) -> int:
        """Return the mask for what an event holds, wherever it holds it."""
        if self.field is None:
            return self._read_all(event)
        found = event.fields.get(self.field, MISSING)
        if found is MISSING:
            found = event.lookup(self.field)
        if type(found) is str:
            mask = self.young.get(found)
            return self.of_text(found) if mask is None else mask
        return self.absent if found is MISSING else self.of_other(found)

    def of_text(self, text: str) -> int:
        """Return the mask for a text."""
        mask = self._old.get(text)
        if mask is None:
            true = self._scanner.scan(text)
            mask = self._masks.get(true)
            if mask is None:
                mask = self._mask(true)
        length = len(text)
        if length <= LONGEST:
            self.young[text] = mask
            self._budget.charge(ENTRY + CHARACTER * length)
        return mask

    def of_other(self, found: Any) -> int:
        """Return the mask for what is no text: a number, an array, null ..."""
        what = _identity(found)
        if what is None:
            return self._mask(self._scanner.scan(found))
        mask = self._others.get(what)
        if mask is None:
            mask = self._others[what] = self._mask(self._scanner.scan(found))
            length = sum(map(len, found)) if type(found) is list else sys.getsizeof(found)
            self._budget.charge(ENTRY * len(what) + CHARACTER * length)
        return mask

    def _read_all(self, event: Event) -> int:
        true: set[int] = set()
        for value in leaves(event):
            known = self._words.get(value) if type(value) is str else None
            if known is None:
                known = self._scanner.scan_single(value)
                if type(value) is str and len(value) <= LONGEST:
                    self._words[value] = known
                    self._budget.charge(ENTRY + CHARACTER * len(value) + sys.getsizeof(known))
            true |= known
        return self._mask(frozenset(true))

    def _mask(self, true: frozenset[int]) -> int:
        mask = self._masks.get(true)
        if mask is None:
            mask = self._idle
            concerned = {id(one): one for place in true for one in self._demands[place]}
            for demand in concerned.values():
                if demand.judge(true) is not demand.idle:
                    mask ^= demand.clauses
            self._masks[true] = mask
            self._budget.charge(ENTRY + sys.getsizeof(true) + self._size)
        return mask

    def age(self) -> None:
        """Forget what was not asked for lately."""
        self._old = self.young.copy()
        self.young.clear()
        self._others, self._words, self._masks = {}, {}, {}


def _identity(found: Any) -> tuple[Any, ...] | None:
    """Return what equals only for values that read alike, ``None`` for what is too large."""
    kind = type(found)
    if kind in _SMALL:
        return (kind, found)
    if kind is not list or len(found) > WIDEST:
        return None
    short = all(type(item) is str and len(item) <= LONGEST for item in found)
    return (kind, *found) if short else None


_SMALL: Final = frozenset({int, bool, float, type(None)})
