"""The ``output`` of a rule: a text with ``%field`` in it, which becomes the alert's text.

As libsinsp's ``sinsp_evt_formatter`` reads it: the longest name of a field counts
(``%github.repo.name``), ``%tolower(github.user)`` changes a value, ``%20github.user`` makes it 20
letters long, and what is missing reads ``<NA>``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.core.event import Event
from bot.detect.expression import Unreadable
from bot.detect.falco.comparison import TRANSFORMERS, kind_of, read
from bot.detect.falco.fields import FIELDS, Kind, field_hint
from bot.detect.falco.syntax import FieldName, Operand, Transformed

MISSING: Final = "<NA>"
LONGEST: Final = 4_000  # letters of one value; templates cut the whole further

_WIDTH: Final = re.compile(r"\d{1,4}")
_TRANSFORMER: Final = re.compile(r"(tolower|toupper|b64|basename|len)\(\s*")
_ARGUMENT: Final = re.compile(r"\[([^\]\[]+)\]")
_NAMES: Final = tuple(sorted(FIELDS, key=len, reverse=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A place in the text where a value is put; ``width`` 0 takes it as long as it is."""

    operand: Operand
    width: int = 0


Part: TypeAlias = str | Slot


@dataclass(frozen=True, kw_only=True, slots=True)
class Output:
    """A rule's output, read."""

    parts: tuple[Part, ...]

    def say(self, event: Event) -> str:
        """Return the text for an event."""
        return "".join(
            part if isinstance(part, str) else _shown(part, event) for part in self.parts
        )

    @property
    def operands(self) -> tuple[Operand, ...]:
        """The fields that the text shows."""
        return tuple(part.operand for part in self.parts if isinstance(part, Slot))


def _shown(slot: Slot, event: Event) -> str:
    value = read(slot.operand, event)
    text = MISSING if value is None else str(value)[:LONGEST]
    return text[: slot.width].ljust(slot.width) if slot.width else text


def read_output(text: str) -> Output:
    """Return an output's parts; raise `Unreadable` for a ``%`` that no field follows."""
    text = text.removeprefix("*").replace("%container.info", "")
    return Output(parts=tuple(_parts(text)))


def _parts(text: str) -> Iterator[Part]:
    position = 0
    while (sign := text.find("%", position)) >= 0:
        if sign > position:
            yield text[position:sign]
        width = _WIDTH.match(text, sign + 1)
        start = width.end() if width else sign + 1
        operand, position = _operand(text, start)
        yield Slot(operand=operand, width=int(width[0]) if width else 0)
    if position < len(text):
        yield text[position:]


def _operand(text: str, start: int) -> tuple[Operand, int]:
    if (found := _TRANSFORMER.match(text, start)) is not None:
        inner, end = _operand(text, found.end())
        if text[end : end + 1] != ")":
            raise Unreadable(f"')' is expected after '{text[start:end]}'", end)
        operand = Transformed(transformer=found[1], inner=inner)
        if kind_of(inner) is Kind.NUMBER or found[1] not in TRANSFORMERS:
            raise Unreadable(f"'{found[1]}' takes a text, not a number", start)
        return operand, end + 1
    name = next((name for name in _NAMES if text.startswith(name, start)), None)
    if name is None:
        given = re.match(r"[\w.]*", text[start:])
        spelt = given[0] if given else ""
        hint = field_hint(spelt) if "." in spelt else ": write the name of a field there"
        raise Unreadable(f"there is no field '%{spelt}'{hint}", start)
    end = start + len(name)
    argument = _ARGUMENT.match(text, end)
    if FIELDS[name].argument and argument is None:
        raise Unreadable(f"'%{name}' needs an argument: write '%{name}[/path]'", start)
    if not FIELDS[name].argument or argument is None:
        return FieldName(name=name, offset=start), end
    return FieldName(name=name, argument=argument[1], offset=start), argument.end()
