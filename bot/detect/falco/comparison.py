"""What one comparison of a Falco rule means: an operand that answers for an event by itself.

A missing value makes every comparison false, ``!=`` too. Texts compare letter by letter, case
included.
"""

import base64
import binascii
import operator
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import re2

from bot.core.event import Event
from bot.detect.condition import Condition
from bot.detect.falco.fields import FIELDS, Kind, Value
from bot.detect.falco.glob import spell_glob
from bot.detect.falco.need import needed
from bot.detect.falco.syntax import FieldName, Operand, Transformed

Accept: TypeAlias = Callable[[Any], bool]

_LOWER: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_UPPER: Final = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)


def _decode(text: str) -> str | None:
    try:
        decoded = base64.b64decode(
            text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True
        )
    except (binascii.Error, ValueError):
        return None
    return decoded.decode("utf-8", "replace")


TRANSFORMERS: Final[Mapping[str, Callable[[str], Value]]] = {
    "tolower": lambda text: text.translate(_LOWER),
    "toupper": lambda text: text.translate(_UPPER),
    "b64": _decode,
    "basename": lambda text: text.rpartition("/")[2],
    "len": lambda text: len(text.encode("utf-8", "surrogatepass")),
    "val": lambda text: text,
}
"""What each transformer makes of a text; ``len`` counts bytes, as Falco does."""


def kind_of(operand: Operand) -> Kind:
    """Return what an expression's values are; raises ``KeyError`` for an unknown field."""
    if isinstance(operand, FieldName):
        return FIELDS[operand.name].kind
    return Kind.NUMBER if operand.transformer == "len" else kind_of(operand.inner)


def read(operand: Operand, event: Event) -> Value:
    """Return what an expression holds for an event, ``None`` when it is missing."""
    if isinstance(operand, FieldName):
        return FIELDS[operand.name].read(event, operand.argument or "")
    value = read(operand.inner, event)
    return TRANSFORMERS[operand.transformer](value) if isinstance(value, str) else value


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A comparison with all names resolved; equal ones ask the same.

    ``right`` holds the values (numbers where the left side is one), another expression, or
    nothing for ``exists``.
    """

    left: Operand
    operator: str
    right: tuple[str | int, ...] | Operand = ()
    _accept: Accept | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        if isinstance(self.right, tuple):
            object.__setattr__(self, "_accept", accepting(self.operator, self.right))

    def holds(self, event: Event) -> bool:
        """Say whether the comparison is true of an event; never raises."""
        value = read(self.left, event)
        if value is None:
            return False
        if self._accept is not None:
            return self._accept(value)
        return self._holds_between(value, event)

    def value(self, event: Event) -> Value:
        """Return what the left side holds."""
        return read(self.left, event)

    def needs(self) -> Condition | None:
        """Return what the event's own fields must say for this to be true; ``None``: nothing."""
        return needed(self.left, self.operator, self.right)

    def _holds_between(self, value: str | int, event: Event) -> bool:
        other = read(self.right, event) if isinstance(self.right, FieldName | Transformed) else None
        if other is None or isinstance(value, str) is not isinstance(other, str):
            return False
        return accepting(self.operator, (other,))(value)


def accepting(name: str, values: tuple[str | int, ...]) -> Accept:
    """Return the function that accepts a value; raises ``re2.error`` for a pattern RE2 refuses."""
    if name == "exists":
        return lambda _: True
    if name in {"in", "intersects"}:
        wanted = frozenset(values)
        return lambda value: value in wanted
    if name == "pmatch":
        return _accept_path(tuple(map(str, values)))
    (only,) = values
    if name in _ORDERS:
        return lambda value: bool(_ORDERS[name](value, only))
    return _accept_text(name, str(only))


_ORDERS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _accept_text(name: str, wanted: str) -> Accept:
    match name:
        case "contains":
            return lambda text: wanted in text
        case "icontains":
            lower = wanted.translate(_LOWER)
            return lambda text: lower in text.translate(_LOWER)
        case "startswith":
            return lambda text: bool(text.startswith(wanted))
        case "endswith":
            return lambda text: bool(text.endswith(wanted))
        case "glob" | "iglob":
            return _whole(spell_glob(wanted, folded=name == "iglob"), posix=False)
        case _:
            return _whole(wanted, posix=True)


def _whole(pattern: str, *, posix: bool) -> Accept:
    options = re2.Options()
    options.log_errors = False
    options.posix_syntax = options.longest_match = posix
    compiled = re2.compile(pattern, options)
    return lambda text: bool(compiled.fullmatch(text.encode("utf-8", "replace").decode()))


def _accept_path(prefixes: tuple[str, ...]) -> Accept:
    """Accept a path of which one of these is a prefix, component by component."""
    wanted = [
        tuple(
            _whole(spell_glob(part), posix=False) if set(part) & set("?*[") else part
            for part in _components(prefix)
        )
        for prefix in prefixes
    ]

    def accept(text: str) -> bool:
        parts = _components(text)
        return any(_leads(prefix, parts) for prefix in wanted)

    return accept


def _leads(prefix: tuple[Accept | str, ...], parts: tuple[str, ...]) -> bool:
    return len(prefix) <= len(parts) and all(
        part == wanted if isinstance(wanted, str) else wanted(part)
        for wanted, part in zip(prefix, parts, strict=False)
    )


def _components(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part)
