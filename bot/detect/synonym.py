"""Rules that spell an action otherwise than our events do also ask for the event's spelling."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from bot.core.event import Event
from bot.core.normalise.aliases import ALIASES, Alias
from bot.detect.condition import (
    All,
    AnyOf,
    Boolean,
    Condition,
    Exists,
    Not,
    Operand,
    Placeholder,
    Regex,
    Test,
    Text,
)
from bot.detect.predicate import compile_operand
from bot.detect.view import View
from bot.detect.wildcard import exact

_NAMES: Final = {alias.name: alias for alias in ALIASES}


def widen(condition: Condition) -> Condition:
    """Return the condition with every test of an alias also asking for what it stands for.

    Whatever the test's form is (one text, a beginning, a pattern): what counts is that it accepts
    the alias and does not accept the action itself.
    """
    if isinstance(condition, Test):
        return _widen(condition) if condition.field == "action" else condition
    if isinstance(condition, Not):
        return Not(child=widen(condition.child))
    children = tuple(widen(child) for child in condition.children)
    return AnyOf(children=children) if isinstance(condition, AnyOf) else All(children=children)


def _widen(test: Test) -> Condition:
    accepts = [_acceptor(operand) for operand in test.operands]
    more = [
        _also(test, alias, words)
        for operand, accept, words in zip(test.operands, accepts, test.words, strict=True)
        for alias in _named_by(operand, accept)
        if not any(other(alias.action) for other in accepts)
    ]
    return AnyOf(children=(test, *more)) if more else test


def _named_by(operand: Operand, accept: Callable[[str], bool]) -> tuple[Alias, ...]:
    """Return the aliases that an operand accepts; a plain text needs but one trial."""
    if isinstance(operand, Text) and (only := exact(operand.parts, cased=False)) is not None:
        alias = _NAMES.get(only)
        return (alias,) if alias is not None and accept(alias.name) else ()
    return tuple(alias for alias in ALIASES if accept(alias.name))


def _acceptor(operand: Operand) -> Callable[[str], bool]:
    """Return the function that says whether an operand accepts an action."""
    if not isinstance(operand, Text | Regex):
        return lambda _: False
    if any(isinstance(part, Placeholder) for part in operand.parts):
        return lambda _: False
    if (
        isinstance(operand, Text)
        and (only := exact(operand.parts, cased=operand.cased)) is not None
    ):
        return only.__eq__  # aliases and actions are lower case, as a folded text is
    check = compile_operand("action", operand)
    return lambda action: check(View(_event(action)))


def _event(action: str) -> Event:
    return Event(
        id="",
        source="",
        kind="",
        at=datetime(1970, 1, 1, tzinfo=UTC),
        installation=None,
        fields={"action": action},
        raw={},
    )


def _also(test: Test, alias: Alias, words: str) -> Condition:
    asked = _like(test, "action", Text(parts=(alias.action,)), words)
    if not alias.field:
        return asked
    operand = Boolean(value=True) if alias.is_true else Exists(value=True)
    return All(children=(asked, _like(test, alias.field, operand, f"{words} ({alias.condition})")))


def _like(test: Test, field: str, operand: Operand, words: str) -> Test:
    return Test(
        field=field,
        operands=(operand,),
        words=(words,),
        selection=test.selection,
        place=test.place,
    )
