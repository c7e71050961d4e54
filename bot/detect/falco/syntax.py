"""What a Falco condition says, as values: the tree that `bot.detect.falco.grammar` reads."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldName:
    """A field, such as ``github.type`` or ``json.value[/sender/id]``; ``offset`` is its place."""

    name: str
    argument: str | None = None
    offset: int = 0

    def __str__(self) -> str:
        """Spell the field as rules do."""
        return self.name if self.argument is None else f"{self.name}[{self.argument}]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Transformed:
    """A field's value, changed: ``tolower(github.user)``; ``val(...)`` leaves it as it is."""

    transformer: str
    inner: "Operand"

    def __str__(self) -> str:
        """Spell the expression as rules do."""
        return f"{self.transformer}({self.inner})"


Operand: TypeAlias = FieldName | Transformed


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One comparison; ``right`` is the values, another field, or ``None`` for ``exists``."""

    left: Operand
    operator: str
    right: tuple[str, ...] | Operand | None
    offset: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MacroName:
    """A macro, named where a comparison could stand."""

    name: str
    offset: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Negation:
    """``not``."""

    child: "Expression"


@dataclass(frozen=True, kw_only=True, slots=True)
class Conjunction:
    """``and`` between two or more."""

    children: tuple["Expression", ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Disjunction:
    """``or`` between two or more."""

    children: tuple["Expression", ...]


Expression: TypeAlias = Check | MacroName | Negation | Conjunction | Disjunction


def field_of(operand: Operand) -> FieldName:
    """Return the field inside an expression."""
    while isinstance(operand, Transformed):
        operand = operand.inner
    return operand
