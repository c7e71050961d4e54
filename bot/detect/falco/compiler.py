"""From what a rule says to the condition tree of every playbook."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed
from typing import Final

import re2

from bot.core.problem import Place
from bot.detect.condition import All, AnyOf, Asked, Condition, Not, Test, Text
from bot.detect.expression import Unreadable
from bot.detect.falco.collection import ListState, MacroState, flatten_lists
from bot.detect.falco.comparison import Comparison, kind_of
from bot.detect.falco.fields import FIELDS, Kind, field_hint
from bot.detect.falco.grammar import LONGEST, read_condition
from bot.detect.falco.script import Script, put_list
from bot.detect.falco.syntax import (
    Check,
    Conjunction,
    Disjunction,
    Expression,
    FieldName,
    MacroName,
    Negation,
    Operand,
    Transformed,
    field_of,
)
from bot.detect.suggest import did_you_mean
from bot.detect.wording import explain_regex

MOST: Final = 20_000  # comparisons of one rule, its macros put in
DEEPEST: Final = 120  # conditions within each other, its macros put in

_UNUSUAL: Final = {"bcontains": "contains", "bstartswith": "startswith"}
_FOR_NUMBERS: Final = frozenset({"=", "!=", "<", "<=", ">", ">=", "in", "intersects", "exists"})
_ONLY_VALUES: Final = frozenset({"regex", "pmatch"})


class Unusable(ValueError):
    """A condition that cannot be used; ``place`` is where, ``unknown`` says that a field is."""

    def __init__(self, message: str, place: Place | None, *, unknown: bool = False) -> None:
        super().__init__(message)
        self.place = place
        self.unknown = unknown


@dataclass(frozen=True, kw_only=True, slots=True)
class Compiled:
    """A condition with its size and depth, and remarks on it with where they belong."""

    condition: Condition
    size: int = 1
    depth: int = 1
    remarks: tuple[tuple[str, Place | None], ...] = ()


class UnknownField(Unreadable):
    """A field that no event of GitHub has."""


@dataclass(kw_only=True, slots=True)
class Compiler:
    """Compiles conditions that may use these lists and macros."""

    lists: Mapping[str, ListState]
    macros: Mapping[str, MacroState]
    _flat: dict[str, tuple[str, ...]] = field(init=False)
    _read: dict[str, tuple[Script, Expression]] = field(default_factory=dict)
    _done: dict[str, Compiled] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._flat = flatten_lists(self.lists)

    def compile(self, script: Script) -> Compiled:
        """Return a rule's condition compiled; raise `Unusable`."""
        filled, expression = self._parse(script)
        return self._expression(expression, _Context(script=filled, selection="condition"))

    def check_macro(self, name: str) -> None:
        """Raise `Unusable` when a macro cannot be read, whether a rule uses it or not."""
        self._expression_of(name)

    def _parse(self, script: Script) -> tuple[Script, Expression]:
        for name, items in self._flat.items():
            if name in script.text:
                script = put_list(script, name, items, longest=LONGEST)
        try:
            return script, read_condition(script.text)
        except Unreadable as error:
            raise Unusable(str(error), script.place(error.offset)) from error

    def _expression_of(self, name: str) -> tuple[Script, Expression]:
        if name not in self._read:
            self._read[name] = self._parse(self.macros[name].condition)
        return self._read[name]

    def _expression(self, expression: Expression, context: "_Context") -> Compiled:
        match expression:
            case Check():
                try:
                    return compile_check(expression, context.selection, context.script)
                except UnknownField as error:
                    place = context.script.place(error.offset)
                    raise Unusable(str(error), place, unknown=True) from error
                except Unreadable as error:
                    raise Unusable(str(error), context.script.place(error.offset)) from error
            case MacroName():
                return self._macro(expression, context)
            case Negation():
                inner = self._expression(expression.child, context)
                return changed(inner, condition=Not(child=inner.condition), depth=inner.depth + 1)
            case _:
                parts = [self._expression(child, context) for child in expression.children]
                return self._joined(expression, parts, context)

    def _joined(
        self,
        expression: Conjunction | Disjunction,
        parts: list[Compiled],
        context: "_Context",
    ) -> Compiled:
        children = tuple(part.condition for part in parts)
        whole = Compiled(
            condition=All(children=children)
            if isinstance(expression, Conjunction)
            else AnyOf(children=children),
            size=sum(part.size for part in parts),
            depth=1 + max(part.depth for part in parts),
            remarks=tuple(dict.fromkeys(r for part in parts for r in part.remarks)),
        )
        if whole.size > MOST or whole.depth > DEEPEST:
            message = (
                f"with its macros this comes to more than {MOST:,} comparisons, or more than "
                f"{DEEPEST} within each other: make it smaller"
            )
            raise Unusable(message, context.script.place(0))
        return whole

    def _macro(self, used: MacroName, context: "_Context") -> Compiled:
        name = used.name
        place = context.script.place(used.offset)
        known = [m for m, state in self.macros.items() if state.index < context.sees]
        if name not in known:
            later = " (a macro may only use macros before it)" if name in self.macros else ""
            raise Unusable(f"there is no macro '{name}'{later}{_hint(name, known)}", place)
        if name in self._open:
            chain = " -> ".join((*self._open[self._open.index(name) :], name))
            raise Unusable(f"the macro '{name}' uses itself: {chain}", place)
        if name not in self._done:
            self._open.append(name)
            try:
                script, expression = self._expression_of(name)
                inner = _Context(script=script, selection=name, sees=self.macros[name].sees)
                self._done[name] = self._expression(expression, inner)
            finally:
                self._open.pop()
        return self._done[name]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Context:
    """What is being compiled: its text, the name it has in explanations, what it may use."""

    script: Script
    selection: str
    sees: float = float("inf")


