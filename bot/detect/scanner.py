"""All that playbooks ask of one field, answered for a value at once."""

from collections.abc import Callable, Sequence
from ipaddress import ip_address, ip_network
from typing import Any, Final

from bot.core.event import MISSING, flatten
from bot.detect.condition import (
    Boolean,
    Compare,
    Exists,
    Network,
    Null,
    Number,
    Operand,
    Placeholder,
    Regex,
    Test,
    Text,
    TimePart,
)
from bot.detect.moment import part, read_time
from bot.detect.patterns import Patterns
from bot.detect.phrases import Phrases
from bot.detect.predicate import compare
from bot.detect.regex import spell
from bot.detect.text import fold, number, plain

_KINDS: Final = (Text, Regex, Number, Boolean, Null, Exists, Network, TimePart)


def can_scan(test: Test) -> bool:
    """Say whether a test asks only what a scanner of its field answers.

    What another field or a list filled later decides, it does not.
    """
    return all(_can_scan(test.field, operand) for operand in test.operands)


def _can_scan(field: str | None, operand: Operand) -> bool:
    if isinstance(operand, Text | Regex):
        return not any(isinstance(piece, Placeholder) for piece in operand.parts)
    if field is None and isinstance(operand, Null | Exists):
        return False
    return isinstance(operand, _KINDS)


class Scanner:
    """The tests of one field; each is known by its place in the sequence."""

    def __init__(self, asked: Sequence[Test]) -> None:
        self._folded, self._cased, self._patterns = Phrases(), Phrases(), Patterns()
        self._numbers: list[tuple[Callable[[float], bool], int]] = []
        self._equal: dict[float, list[int]] = {}
        self._times: list[tuple[TimePart, int]] = []
        self._networks: dict[tuple[int, int], dict[int, list[int]]] = {}
        self._present: set[int] = set()
        self._null: set[int] = set()
        absent: set[int] = set()
        for place, test in enumerate(asked):
            for operand in test.operands:
                self._add(operand, place, absent)
        self._absent = frozenset(absent | self._null)
        for search in (self._folded, self._cased, self._patterns):
            search.seal()

    def _add(self, operand: Operand, place: int, absent: set[int]) -> None:
        match operand:
            case Text(cased=False):
                parts = tuple(fold(one) if isinstance(one, str) else one for one in operand.parts)
                self._folded.add(parts, place)
            case Text():
                self._cased.add(operand.parts, place)
            case Regex():
                self._patterns.add(spell(operand), place)
            case Boolean(value=wanted):
                self._folded.add_exact("true" if wanted else "false", place)
            case Exists(value=wanted):
                (self._present if wanted else absent).add(place)
            case Null():
                self._null.add(place)
            case _:
                self._add_number(operand, place)

    def _add_number(self, operand: Operand, place: int) -> None:
        match operand:
            case Number(value=wanted, compare=Compare.EQ):
                self._equal.setdefault(wanted, []).append(place)
            case Number(value=wanted, compare=how):
                self._numbers.append((compare(how, wanted), place))
            case TimePart():
                self._times.append((operand, place))
            case Network(cidr=cidr):
                network = ip_network(cidr)
                room = network.max_prefixlen - network.prefixlen
                block = self._networks.setdefault((network.version, room), {})
                block.setdefault(int(network.network_address) >> room, []).append(place)

    def scan(self, found: Any) -> frozenset[int]:
        """Return the tests that are true for what a field holds (``MISSING``: nothing)."""
        if found is MISSING:
            return self._absent
        true = set(self._present)
        if isinstance(found, list | tuple):
            values = tuple(flatten(found))
            if not values or None in values:
                true |= self._null
            for value in values:
                self.scan_single(value, true)
        elif found is None:
            true |= self._null
        else:
            self.scan_single(found, true)
        return frozenset(true)

    def scan_single(self, value: Any, into: set[int]) -> None:
        """Add the tests that one single value makes true by itself."""
        text = plain(value)
        if text is None:
            self._scan_numbers(value, into)
            return
        if self._folded:
            self._folded.find(fold(text), into)
        if self._cased:
            self._cased.find(text, into)
        if self._patterns:
            self._patterns.find(text, into)
        self._scan_numbers(value, into)

    def _scan_numbers(self, value: Any, into: set[int]) -> None:
        if (self._equal or self._numbers) and (given := number(value)) is not None:
            into.update(self._equal.get(given, ()))
            into.update(place for accept, place in self._numbers if accept(given))
        if self._networks and isinstance(value, str):
            self._scan_address(value, into)
        if self._times and (time := read_time(value)) is not None:
            into.update(
                place
                for wanted, place in self._times
                if compare(wanted.compare, wanted.number)(part(time, wanted.unit))
            )

    def _scan_address(self, value: str, into: set[int]) -> None:
        try:
            address = ip_address(value)
        except ValueError:
            return
        for (version, room), block in self._networks.items():
            if version == address.version:
                into.update(block.get(int(address) >> room, ()))
