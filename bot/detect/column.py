"""One aspect of an event for all playbooks: which clauses a value leaves, remembered by value."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.core.event import MISSING, Event
from bot.detect.aspect import Aspect
from bot.detect.budget import CHARACTER, ENTRY, PLACE, SLOT, Budget, size
from bot.detect.condition import Condition, Text, tests
from bot.detect.demand import Demand, Key, judge, key, numbers
from bot.detect.edge import Edges, edges
from bot.detect.scanner import Scanner
from bot.detect.view import leaves

LONGEST: Final = 1_024  # characters of a text that is worth remembering
SAMPLE: Final = 16  # where texts hardly ever come again, one in so many is remembered
FEW: Final = 64  # remembered texts by which that cannot be told
TRIAL: Final = 1_024  # texts after which that is first looked at
WIDEST: Final = 32  # elements of an array that is


class Column:
    """The questions about one aspect, answered as a mask of clauses (bit n: clause n).

    A clause that does not ask for the aspect has its bit set, as has one whose question the value
    answers with yes. ``asking`` are the clauses that do ask, ``telling`` counts those that want
    something to be found, ``idle`` is the mask when nothing is. ``dull`` are values met lately that
    leave just that, as `Event.fields` has them by the field's name (``None``: missing); `of` has
    the answer for any. ``edges`` are `edges_of` all the clauses that ask.

    Texts are remembered as long as they come again. Where hardly one does, remembering would cost
    more than it saves, and only a sample is kept, to see whether that changes.
    """

    def __init__(
        self, about: Aspect, wanted: Sequence[tuple[int, Condition]], full: int, budget: Budget
    ) -> None:
        self.about = about
        self.field = about.field
        self.effort = about.effort
        self.dull: set[Any] = set()
        self._young: dict[Any, int] = {}
        self._old: dict[Any, int] = {}
        self._recurring, self._tried = True, False
        self._returned = self._newcomers = 0
        self._others: dict[Any, int] = {}
        self._words: dict[str, frozenset[int]] = {}
        self._masks: dict[frozenset[int], int] = {}
        self._cuts: dict[int, Edges] = {}
        self._budget = budget
        self._size = size(full)
        self._prepare(wanted, full)
        self._absent, self._null, self._true, self._false = (
            self._mask(self._scanner.scan(one)) for one in (MISSING, None, True, False)
        )
        self._constants = self._always()
        self.edges = self._cut(self.asking)
        self._refresh()
        budget.join(self)

    @property
    def keyed(self) -> bool:
        """Whether the field is named by a single key."""
        return self.field is not None and "." not in self.field

    def named(self) -> Iterator[str]:
        """Yield the whole texts that are asked for, in lower case."""
        for test in self._asked:
            for operand in test.operands:
                match operand:
                    case Text(parts=(str(only),)):
                        yield only.lower()

    def edges_of(self, clauses: int) -> Edges:
        """Return cuts by which a text, or what is missing or empty, is seen to be idle for these.

        It is, unless a cut of it is one of the texts there.
        """
        known = self._cuts.get(clauses)
        if known is None:
            known = self._cuts[clauses] = self._cut(clauses)
            self._budget.charge(ENTRY + SLOT * sum(len(texts) for _, texts in known))
        return known

    def _cut(self, clauses: int) -> Edges:
        if any(self._tells(self._mask(self._scanner.scan(one)), clauses) for one in _EMPTY):
            return ()
        return edges(
            test
            for test, demands in zip(self._asked, self._demands, strict=True)
            if any(one.clauses & clauses for one in demands)
        )

    def tells(self, found: Any, clauses: int) -> bool:
        """Say whether what the field holds makes one of these clauses other than idle."""
        return self._tells(self.of(found), clauses)

    def _tells(self, mask: int, clauses: int) -> bool:
        return mask is not self.idle and bool((mask ^ self.idle) & clauses)

    def _always(self) -> frozenset[Any]:
        """Return what is always dull: 1 counts as what true is, null as what is missing."""
        alike = {None: (None, MISSING), True: (True, 1, 1.0), False: (False, 0, 0.0)}
        return frozenset(
            simple
            for simple, values in alike.items()
            if all(self._mask(self._scanner.scan(one)) == self.idle for one in values)
        )

    def _prepare(self, wanted: Sequence[tuple[int, Condition]], full: int) -> None:
        asked = dict.fromkeys(test for _, condition in wanted for test in tests(condition))
        places = {test: place for place, test in enumerate(asked)}
        self._asked = tuple(places)
        self._scanner = Scanner(self._asked)
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
        self.idle = full & ~closed

    def read(self, event: Event) -> int:
        """Return the mask for what an event holds, wherever it holds it."""
        if self.field is None:
            return self._read_all(event)
        found = event.fields.get(self.field, MISSING)
        if found is MISSING:
            found = event.lookup(self.field)
        return self.of(found)

    def of(self, found: Any) -> int:
        """Return the mask for what the field holds (``MISSING``: nothing)."""
        if type(found) is str:
            return self.idle if found in self.dull else self._of_text(found)
        if found is MISSING:
            return self._absent
        if found is None:
            return self._null
        if type(found) is bool:
            return self._true if found else self._false
        return self._of_other(found)

    def _of_text(self, text: str) -> int:
        mask = self._young.get(text)
        if mask is not None:
            return mask
        if self._edged_out(text):
            return self.idle
        mask = self._old.get(text)
        if mask is not None:
            self._returned += 1
        else:
            mask = self._mask(self._scanner.scan(text))
        if len(text) <= LONGEST and (self._recurring or not hash(text) % SAMPLE):
            self._remember(text, mask)
        return mask

    def _edged_out(self, text: str) -> bool:
        """Say whether how a text starts and ends already shows that it makes nothing true."""
        cuts = self.edges
        return bool(cuts) and not any(text[cut] in texts for cut, texts in cuts)

    def _remember(self, text: str, mask: int) -> None:
        if mask is self.idle:
            self.dull.add(text)
        else:
            self._young[text] = mask
        self._newcomers += 1
        if self._newcomers == TRIAL:
            self._try_early()
        self._budget.charge(SLOT + size(text))

    def _of_other(self, found: Any) -> int:
        what = _identity(found)
        if what is None:
            return self._mask(self._scanner.scan(found))
        mask = self._others.get(what)
        if mask is None:
            mask = self._others[what] = self._mask(self._scanner.scan(found))
            length = sum(map(len, found)) if type(found) is list else size(found)
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
            mask = self.idle
            concerned = {id(one): one for place in true for one in self._demands[place]}
            for demand in concerned.values():
                if demand.judge(true) is not demand.idle:
                    mask ^= demand.clauses
            self._masks[true] = mask
            self._budget.charge(ENTRY + PLACE * len(true) + self._size)
        return mask

    def _try_early(self) -> None:
        """See to it that it shows soon whether texts come again, be there room for many more."""
        if self._tried:
            self._judge_return()
        else:
            self._tried, self._newcomers = True, 0
            self._refresh()

    def _judge_return(self) -> None:
        if len(self._old) > len(self._constants):
            few = self._newcomers < FEW
            self._recurring = few or self._returned * SAMPLE >= self._newcomers

    def _refresh(self) -> None:
        """Let what is remembered be the older generation, and begin a younger one."""
        self._old = self._young | dict.fromkeys(self.dull, self.idle)
        self._young.clear()
        self.dull.clear()  # others look into this very set
        self.dull |= self._constants

    def age(self) -> None:
        """Forget what was not asked for lately."""
        self._judge_return()
        self._tried = True
        self._returned = self._newcomers = 0
        self._refresh()
        self._others, self._words, self._masks, self._cuts = {}, {}, {}, {}


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
_EMPTY: Final[tuple[Any, ...]] = (MISSING, None, "", False, 0, 0.0, [], {})
