"""What a playbook asks of an event: a small tree of our own, one for every back end.

`bot.detect.matcher` compiles it to Python; a query language needs nothing else either. Nodes are
values: two playbooks that ask the same thing hold equal `Test`s, so the answer can be shared.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import Enum, StrEnum
from typing import Any, Protocol, TypeAlias

from bot.core.event import Event
from bot.core.problem import Place


class Wild(Enum):
    """A wildcard in a text: any number of characters, or exactly one."""

    MANY = "*"
    ONE = "?"


class Compare(StrEnum):
    """How a number is compared with the event's."""

    EQ = "eq"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"


class Unit(StrEnum):
    """The part of a time; ``week`` is ISO 8601's week of the year."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """``%name%`` in a value with ``|expand``: stands for every value of that list."""

    name: str


Part: TypeAlias = str | Wild | Placeholder


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """The whole text has this form; ``cased`` says that upper and lower case differ."""

    parts: tuple[Part, ...]
    cased: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A number, or a text that spells one, compares like this with ``value``."""

    value: int | float
    compare: Compare = Compare.EQ


@dataclass(frozen=True, kw_only=True, slots=True)
class Boolean:
    """True or false, or the word for it."""

    value: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Null:
    """The field is null or holds no value at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exists:
    """The field is there (even when null), or is not."""

    value: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Regex:
    """RE2 finds the pattern in the text; ``flags`` are some of ``i``, ``m`` and ``s``.

    ``starts`` and ``ends`` tie it to the start and end of the text.
    """

    parts: tuple[str | Placeholder, ...]
    flags: str = ""
    starts: bool = False
    ends: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Network:
    """The text is an IPv4 or IPv6 address in this network (``10.0.0.0/8``)."""

    cidr: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """The text equals one of another field's, or starts with, ends with or contains it."""

    field: str
    starts: bool = False
    ends: bool = False
    cased: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TimePart:
    """The time (ISO 8601, or seconds or milliseconds since 1970) has this part in ``zone``."""

    unit: Unit
    number: int
    compare: Compare = Compare.EQ
    zone: str = "UTC"


class Question(Protocol):
    """What another rule language asks, in its own semantics. A hashable value, never raising."""

    def holds(self, event: Event) -> bool:
        """Say whether it is true of an event."""
        ...

    def value(self, event: Event) -> Any:
        """Return the value of the event that it asks about, to show to people."""
        ...

    def needs(self) -> "Condition | None":
        """Return what is true of an event whenever this is, for the index; ``None``: nothing."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """True when the question's own answer is: for what none of the other operands can say.

    The test's field is then a name for people; the question reads the event by itself.
    """

    question: Question


Operand: TypeAlias = (
    Text | Number | Boolean | Null | Exists | Regex | Network | Reference | TimePart | Asked
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Test:
    """True when any value of ``field`` satisfies any operand.

    ``field`` is ``None`` for a keyword: every value of the event is asked. ``words`` are the
    playbook's own, one for each operand. Where a test stands is not part of what it asks, so it
    does not count when two tests are compared.
    """

    field: str | None
    operands: tuple[Operand, ...]
    words: tuple[str, ...] = attribute(compare=False)
    selection: str = attribute(compare=False)
    place: Place = attribute(compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class All:
    """True when every child is."""

    children: tuple["Condition", ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AnyOf:
    """True when at least one child is."""

    children: tuple["Condition", ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Not:
    """True when the child is not."""

    child: "Condition"


Condition: TypeAlias = All | AnyOf | Not | Test


def tests(condition: Condition) -> Iterator[Test]:
    """Yield every test of a condition, in the order the playbook asks them."""
    pending: list[Condition] = [condition]
    while pending:
        node = pending.pop()
        if isinstance(node, Test):
            yield node
        elif isinstance(node, Not):
            pending.append(node.child)
        else:
            pending.extend(reversed(node.children))


def placeholders(operand: Operand) -> frozenset[str]:
    """Return the names of the lists that an operand needs."""
    if not isinstance(operand, Text | Regex):
        return frozenset()
    return frozenset(part.name for part in operand.parts if isinstance(part, Placeholder))


def lists_needed(condition: Condition) -> frozenset[str]:
    """Return the names of the lists that a condition needs."""
    return frozenset(
        name
        for test in tests(condition)
        for operand in test.operands
        for name in placeholders(operand)
    )