def _hint(name: str, known: list[str]) -> str:
    return did_you_mean(name, known) if known else ": define it, or name a field"


def compile_check(check: Check, selection: str, script: Script) -> Compiled:
    """Return one comparison compiled; raise `Unreadable` with the offset of what is wrong."""
    kind = _check_operand(check.left)
    if check.operator in _UNUSUAL:
        message = f"'{check.operator}' is for bytes: write '{_UNUSUAL[check.operator]}'"
        raise Unreadable(message, check.offset)
    if kind is Kind.NUMBER and check.operator not in _FOR_NUMBERS:
        raise Unreadable(f"'{check.operator}' is for texts, and this is a number", check.offset)
    right = check.right
    if isinstance(right, FieldName | Transformed):
        _check_right(check, right, kind)
        values: tuple[str | int, ...] | Operand = right
    else:
        values = tuple(_value(value, kind, check.offset) for value in right or ())
    try:
        comparison = Comparison(left=check.left, operator=check.operator, right=values)
    except re2.error as error:
        raise Unreadable(_explain_pattern(check.operator, error), check.offset) from error
    place = script.place(field_of(check.left).offset) or script.place(0)
    return Compiled(
        condition=_condition(check, comparison, selection, place or Place(path="")),
        remarks=tuple((remark, place) for remark in _remarks(check, kind)),
    )


def _check_operand(operand: Operand) -> Kind:
    """Return what an expression's values are, once its names and types fit."""
    name = field_of(operand)
    known = FIELDS.get(name.name)
    if known is None:
        raise UnknownField(f"there is no field '{name.name}'{field_hint(name.name)}", name.offset)
    if known.argument and not (name.argument or "").startswith("/"):
        raise Unreadable(f"write '{name.name}[/path/in/the/payload]'", name.offset)
    if not known.argument and name.argument is not None:
        raise Unreadable(f"'{name.name}' takes no argument: delete '[...]'", name.offset)
    inner = operand
    while isinstance(inner, Transformed):
        transformer, inner = inner.transformer, inner.inner
        if transformer != "val" and kind_of(inner) is Kind.NUMBER:
            raise Unreadable(f"'{transformer}' takes a text, and {inner} is a number", name.offset)
    return kind_of(operand)


def _check_right(check: Check, right: Operand, kind: Kind) -> None:
    other = _check_operand(right)
    if check.operator in _ONLY_VALUES:
        raise Unreadable(f"'{check.operator}' needs a text, not {right}", check.offset)
    if other is not kind:
        message = f"{check.left} is a {kind} and {right} a {other}: they cannot be compared"
        raise Unreadable(message, check.offset)


def _value(value: str, kind: Kind, offset: int) -> str | int:
    if kind is Kind.TEXT:
        return value
    try:
        return int(value, 16) if value[:2] in {"0x", "0X"} else int(value)
    except ValueError:
        raise Unreadable(f"'{value}' is no whole number, and the field is one", offset) from None


def _explain_pattern(operator: str, error: re2.error) -> str:
    if operator != "regex":
        return "this pattern has a range or class that cannot be read: check what is in [...]"
    reason = explain_regex(error.args[0] if error.args else error)
    return f"{reason} (Falco's regular expressions are POSIX: [0-9] for \\d, [[:space:]] for \\s)"


def _condition(check: Check, comparison: Comparison, selection: str, place: Place) -> Condition:
    """Return the tree's own test where it says the same: the index then finds the rule by it."""
    words = _words(check)
    same_as = FIELDS[check.left.name].same_as if isinstance(check.left, FieldName) else ""
    values = comparison.right if isinstance(comparison.right, tuple) else ()
    plain = check.operator in {"=", "!=", "in", "intersects"}
    if same_as and plain and values and all(values):
        test = Test(
            field=same_as,
            operands=tuple(Text(parts=(str(value),), cased=True) for value in values),
            words=(words,) * len(values),
            selection=selection,
            place=place,
        )
        # Such a field is never missing in Falco, so `!=` is no more than `not =`.
        return Not(child=test) if check.operator == "!=" else test
    return Test(
        field=str(check.left),
        operands=(Asked(question=comparison),),
        words=(words,),
        selection=selection,
        place=place,
    )


def _words(check: Check) -> str:
    right = check.right
    if right is None:
        return f"{check.left} exists"
    if isinstance(right, FieldName | Transformed):
        return f"{check.left} {check.operator} {right}"
    if check.operator in {"in", "intersects", "pmatch"}:
        return f"{check.left} {check.operator} ({', '.join(right)})"
    return f"{check.left} {check.operator} {right[0]}"


def _remarks(check: Check, kind: Kind) -> Iterator[str]:
    yield from remarks_on(check.left)
    if isinstance(check.right, tuple):
        for value in check.right:
            if value in FIELDS:
                yield f"this compares with the text '{value}': for the field write val({value})"
        if kind is Kind.TEXT and check.operator in {"<", "<=", ">", ">="}:
            yield f"{check.left} is a text: '{check.operator}' compares letters, not numbers"
    elif check.right is not None:
        yield from remarks_on(check.right)


def remarks_on(operand: Operand) -> Iterator[str]:
    """Yield what the author should know of a field."""
    name = field_of(operand).name
    if not FIELDS[name].known:
        says = FIELDS[name].origin.partition(":")[0]
        yield f"only Falco's own scanner knows {name}: here it is {says}"
