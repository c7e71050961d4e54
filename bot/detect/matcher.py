"""Playbooks compiled: from an event to its matches, whatever the event holds.

The cost of an event hardly grows with the playbooks. Each condition is covered by clauses
(`bot.detect.clause`), each clause is one bit of a number, and each field of the event leaves some
bits set (`bot.detect.column`); which ones a value leaves is remembered. The field that tells
most, mostly ``action``, is asked first, and says what else to ask (`bot.detect.plan`). What is
dear, such as patterns, is asked last, and only for clauses that nothing cheap ruled out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from bot.core.event import Event
from bot.core.playbook import Match, Reason
from bot.detect.aspect import Aspect
from bot.detect.budget import Budget
from bot.detect.clause import Clause, cover
from bot.detect.column import Column
from bot.detect.condition import All, Condition
from bot.detect.explain import Explainer
from bot.detect.judge import Judges
from bot.detect.make import make_match
from bot.detect.placeholder import Lists, fill
from bot.detect.plan import Plan, Plans, numbers
from bot.detect.predicate import Check
from bot.detect.rule import Rule
from bot.detect.view import View

MEMORY: Final = 8 << 20
"""Bytes that one generation of remembered values may take; there are two."""


class Ruleset:
    """Compiled playbooks; `match` may be called for any event, any number of times."""

    def __init__(self, rules: Sequence[Rule], lists: Lists, *, memory: int = MEMORY) -> None:
        self.rules = tuple(rules)
        self._playbooks = tuple(rule.playbook for rule in self.rules)
        self._wordings = tuple(rule.wording for rule in self.rules)
        self._conditions = tuple(fill(rule.condition, lists) for rule in self.rules)
        self._explainers = tuple(map(Explainer, self._conditions))
        self._judges = Judges()
        self._whole: dict[int, Check] = {}
        self._clauses = self._cover()
        every = (1 << len(self._clauses)) - 1
        budget = Budget(memory)
        columns = [
            Column(about, asked, every, budget)
            for (about, _), asked in _wanted(self._clauses).items()
        ]
        columns.sort(key=lambda one: (one.effort, not one.edges, -one.asking.bit_count()))
        self._first = max(columns, key=_telling, default=None)
        self._plans = Plans(
            columns=columns,
            first=self._first,
            every=every,
            judged=self._judged(self._first),
            budget=budget,
        )
        self._foretell()

    def match(self, event: Event) -> tuple[Match, ...]:
        """Return a match, with its reasons, for every playbook whose condition is true."""
        plan = self._plans.find(event)
        steps = plan.steps
        alive = steps.ask(event) if steps.alive else 0
        if not alive and not plan.bound:
            return ()
        view = View(event)
        true = [position for position, judge in plan.bound if judge is None or judge(view)]
        if alive:
            true = sorted({*true, *self._true(alive, view)})
        found = tuple([self._explain(position, view, plan) for position in true])
        if plan.bound:
            self._plans.follow(plan)
        return found

    def _true(self, alive: int, view: View) -> Iterator[int]:
        """Yield the rules that are true, given which clauses no field makes false."""
        for number in numbers(alive):
            position, _ = self._clauses[number]
            judge = self._whole.get(position)
            if judge is None or judge(view):
                yield position

    def _judged(self, first: Column | None) -> dict[int, tuple[int, Check | None]]:
        """Return clauses' rules, and what they ask besides what this column has answered."""
        judged: dict[int, tuple[int, Check | None]] = {}
        if first is None:
            return judged
        for number in numbers(first.asking):
            position, clause = self._clauses[number]
            others = tuple(clause[about] for about in clause if about != first.about)
            judge = self._judges.make(All(children=others)) if others else None
            judged[number] = position, self._whole.get(position, judge)
        return judged

    def _explain(self, position: int, view: View, plan: Plan) -> Match:
        event, wording = view.event, self._wordings[position]
        return make_match(
            self._playbooks[position],
            event.id,
            plan.told.get(position) or self._reasons(position, view, plan),
            "" if wording is None else wording.say(event),
        )

    def _reasons(self, position: int, view: View, plan: Plan) -> tuple[Reason, ...]:
        explainer = self._explainers[position]
        reasons = explainer.reasons(view)
        if plan.text is not None and self._first and explainer.only == self._first.field:
            self._plans.remember(plan, position, reasons)
        return reasons

    def _foretell(self) -> None:
        """Give the reasons that are known beforehand to the plans that are."""
        if self._first is None or self._first.field is None:
            return
        for text, plan in self._plans.prepare(self._first.named()):
            for position, _ in plan.bound:
                reasons = self._explainers[position].foretell(self._first.field, text)
                if reasons is not None:
                    self._plans.remember(plan, position, reasons)

    def _cover(self) -> tuple[tuple[int, Clause], ...]:
        """Return all clauses, each with the position of its rule.

        Clauses that ask for the commonest aspect, mostly ``action``, come last. The others are
        what is left for most events: with the lowest bits, what is left is a short number.
        """
        clauses: list[tuple[int, Clause]] = []
        for position, condition in enumerate(self._conditions):
            covered = cover(condition)
            if not covered.exact:
                self._whole[position] = self._judges.make(condition)
            clauses += [(position, clause) for clause in covered.clauses]
        common = _commonest(clauses)
        return tuple(sorted(clauses, key=lambda one: common in one[1]))


def _wanted(
    clauses: Sequence[tuple[int, Clause]],
) -> dict[tuple[Aspect, bool], list[tuple[int, Condition]]]:
    """Return what all clauses, one after the other, ask of each aspect of an event.

    What is asked by clauses that also ask for the commonest aspect is told apart: it is not
    looked at for the others.
    """
    common = _commonest(clauses)
    wanted: dict[tuple[Aspect, bool], list[tuple[int, Condition]]] = defaultdict(list)
    for number, (_, clause) in enumerate(clauses):
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
