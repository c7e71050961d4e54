"""All that playbooks ask of one aspect of an event, answered for a value at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import ip_address, ip_network
from typing import Any, Final, TypeAlias

from bot.core.event import MISSING, flatten
from bot.detect.condition import (
    Boolean,
    Compare,
    Exists,
    Network,
    Null,
    Number,
    Operand,
    Regex,
    Test,
    Text,
    TimePart,
)
from bot.detect.moment import part, read_time, zone_of
from bot.detect.patterns import Patterns
from bot.detect.phrases import Phrases
from bot.detect.predicate import compare
from bot.detect.regex import spell
from bot.detect.text import fold, number, plain

Sieve: TypeAlias = Callable[[Any], Iterable[int] | None]
"""Returns the numbers of the tests that a value makes true; mostly nothing."""

_NONE: Final[frozenset[int]] = frozenset()


class Scanner:
    """Tests of one field; each is known by its place in the sequence."""

    def __init__(self, asked: Sequence[Test]) -> None:
        self._folded, self._spelt, self._patterns = Phrases(), Phrases(), Patterns()
        self._numbers, self._times, self._networks = _Numbers(), _Times(), _Networks()
        there: set[int] = set()
        missing: set[int] = set()
        null: set[int] = set()
        for place, test in enumerate(asked):
            for operand in test.operands:
                match operand:
                    case Exists(value=wanted):
                        (there if wanted else missing).add(place)
                    case Null():
                        null.add(place)
                    case _:
                        self._add(operand, place)
        self.there, self.null = frozenset(there), frozenset(null)
        self.absent = frozenset(missing | null)
        self._by_folded = tuple(self._folded.finders())
        self._by_text = (*self._spelt.finders(), *self._patterns.finders())
        self._by_value = tuple(self._value_sieves())

    def _add(self, operand: Operand, place: int) -> None:
        match operand:
            case Text(cased=False):
                parts = tuple(fold(one) if isinstance(one, str) else one for one in operand.parts)
                self._folded.add(parts, place)
            case Text():
                self._spelt.add(operand.parts, place)
            case Boolean(value=wanted):
                self._folded.add_exact("true" if wanted else "false", place)
            case Regex():
                self._patterns.add(spell(operand), place)
            case Number():
                self._numbers.add(operand, place)
            case TimePart():
                self._times.add(operand, place)
            case Network():
                self._networks.add(operand, place)

    def _value_sieves(self) -> Iterator[Sieve]:
        for sieve in (self._numbers, self._times, self._networks):
            if sieve.tests:
                yield sieve.find

    def scan(self, found: Any) -> frozenset[int]:
        """Return the tests that are true for what a field holds (``MISSING``: nothing)."""
        if found is MISSING:
            return self.absent
        if type(found) is str:
            true = self.scan_text(found)
            return self.there | true if self.there else true
        values = tuple(flatten(found))
        empty = not values or None in values
        return self.there.union(self.null if empty else _NONE, *map(self.scan_single, values))

    def scan_single(self, value: Any) -> frozenset[int]:
        """Return the tests that a single value makes true by itself."""
        text = plain(value)
        if text is not None:
            return self.scan_text(text, value)
        true = _NONE
        for sieve in self._by_value:
            true = true.union(sieve(value) or ())
        return true

    def scan_text(self, text: str, value: Any = None) -> frozenset[int]:
        """Return the tests that a text makes true; ``value`` is what it spells, if not itself."""
        true: list[int] = []
        if self._by_folded:
            folded = fold(text)
            for find in self._by_folded:
                if hits := find(folded):
                    true += hits
        for find in self._by_text:
            if hits := find(text):
                true += hits
        for sieve in self._by_value:
            if hits := sieve(text if value is None else value):
                true += hits
        return frozenset(true) if true else _NONE


class _Numbers:
    def __init__(self) -> None:
        self.tests = 0
        self._equal: dict[float, list[int]] = defaultdict(list)
        self._compared: list[tuple[Callable[[float], bool], int]] = []

    def add(self, operand: Number, place: int) -> None:
        self.tests += 1
        if operand.compare is Compare.EQ:
            self._equal[operand.value].append(place)
        else:
            self._compared.append((compare(operand.compare, operand.value), place))

    def find(self, value: Any) -> Iterable[int] | None:
        given = number(value)
        if given is None:
            return None
        same = self._equal.get(given, ())
        return (*same, *(place for accept, place in self._compared if accept(given)))


class _Times:
    def __init__(self) -> None:
        self.tests = 0
        self._parts: dict[Any, list[tuple[Callable[[float], bool], int]]] = defaultdict(list)

    def add(self, operand: TimePart, place: int) -> None:
        self.tests += 1
        asked = operand.unit, zone_of(operand.zone)
        self._parts[asked].append((compare(operand.compare, operand.number), place))

    def find(self, value: Any) -> Iterable[int] | None:
        time = read_time(value)
        if time is None:
            return None
        given = ((part(time, *asked), wanted) for asked, wanted in self._parts.items())
        return [place for now, wanted in given for accept, place in wanted if accept(now)]


class _Networks:
    """Networks by how many bits they leave open, so that a look for each such number is enough."""

    def __init__(self) -> None:
        self.tests = 0
        self._blocks: dict[tuple[int, int], dict[int, list[int]]] = {}

    def add(self, operand: Network, place: int) -> None:
        self.tests += 1
        network = ip_network(operand.cidr)
        room = network.max_prefixlen - network.prefixlen
        block = self._blocks.setdefault((network.version, room), {})
        block.setdefault(int(network.network_address) >> room, []).append(place)

    def find(self, value: Any) -> Iterable[int] | None:
        if not isinstance(value, str):
            return None
        try:
            address = ip_address(value)
        except ValueError:
            return None
        version, bits = address.version, int(address)
        return [
            place
            for (family, room), block in self._blocks.items()
            if family == version
            for place in block.get(bits >> room, ())
        ]
