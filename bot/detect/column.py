"""One aspect of an event for all playbooks: which clauses a value leaves, remembered by value."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from bot.core.event import MISSING, Event
from bot.detect.aspect import Aspect
from bot.detect.budget import CHARACTER, ENTRY, PLACE, Budget
from bot.detect.condition import Condition, tests
from bot.detect.demand import Demand, Key, judge, key, numbers
from bot.detect.scanner import Scanner
from bot.detect.view import leaves

LONGEST: Final = 1_024  # characters of a text that is worth remembering
WIDEST: Final = 32  # elements of an array that is

Simple: TypeAlias = str | bool | None
SIMPLE: Final[frozenset[type]] = frozenset({str, bool, type(None)})
"""Types whose values differ whenever they read differently, so that they may share a table."""


class Column:
    """The questions about one aspect, answered as a mask of clauses (bit n: clause n).

    A clause that does not ask for the aspect has its bit set, as has one whose question the value
    answers with yes. ``asking`` are the clauses that do ask, ``telling`` counts those that want
    something to be found. ``young`` holds the masks of simple values that were met lately; whoever
    is in a hurry may look there first.
    """

    def __init__(
        self, about: Aspect, wanted: Sequence[tuple[int, Condition]], full: int, budget: Budget
    ) -> None:
        self.field = about.field
        self.effort = about.effort
        self.young: dict[Simple, int] = {}
        self._old: dict[Simple, int] = {}
        self._others: dict[Any, int] = {}
        self._words: dict[str, frozenset[int]] = {}
        self._masks: dict[frozenset[int], int] = {}
        self._budget = budget
        self._size = _size(full)
        self._prepare(wanted, full)
        self.absent = self._mask(self._scanner.absent)
        budget.join(self)

    @property
    def keyed(self) -> bool:
        """Whether the field is named by a single key."""
        return self.field is not None and "." not in self.field

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
        if type(found) in SIMPLE:
            mask = self.young.get(found)
            return self.of_simple(found) if mask is None else mask
        return self.absent if found is MISSING else self.of_other(found)

    def of_simple(self, value: Simple) -> int:
        """Return the mask for a text, true, false or null."""
        mask = self._old.get(value)
        if mask is None:
            mask = self._mask(self._scanner.scan(value))
        length = len(value) if type(value) is str else 0
        if length <= LONGEST:
            self.young[value] = mask
            self._budget.charge(ENTRY + CHARACTER * length)
        return mask

    def of_other(self, found: Any) -> int:
        """Return the mask for a number, an array, an object ..."""
        what = _identity(found)
        if what is None:
            return self._mask(self._scanner.scan(found))
        mask = self._others.get(what)
        if mask is None:
            mask = self._others[what] = self._mask(self._scanner.scan(found))
            length = sum(map(len, found)) if type(found) is list else _size(found)
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
                    self._budget.charge(ENTRY + CHARACTER * len(value) + PLACE * len(known))
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
            self._budget.charge(ENTRY + PLACE * len(true) + self._size)
        return mask

    def age(self) -> None:
        """Forget what was not asked for lately."""
        self._old = self.young.copy()
        self.young.clear()
        self._others, self._words, self._masks = {}, {}, {}


def _size(value: float) -> int:
    """Return the bytes of a number, rounded up."""
    return value.bit_length() // 6 if isinstance(value, int) else CHARACTER


def _identity(found: Any) -> tuple[Any, ...] | None:
    """Return what equals only for values that read alike, ``None`` for what is too large."""
    kind = type(found)
    if kind in _SMALL:
        return (kind, found)
    if kind is not list or len(found) > WIDEST:
        return None
    short = all(type(item) is str and len(item) <= LONGEST for item in found)
    return (kind, *found) if short else None


_SMALL: Final = frozenset({int, float})
