"""Why a condition is true for an event: the tests that made it so."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final, Protocol

from bot.core.playbook import Reason
from bot.detect.condition import All, Asked, Condition, Exists, Not, Null, Reference, Test
from bot.detect.predicate import Check, compile_operand, compile_test, exact_folded
from bot.detect.text import fold
from bot.detect.view import View

KNOWN: Final = 64
"""Reasons that one test remembers, by value."""

LONGEST: Final = 256
"""Characters of a value whose reason is remembered."""


class Explainer:
    """One condition, made ready to say why it is true of an event."""

    __slots__ = ("_always", "_apart", "_root", "only")

    def __init__(self, condition: Condition) -> None:
        self._root = _prepare(condition)
        self._always = always = _always(self._root)
        self._apart = always is not None and len({one.about for one in always}) == len(always)
        only = always[0] if always is not None and len(always) == 1 else None
        self.only = only.field if only is not None and only.alone else None
        """The field on which all reasons rest, where it is one and nothing else counts."""

    def reasons(self, view: View) -> tuple[Reason, ...]:
        """Return the reasons of a condition known to be true, in the playbook's order, each once.

        What is true because something is *not* there (under ``not``) has nothing to show and
        gives no reason.
        """
        always = self._always
        if always is not None and self._apart:
            return tuple([witness.told(view) for witness in always])
        witnesses = always if always is not None else self._root.witnesses(view)
        found: dict[tuple[str, str, str], Reason] = {}
        for reason in [witness.told(view) for witness in witnesses]:
            found.setdefault((reason.selection, reason.field, reason.test), reason)
        return tuple(found.values())

    def foretell(self, field: str, text: str) -> tuple[Reason, ...] | None:
        """Learn what a field will give as a reason when it holds this text.

        Returns the reasons if they will be all, and they hold; ``None`` where that can't be known.
        """
        told = [
            witness.foretold(text)
            for witness in self._always or ()
            if witness.alone and witness.field == field
        ]
        reasons = tuple([reason for reason in told if reason is not None])
        return reasons if self.only == field and reasons else None


class _Node(Protocol):
    """A part of a condition that can be asked, and that can name its witnesses when true."""

    def holds(self, view: View) -> bool: ...

    def witnesses(self, view: View) -> Iterator["_Witness"]: ...


def _prepare(condition: Condition) -> _Node:
    if isinstance(condition, Test):
        return _Witness(condition)
    if isinstance(condition, Not):
        return _Absence(condition.child)
    children = tuple(map(_prepare, condition.children))
    return _Every(children) if isinstance(condition, All) else _Some(children)


def _always(node: _Node) -> "tuple[_Witness, ...] | None":
    """Return the witnesses of a node when they are the same whatever made it true."""
    match node:
        case _Witness():
            return (node,)
        case _Absence():
            return ()
        case _Every(children=children):
            parts = tuple(map(_always, children))
            known = tuple(part for part in parts if part is not None)
            return (
                tuple(one for part in known for one in part) if len(known) == len(parts) else None
            )
        case _:
            return None


class _Every:
    def __init__(self, children: tuple[_Node, ...]) -> None:
        self.children = children

    def holds(self, view: View) -> bool:
        return all(child.holds(view) for child in self.children)

    def witnesses(self, view: View) -> Iterator["_Witness"]:
        for child in self.children:
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
    def __init__(self, child: Condition) -> None:
        self._child = child

    @cached_property
    def _prepared(self) -> _Node:
        return _prepare(self._child)

    def holds(self, view: View) -> bool:
        return not self._prepared.holds(view)

    def witnesses(self, view: View) -> Iterator["_Witness"]:
        del view
        return iter(())


class _Witness:
    """A test that can say which value made it true."""

    __slots__ = ("_check", "_exact", "_known", "_others", "_test", "alone", "field")

    def __init__(self, test: Test) -> None:
        self._test = test
        self._known: dict[str, Reason] = {}
        self.field = test.field or ""
        self.alone = test.field is not None and not any(
            isinstance(one, Asked | Reference) for one in test.operands
        )
        self._check: Check | None = None
        self._exact: dict[str, int] | None = None
        self._others: tuple[tuple[int, Check], ...] = ()

    def holds(self, view: View) -> bool:
        check = self._check
        if check is None:
            check = self._check = compile_test(self._test)
        return check(view)

    def witnesses(self, view: View) -> Iterator["_Witness"]:
        del view
        yield self

    @property
    def about(self) -> tuple[str, str]:
        """What its reasons share, and others of the same condition may not."""
        return self._test.selection, self.field

    def told(self, view: View) -> Reason:
        """Return the first operand that holds, and the first value that satisfies it.

        Where the field holds one short text, and nothing else counts, the reason is remembered.
        """
        value = view.event.fields.get(self.field) if self.alone else None
        if type(value) is not str or len(value) > LONGEST:
            place = self._first(view)
            found = self._value(view, place) if place < len(self._test.operands) else None
            return self._reason(place, found)
        return self._known.get(value) or self._learn(value, self._first(view))

    def foretold(self, text: str) -> Reason | None:
        """Return the reason that a text will give, where it is one of whole texts asked for."""
        exact = self._exact if self._exact is not None else self._prepare()
        place = None if self._others else exact.get(fold(text))
        return None if place is None else self._known.get(text) or self._learn(text, place)

    def _learn(self, value: str, place: int) -> Reason:
        if len(self._known) >= KNOWN:
            self._known.clear()
        known = self._known[value] = self._reason(place, value)
        return known

    def _reason(self, place: int, value: Any) -> Reason:
        test = self._test
        words = test.words[place] if place < len(test.words) else ""
        return Reason(selection=test.selection, field=self.field, value=value, test=words)

    def _first(self, view: View) -> int:
        """Return the place of the first operand that holds."""
        if len(self._test.operands) == 1:
            return 0
        exact = self._exact if self._exact is not None else self._prepare()
        folded = view.folded(self._test.field) if exact else ()
        best = min([exact[text] for text in folded if text in exact], default=None)
        for place, check in self._others:
            if best is not None and place > best:
                break
            if check(view):
                return place
        return len(self._test.operands) if best is None else best

    def _prepare(self) -> dict[str, int]:
        """Return where each text stands that is asked for as a whole; compile what is not."""
        exact: dict[str, int] = {}
        others: list[tuple[int, Check]] = []
        for place, operand in enumerate(self._test.operands):
            if (text := exact_folded(operand)) is not None:
                exact.setdefault(text, place)
            else:
                others.append((place, compile_operand(self._test.field, operand)))
        self._others = tuple(others)
        self._exact = exact
        return exact

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
