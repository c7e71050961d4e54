"""Why a condition is true for an event: the tests that made it so."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from bot.core.playbook import Reason
from bot.detect.condition import All, Asked, Condition, Exists, Not, Null, Operand, Test
from bot.detect.predicate import Check, compile_operand
from bot.detect.view import View

Holds = Callable[[Test], bool]

_compiled: Callable[[str | None, Operand], Check] = lru_cache(maxsize=4096)(compile_operand)


def reasons(condition: Condition, view: View, holds: Holds) -> tuple[Reason, ...]:
    """Return the reasons of a condition known to be true, in the playbook's order, each once.

    ``holds`` answers a test about this event. What is true because something is *not* there
    (under ``not``) has nothing to show and gives no reason.
    """
    found: dict[tuple[str, str, str], Reason] = {}
    for test in _witnesses(condition, holds):
        reason = _reason(test, view)
        found.setdefault((reason.selection, reason.field, reason.test), reason)
    return tuple(found.values())


def _witnesses(condition: Condition, holds: Holds) -> Iterator[Test]:
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, Not):
        return
    else:
        for child in condition.children:
            if isinstance(condition, All) or is_true(child, holds):
                yield from _witnesses(child, holds)


def is_true(condition: Condition, holds: Holds) -> bool:
    """Say whether a condition is true, given who answers its tests."""
    if isinstance(condition, Test):
        return holds(condition)
    if isinstance(condition, Not):
        return not is_true(condition.child, holds)
    every = (is_true(child, holds) for child in condition.children)
    return all(every) if isinstance(condition, All) else any(every)


def _reason(test: Test, view: View) -> Reason:
    value, words = _found(test, view)
    return Reason(selection=test.selection, field=test.field or "", value=value, test=words)


def _found(test: Test, view: View) -> tuple[Any, str]:
    """Return the first value that satisfies a true test, and the words that asked for it."""
    for operand, words in zip(test.operands, test.words, strict=True):
        check = _compiled(test.field, operand)
        if not check(view):
            continue
        if isinstance(operand, Asked):
            return operand.question.value(view.event), words
        if isinstance(operand, Null | Exists):
            return next(iter(view.values(test.field)), None), words
        for value in view.values(test.field):
            if check(view.narrowed(test.field, value)):
                return value, words
    return None, test.words[0] if test.words else ""
