"""Why a condition is true for an event: the tests that made it so."""

from collections.abc import Iterator
from typing import Any, Final, Protocol

from bot.core.playbook import Reason
from bot.detect.condition import All, Asked, Condition, Exists, Not, Null, Reference, Test
from bot.detect.predicate import Check, compile_operand, compile_test, exact_folded
from bot.detect.view import View

KNOWN: Final = 64
"""Reasons that one test remembers, by value."""

LONGEST: Final = 256
"""Characters of a value whose reason is remembered."""


class Explainer:
    """One condition, made ready to say why it is true of an event."""

    def __init__(self, condition: Condition) -> None:
        self._root = _prepare(condition)

    def reasons(self, view: View) -> tuple[Reason, ...]:
        """Return the reasons of a condition known to be true, in the playbook's order, each once.

        What is true because something is *not* there (under ``not``) has nothing to show and
        gives no reason.
        """
        told = [witness.reason(view) for witness in self._root.witnesses(view)]
        if len(told) < 2:
            return tuple(told)
        found: dict[tuple[str, str, str], Reason] = {}
        for reason in told:
            found.setdefault((reason.selection, reason.field, reason.test), reason)
        return tuple(found.values())


class _Node(Protocol):
    """A part of a condition that can be asked, and that can name its witnesses when true."""

    def holds(self, view: View) -> bool: ...

    def witnesses(self, view: View) -> Iterator["_Witness"]: ...


def _prepare(condition: Condition) -> _Node:
    if isinstance(condition, Test):
        return _Witness(condition)
    if isinstance(condition, Not):
        return _Absence(_prepare(condition.child))
    children = tuple(map(_prepare, condition.children))
    return _Every(children) if isinstance(condition, All) else _Some(children)


class _Every:
    def __init__(self, children: tuple[_Node, ...]) -> None:
        self._children = children

    def holds(self, view: View) -> bool:
        return all(child.holds(view) for child in self._children)

    def witnesses(self, view: View) -> Iterator["_Witness"]:
        for child in self._children:
            yield from child.witnesses(view)


class _Some:
    def __init__(self, children: tuple[_Node, ...]) -> None:
        self._children = children

    def holds(self, view: View) -> bool:
        return any(child.holds(view) for child in self._children)

    def witnesses(self, view: View) -> Iterator["_Witness"]:
        for child in self._children:
            if child.holds(view):
                yield from child.witnesses(view)


class _Absence:
    def __init__(self, child: _Node) -> None:
        self._child = child

    def holds(self, view: View) -> bool:
        return not self._child.holds(view)

    def witnesses(self, view: View) -> Iterator["_Witness"]:
        del view
        return iter(())


class _Witness:
    """A test that can say which value made it true."""

    def __init__(self, test: Test) -> None:
        self._test = test
        self.holds = compile_test(test)
        self._known: dict[str, Reason] = {}
        self._alone = not any(isinstance(one, Asked | Reference) for one in test.operands)
        self._exact: dict[str, int] = {}
        self._others: list[tuple[int, Check]] = []
        for place, operand in enumerate(test.operands):
            if (text := exact_folded(operand)) is not None:
                self._exact.setdefault(text, place)
            else:
                self._others.append((place, compile_operand(test.field, operand)))

    def witnesses(self, view: View) -> Iterator["_Witness"]:
        del view
        yield self

    def reason(self, view: View) -> Reason:
        """Return the first operand that holds, and the first value that satisfies it.

        Where the field holds one short text, and nothing else counts, the reason is remembered.
        """
        values = view.values(self._test.field) if self._alone else ()
        if len(values) != 1 or type(values[0]) is not str or len(values[0]) > LONGEST:
            return self._make(view)
        known = self._known.get(values[0])
        if known is None:
            if len(self._known) >= KNOWN:
                self._known.clear()
            known = self._known[values[0]] = self._make(view)
        return known

    def _make(self, view: View) -> Reason:
        test = self._test
        place = self._first(view)
        words = test.words[place] if place < len(test.words) else ""
        value = self._value(view, place) if place < len(test.operands) else None
        return Reason(selection=test.selection, field=test.field or "", value=value, test=words)

    def _first(self, view: View) -> int:
        test = self._test
        folded = view.folded(test.field) if self._exact else ()
        best = min((self._exact[text] for text in folded if text in self._exact), default=None)
        for place, check in self._others:
            if best is not None and place > best:
                break
            if check(view):
                return place
        return len(test.operands) if best is None else best

    def _value(self, view: View, place: int) -> Any:
        operand = self._test.operands[place]
        if isinstance(operand, Asked):
            return operand.question.value(view.event)
        values = view.values(self._test.field)
        if len(values) < 2 or isinstance(operand, Null | Exists):
            return next(iter(values), None)
        check = compile_operand(self._test.field, operand)
        return next(
            (value for value in values if check(view.narrowed(self._test.field, value))), None
        )
