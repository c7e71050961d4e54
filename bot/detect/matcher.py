"""Playbooks compiled: from an event to its matches, whatever the event holds.

The cost of an event hardly grows with the playbooks. Each condition is covered by clauses
(`bot.detect.clause`), each clause is one bit of a number, and each field of the event leaves some
bits set (`bot.detect.column`); which ones a value leaves is remembered. The field that tells
most, mostly ``action``, is asked first: it leaves few clauses, and with them few fields to read.
What is dear, such as patterns, is asked last, and only for clauses that nothing cheap ruled out.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from bot.core.event import MISSING, Event
from bot.core.playbook import Match
from bot.detect.aspect import Aspect, Effort
from bot.detect.budget import Budget
from bot.detect.clause import Clause, cover
from bot.detect.column import SIMPLE, Column, Simple
from bot.detect.condition import Condition
from bot.detect.explain import Explainer
from bot.detect.inquiry import Inquiry, Judge, Judges
from bot.detect.placeholder import Lists, fill
from bot.detect.rule import Rule
from bot.detect.view import View

MEMORY: Final = 8 << 20
"""Bytes that one generation of remembered values may take; there are two."""

_NOTHING: Final[Mapping[str, Any]] = {}

PLANS: Final = 1_024
"""Values of the first field for which it is remembered what to ask next."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plan:
    """The clauses that the first field left, and the fields that they ask for.

    ``handy`` are asked first: as their field's name, what is remembered of texts, and the
    column. ``costly`` and then ``others``, which are not named by a single key, are asked if
    clauses that ask them are left.
    """

    alive: int
    handy: tuple[tuple[str, dict[Simple, int], Column], ...]
    costly: tuple[tuple[int, str, dict[Simple, int], Column], ...]
    others: tuple[tuple[int, Column], ...]


class Ruleset:
    """Compiled playbooks; `match` may be called for any event, any number of times."""

    def __init__(self, rules: Sequence[Rule], lists: Lists, *, memory: int = MEMORY) -> None:
        self.rules = tuple(rules)
        self._conditions = tuple(fill(rule.condition, lists) for rule in self.rules)
        self._owners: list[int] = []
        self._judges: dict[int, Judge] = {}
        wanted = self._cover()
        self._every = (1 << len(self._owners)) - 1
        budget = Budget(memory)
        self._columns = [
            Column(about, asked, self._every, budget) for about, asked in wanted.items()
        ]
        self._first = max(self._columns, key=_telling, default=None)
        self._plans: dict[str, _Plan] = {}
        self._plan = lru_cache(maxsize=PLANS)(self._make_plan)
        self._explainers: dict[int, Explainer] = {}

    def match(self, event: Event) -> tuple[Match, ...]:
        """Return a match, with its reasons, for every playbook whose condition is true."""
        alive = self._alive(event)
        if not alive:
            return ()
        inquiry = Inquiry(View(event))
        return tuple(
            self._explain(position, inquiry.view)
            for position in self._positions(alive)
            if position not in self._judges or self._judges[position](inquiry)
        )

    def _alive(self, event: Event) -> int:
        """Return the clauses that no field of the event makes false."""
        plan = self._plan_for(event)
        alive = plan.alive
        get, raw = event.fields.get, event.raw
        if raw is event.fields:
            raw = _NOTHING
        for name, known, column in plan.handy:
            value = get(name, MISSING)
            if value is MISSING:
                value = raw.get(name, MISSING)
            # What every event asks of every field: hence one look here, and no call.
            if type(value) in SIMPLE:
                mask = known.get(value)
                alive &= column.of_simple(value) if mask is None else mask
            else:
                alive &= column.absent if value is MISSING else column.of_other(value)
            if not alive:
                return 0
        for asking, name, known, column in plan.costly:
            if alive & asking:
                value = get(name)
                mask = known.get(value) if type(value) is str else None
                alive &= column.read(event) if mask is None else mask
        for asking, column in plan.others:
            if alive & asking:
                alive &= column.read(event)
        return alive

    def _plan_for(self, event: Event) -> _Plan:
        if self._first is None:
            return self._plan(self._every)
        found = event.fields.get(self._first.field) if self._first.field else None
        plan = self._plans.get(found) if type(found) is str else None
        if plan is not None:
            return plan
        plan = self._plan(self._first.read(event))
        if type(found) is str:
            if len(self._plans) >= PLANS:
                self._plans.clear()
            self._plans[found] = plan
        return plan

    def _make_plan(self, alive: int) -> _Plan:
        """Say what to ask when these clauses are left, what is cheap and decides most first."""
        asked = [one for one in self._columns if one.asking & alive and one is not self._first]
        asked.sort(key=lambda one: (one.effort, -(one.asking & alive).bit_count()))
        keyed = [(str(one.field), one.young, one) for one in asked if one.keyed]
        return _Plan(
            alive=alive,
            handy=tuple(one for one in keyed if one[2].effort is Effort.LOOK),
            costly=tuple(
                (column.asking & alive, name, young, column)
                for name, young, column in keyed
                if column.effort is not Effort.LOOK
            ),
            others=tuple((one.asking & alive, one) for one in asked if not one.keyed),
        )

    def _positions(self, alive: int) -> list[int]:
        """Return the rules of these clauses in order, each once."""
        found = set()
        while alive:
            lowest = alive & -alive
            alive ^= lowest
            found.add(self._owners[lowest.bit_length() - 1])
        return sorted(found)

    def _explain(self, position: int, view: View) -> Match:
        explainer = self._explainers.get(position)
        if explainer is None:
            explainer = self._explainers[position] = Explainer(self._conditions[position])
        rule = self.rules[position]
        return Match(
            playbook=rule.playbook,
            event_id=view.event.id,
            reasons=explainer.reasons(view),
            output=rule.wording.say(view.event) if rule.wording is not None else "",
        )

    def _cover(self) -> dict[Aspect, list[tuple[int, Condition]]]:
        """Return what all clauses, one after the other, ask of each aspect of an event."""
        judges = Judges()
        clauses: list[tuple[int, Clause]] = []
        for position, condition in enumerate(self._conditions):
            covered = cover(condition)
            if not covered.exact:
                self._judges[position] = judges.make(condition)
            clauses += [(position, clause) for clause in covered.clauses]
        wanted: dict[Aspect, list[tuple[int, Condition]]] = defaultdict(list)
        for number, (position, clause) in enumerate(_arranged(clauses)):
            self._owners.append(position)
            for about, question in clause.items():
                wanted[about].append((number, question))
        return wanted


def _arranged(clauses: Sequence[tuple[int, Clause]]) -> list[tuple[int, Clause]]:
    """Put clauses that do not ask for the commonest aspect first.

    They are what is left once that aspect was asked; with the lowest numbers, what is left is a
    short number, and quick to reckon with.
    """
    asked = Counter(about for _, clause in clauses for about in clause)
    if not asked:
        return list(clauses)
    ((common, _),) = asked.most_common(1)
    return sorted(clauses, key=lambda one: common in one[1])


def _telling(column: Column) -> tuple[int, bool]:
    """Say how many clauses a field rules out when it holds nothing of note."""
    return (column.telling, column.field == "action")


def compile_rules(rules: Sequence[Rule], lists: Lists, *, memory: int = MEMORY) -> Ruleset:
    """Return the rules compiled, with the lists' values in place of their names.

    ``memory`` bounds, in bytes, one of two generations of remembered values. Raises ``KeyError``
    for a list that is not there: `bot.detect.placeholder.check_lists` tells which.
    """
    return Ruleset(rules, lists, memory=memory)
