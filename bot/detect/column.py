"""One field of all playbooks: which clauses a value leaves possible, remembered by value."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from bot.core.event import MISSING, Event
from bot.detect.budget import Budget
from bot.detect.condition import Condition, tests
from bot.detect.demand import Demand, Key, judge, key, numbers
from bot.detect.scanner import Scanner
from bot.detect.view import leaves

LONGEST: Final = 1_024  # characters of a text that is worth remembering
WIDEST: Final = 32  # elements of an array that is


class Column:
    """The questions about one field, answered as a mask of clauses (bit n: clause n).

    A clause that does not ask for the field has its bit set, as has one whose question the value
    answers with yes. ``young`` holds the masks of texts that were met lately; whoever is in a
    hurry may look there first.
    """

    def __init__(
        self, field: str | None, wanted: Sequence[tuple[int, Condition]], full: int, budget: Budget
    ) -> None:
        self.field = field
        self.plain = field is not None and "." not in field
        self.young: dict[str, int] = {}
        self._old: dict[str, int] = {}
        self._others: dict[Any, int] = {}
        self._words: dict[str, frozenset[int]] = {}
        self._masks: dict[frozenset[int], int] = {}
        self._budget = budget
        self._prepare(wanted, full)
        self.absent = self._mask(self._scanner.scan(MISSING))
        budget.join(self)

    def _prepare(self, wanted: Sequence[tuple[int, Condition]], full: int) -> None:
        asked = {test: 0 for _, condition in wanted for test in tests(condition)}
        places = {test: place for place, test in enumerate(asked)}
        self._scanner = Scanner(tuple(places))
        clauses: dict[Key, list[int]] = defaultdict(list)
        for clause, condition in wanted:
            clauses[key(condition, places)].append(clause)
        self._demands: list[list[Demand]] = [[] for _ in places]
        self.asking = 0
        idle_no = 0
        for what, bits in clauses.items():
            answer = judge(what)
            mask = sum(1 << bit for bit in bits)
            demand = Demand(judge=answer, idle=answer(frozenset()), clauses=mask)
            self.asking |= mask
            idle_no |= 0 if demand.idle else mask
            for place in numbers(what):
                self._demands[place].append(demand)
        self.telling = idle_no.bit_count()
        self._idle = full & ~idle_no

    def read(self, event: Event) -> int:
        """Return the mask for what an event holds, wherever it holds it."""
        if self.field is None:
            return self._read_all(event)
        found = event.lookup(self.field)
        if type(found) is str:
            mask = self.young.get(found)
            return self.of_text(found) if mask is None else mask
        return self.absent if found is MISSING else self.of_other(found)

    def of_text(self, text: str) -> int:
        """Return the mask for a text."""
        mask = self._old.get(text)
        if mask is None:
            mask = self._mask(self._scanner.scan(text))
        if len(text) <= LONGEST:
            self.young[text] = mask
            self._budget.charge(text, mask)
        return mask

    def of_other(self, found: Any) -> int:
        """Return the mask for what is no text: a number, an array, null ..."""
        what = _identity(found)
        if what is None:
            return self._mask(self._scanner.scan(found))
        mask = self._others.get(what)
        if mask is None:
            mask = self._others[what] = self._mask(self._scanner.scan(found))
            self._budget.charge(what, mask, *(found if isinstance(found, list) else ()))
        return mask

    def _read_all(self, event: Event) -> int:
        true: set[int] = set()
        for value in leaves(event):
            if type(value) is str:
                known = self._words.get(value)
                true |= self._word(value) if known is None else known
            else:
                self._scanner.scan_single(value, true)
        return self._mask(frozenset(true))

    def _word(self, text: str) -> frozenset[int]:
        found: set[int] = set()
        self._scanner.scan_single(text, found)
        true = frozenset(found)
        if len(text) <= LONGEST:
            self._words[text] = true
            self._budget.charge(text, true)
        return true

    def _mask(self, true: frozenset[int]) -> int:
        mask = self._masks.get(true)
        if mask is None:
            mask = self._idle
            concerned = {id(one): one for place in true for one in self._demands[place]}
            for demand in concerned.values():
                if demand.judge(true) is not demand.idle:
                    mask ^= demand.clauses
            self._masks[true] = mask
            self._budget.charge(true, mask)
        return mask

    def age(self) -> None:
        """Forget what was not asked for lately."""
        self._old = self.young.copy()
        self.young.clear()
        self._others, self._words, self._masks = {}, {}, {}


def _identity(found: Any) -> Any:
    """Return what equals only for values that read alike, ``None`` for what is too large."""
    kind = type(found)
    if kind in _SMALL:
        return (kind, found)
    if kind is list and len(found) <= WIDEST:
        if all(type(item) is str and len(item) <= LONGEST for item in found):
            return (kind, *found)
    return None


_SMALL: Final = frozenset({int, bool, float, type(None)})
