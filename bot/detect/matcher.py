"""Playbooks compiled: from an event to its matches, whatever the event holds.

The cost of an event hardly grows with the playbooks. Each condition is covered by clauses
(`bot.detect.clause`), each clause is one bit of a number, and each field of the event leaves some
bits set (`bot.detect.column`); which ones a value leaves is remembered. The field that tells
most, mostly ``action``, is asked first: it leaves few clauses, and with them few fields to read.
What is dear, such as patterns, is asked last, and only for clauses that nothing cheap ruled out.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.core.event import MISSING, Event
from bot.core.playbook import Match
from bot.detect.aspect import Aspect
from bot.detect.budget import Budget
from bot.detect.clause import Clause, cover
from bot.detect.column import Column, Known
from bot.detect.condition import Condition
from bot.detect.explain import Explainer
from bot.detect.inquiry import Inquiry, Judge, Judges
from bot.detect.placeholder import Lists, fill
from bot.detect.rule import Rule
from bot.detect.view import View

MEMORY: Final = 8 << 20
"""Bytes that one generation of remembered values may take; there are two."""

PLANS: Final = 1_024
"""Values of the first field for which it is remembered what to ask next."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plan:
    """The clauses that the first field left, and the fields that they ask for.

    ``usual`` are the fields that must be looked at even if none holds anything of note: their
    names, what is remembered of values, and the mask of what is of no note. Where each holds just
    that, ``rest`` are the clauses left. Otherwise ``keyed`` are asked in turn, if clauses that ask
    them are left. ``others`` are not named by a single key, and asked last.
    """

    alive: int
    usual: tuple[tuple[str, Known, int], ...]
    rest: int
    keyed: tuple[tuple[int, str, Known, Column], ...]
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
            Column(about, asked, self._every, budget) for (about, _), asked in wanted.items()
        ]
        self._columns.sort(key=lambda one: (one.effort, one.edged, -one.asking.bit_count()))
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
        if not plan.alive:
            return 0
        alive = self._ask_keyed(plan, event)
        for asking, column in plan.others:
            if alive & asking:
                alive &= column.read(event)
        return alive

    def _ask_keyed(self, plan: _Plan, event: Event) -> int:
        fields, raw = event.fields, event.raw
        get = fields.get if raw is fields or not raw else {**raw, **fields}.get
        # Almost every event is of no note: hence two looks for a field, no call and no reckoning.
        try:
            for name, known, idle in plan.usual:
                if known(get(name)) is not idle:
                    break
            else:
                return plan.rest
        except TypeError:  # an array or an object cannot be looked up
            pass
        alive = plan.alive
        for asking, name, known, column in plan.keyed:
            if alive & asking:
                value = get(name, MISSING)
                if type(value) is str:
                    mask = known(value)
                    alive &= column.of_text(value) if mask is None else mask
                else:
                    alive &= column.of(value)
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
        keyed = [one for one in asked if one.keyed]
        usual, rest = [], alive
        for one in keyed:
            if one.asking & rest:
                usual.append((str(one.field), one.known, one.idle))
                rest &= one.idle
        return _Plan(
            alive=alive,
            usual=tuple(usual),
            rest=rest,
            keyed=tuple((one.asking, str(one.field), one.known, one) for one in keyed),
            others=tuple((one.asking, one) for one in asked if not one.keyed),
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

    def _cover(self) -> dict[tuple[Aspect, bool], list[tuple[int, Condition]]]:
        """Return what all clauses, one after the other, ask of each aspect of an event.

        Clauses that ask for the commonest aspect, mostly ``action``, are told apart from those
        that do not. The latter are what is left for most events: they come first, since with the
        lowest bits what is left is a short number, and what other clauses ask of the same field
        is not looked at for them.
        """
        judges = Judges()
        clauses: list[tuple[int, Clause]] = []
        for position, condition in enumerate(self._conditions):
            covered = cover(condition)
            if not covered.exact:
                self._judges[position] = judges.make(condition)
            clauses += [(position, clause) for clause in covered.clauses]
        common = _commonest(clauses)
        clauses.sort(key=lambda one: common in one[1])
        wanted: dict[tuple[Aspect, bool], list[tuple[int, Condition]]] = defaultdict(list)
        for number, (position, clause) in enumerate(clauses):
            self._owners.append(position)
            for about, question in clause.items():
                wanted[about, common in clause].append((number, question))
        return wanted


def _commonest(clauses: Sequence[tuple[int, Clause]]) -> Aspect | None:
    asked = Counter(about for _, clause in clauses for about in clause)
    return asked.most_common(1)[0][0] if asked else None


def _telling(column: Column) -> tuple[int, bool]:
    """Say how many clauses a field rules out when it holds nothing of note."""
    return (column.telling, column.field == "action")


def compile_rules(rules: Sequence[Rule], lists: Lists, *, memory: int = MEMORY) -> Ruleset:
    """Return the rules compiled, with the lists' values in place of their names.

    ``memory`` bounds, in bytes, one of two generations of remembered values. Raises ``KeyError``
    for a list that is not there: `bot.detect.placeholder.check_lists` tells which.
    """
    return Ruleset(rules, lists, memory=memory)
