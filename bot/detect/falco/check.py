"""One comparison of a Falco rule: its names, types and values checked, as a test of the tree."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import re2

from bot.core.problem import Place
from bot.detect.condition import Asked, Condition, Not, Part, Test, Text, Wild
from bot.detect.expression import Unreadable
from bot.detect.falco.comparison import Comparison, kind_of
from bot.detect.falco.fields import FIELDS, Kind, field_hint
from bot.detect.falco.script import Script
from bot.detect.falco.syntax import Check, FieldName, Operand, Transformed, field_of
from bot.detect.wording import explain_regex

_UNUSUAL: Final = {"bcontains": "contains", "bstartswith": "startswith"}
_FOR_NUMBERS: Final = frozenset({"=", "!=", "<", "<=", ">", ">=", "in", "intersects", "exists"})
_ONLY_VALUES: Final = frozenset({"regex", "pmatch"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Compiled:
    """A condition with its size and depth, and remarks on it with where they belong."""

    condition: Condition
    size: int = 1
    depth: int = 1
    remarks: tuple[tuple[str, Place | None], ...] = ()


class UnknownField(Unreadable):
    """A field that no event of GitHub has."""


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
    form = _FORMS.get(check.operator)
    if same_as and form is not None and values and all(values):
        test = Test(
            field=same_as,
            operands=tuple(Text(parts=form(str(value)), cased=True) for value in values),
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


_FORMS: Final[Mapping[str, Callable[[str], tuple[Part, ...]]]] = {
    **dict.fromkeys(("=", "!=", "in", "intersects"), lambda value: (value,)),
    "contains": lambda value: (Wild.MANY, value, Wild.MANY),
    "startswith": lambda value: (value, Wild.MANY),
    "endswith": lambda value: (Wild.MANY, value),
}
"""How the tree's own texts spell what an operator accepts."""


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
        says = FIELDS[name].origin.partition(",")[0]
        yield f"only Falco's own scanner knows {name}, GitHub does not send it: here it is {says}"
