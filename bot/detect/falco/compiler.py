"""From what a rule says to the condition tree of every playbook."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed
from typing import Final

from bot.core.problem import Place
from bot.detect.condition import All, AnyOf, Not
from bot.detect.expression import Unreadable
from bot.detect.falco.check import Compiled, UnknownField, compile_check
from bot.detect.falco.collection import ListState, MacroState, flatten_lists
from bot.detect.falco.grammar import LONGEST, read_condition
from bot.detect.falco.script import Script, put_list
from bot.detect.falco.syntax import (
    Check,
    Conjunction,
    Disjunction,
    Expression,
    MacroName,
    Negation,
)
from bot.detect.suggest import did_you_mean

MOST: Final = 20_000  # comparisons of one rule, its macros put in
DEEPEST: Final = 120  # conditions within each other, its macros put in


class Unusable(ValueError):
    """A condition that cannot be used; ``place`` is where, ``unknown`` says that a field is."""

    def __init__(self, message: str, place: Place | None, *, unknown: bool = False) -> None:
        super().__init__(message)
        self.place = place
        self.unknown = unknown


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
