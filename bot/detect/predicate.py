"""One test, compiled: a function from a view of the event to true or false."""

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple, TypeAlias

from bot.detect.condition import (
    Asked,
    Boolean,
    Compare,
    Exists,
    Network,
    Null,
    Number,
    Operand,
    Reference,
    Regex,
    Test,
    Text,
    TimePart,
    Wild,
)
from bot.detect.moment import part, read_time, zone_of
from bot.detect.regex import searcher, spell
from bot.detect.text import fold, number, plain
from bot.detect.view import View
from bot.detect.wildcard import accept_text, exact

Check: TypeAlias = Callable[[View], bool]
Accept: TypeAlias = Callable[[Any], bool]

_COMPARE: Mapping[Compare, Callable[[float, float], bool]] = {
    Compare.EQ: operator.eq,
    Compare.LT: operator.lt,
    Compare.LTE: operator.le,
    Compare.GT: operator.gt,
    Compare.GTE: operator.ge,
}


def compile_test(test: Test) -> Check:
    """Return the function that answers a test; it never raises, whatever the event holds."""
    told, others = _tell_apart(test.operands)
    checks = _check_forms(test.field, told)
    checks += [compile_operand(test.field, operand) for operand in others]
    if len(checks) == 1:
        return checks[0]
    return lambda view: any(check(view) for check in checks)


class _Forms(NamedTuple):
    """Folded texts by where they must be found; each kind is asked at once."""

    same: list[str]
    starts: list[str]
    ends: list[str]
    inside: list[str]


def _tell_apart(operands: Sequence[Operand]) -> tuple[_Forms, list[Operand]]:
    forms, others = _Forms([], [], [], []), []
    for operand in operands:
        parts = operand.parts if isinstance(operand, Text) and not operand.cased else None
        match parts:
            case (str(start), Wild.MANY):
                forms.starts.append(fold(start))
            case (Wild.MANY, str(end)):
                forms.ends.append(fold(end))
            case (Wild.MANY, str(inner), Wild.MANY):
                forms.inside.append(fold(inner))
            case _ if (only := exact_folded(operand)) is not None:
                forms.same.append(only)
            case _:
                others.append(operand)
    return forms, others


def exact_folded(operand: Operand) -> str | None:
    """Return the folded text when the operand asks for exactly one, whatever its case."""
    if isinstance(operand, Text) and not operand.cased:
        return exact(operand.parts, cased=False)
    return None


def compile_operand(field: str | None, operand: Operand) -> Check:  # noqa: PLR0911 -- one per kind
    """Return the function that answers a test with this one operand."""
    match operand:
        case Text(cased=False):
            accept = accept_text(operand)
            return lambda view: any(map(accept, view.folded(field)))
        case Text():
            accept = accept_text(operand)
            return partial(_any_text, field, accept)
        case Regex():
            return partial(_any_text, field, searcher(spell(operand)))
        case Null():
            return lambda view: all_null(view, field)
        case Exists(value=wanted):
            return lambda view: field is not None and view.exists(field) is wanted
        case Reference():
            return _check_reference(field, operand)
        case Asked(question=question):
            return lambda view: question.holds(view.event)
        case _:
            accept_value = _accept(operand)
            return lambda view: any(map(accept_value, view.values(field)))


def all_null(view: View, field: str | None) -> bool:
    """Say whether a field holds a null, or nothing at all."""
    values = view.values(field)
    return not values or None in values


def _any_text(field: str | None, accept: Callable[[str], bool], view: View) -> bool:
    return any(map(accept, view.texts(field)))


def _check_forms(field: str | None, forms: _Forms) -> list[Check]:
    """Return a function for each kind of forms that there is."""
    kinds: tuple[tuple[Callable[..., bool], Collection[str]], ...] = (
        (_any_same, frozenset(forms.same)),
        (_any_starts, tuple(forms.starts)),
        (_any_ends, tuple(forms.ends)),
        (_any_inside, tuple(forms.inside)),
    )
    return [partial(ask, field, texts) for ask, texts in kinds if texts]


# These are asked often, by playbooks that are asked seldom: what they need lies close together.


def _any_same(field: str | None, same: frozenset[str], view: View) -> bool:
    return not same.isdisjoint(view.folded(field))


def _any_starts(field: str | None, starts: tuple[str, ...], view: View) -> bool:
    for text in view.folded(field):  # noqa: SIM110 -- quicker without a generator
        if text.startswith(starts):
            return True
    return False


def _any_ends(field: str | None, ends: tuple[str, ...], view: View) -> bool:
    for text in view.folded(field):  # noqa: SIM110 -- quicker without a generator
        if text.endswith(ends):
            return True
    return False


def _any_inside(field: str | None, inside: tuple[str, ...], view: View) -> bool:
    for text in view.folded(field):
        for inner in inside:
            if inner in text:
                return True
    return False


def _accept(operand: Number | Boolean | Network | TimePart) -> Accept:
    match operand:
        case Number(value=wanted, compare=how):
            return _accept_number(compare(how, wanted))
        case Boolean(value=wanted):
            word = "true" if wanted else "false"
            return lambda value: (text := plain(value)) is not None and fold(text) == word
        case Network(cidr=cidr):
            return _accept_address(cidr)
        case TimePart():
            return _accept_time(operand)


def compare(how: Compare, wanted: float) -> Callable[[float], bool]:
    """Return the function that says whether a number compares like this with the wanted one."""
    holds = _COMPARE[how]
    return lambda given: holds(given, wanted)


def _accept_number(accept: Callable[[float], bool]) -> Accept:
    return lambda value: (given := number(value)) is not None and accept(given)


def _accept_time(operand: TimePart) -> Accept:
    accept, unit, zone = compare(operand.compare, operand.number), operand.unit, operand.zone
    where = zone_of(zone)
    return lambda value: (time := read_time(value)) is not None and accept(part(time, unit, where))


def _accept_address(cidr: str) -> Accept:
    network = ip_network(cidr)

    def accept(value: Any) -> bool:
        if not isinstance(value, str):
            return False
        try:
            return ip_address(value) in network
        except ValueError:
            return False

    return accept


def _check_reference(field: str | None, reference: Reference) -> Check:
    holds = _relation(starts=reference.starts, ends=reference.ends)

    def check(view: View) -> bool:
        read = view.texts if reference.cased else view.folded
        others = read(reference.field)
        return any(holds(text, other) for text in read(field) for other in others)

    return check


def _relation(*, starts: bool, ends: bool) -> Callable[[str, str], bool]:
    if starts and ends:
        return operator.contains
    if starts:
        return str.startswith
    return str.endswith if ends else operator.eq
