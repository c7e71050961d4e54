"""Playbooks compiled: from an event to its matches, whatever the event holds.

An event is asked only what the playbooks it can concern ask (`bot.detect.index`), and each
question once, however many playbooks share it.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from bot.core.event import Event
from bot.core.playbook import Match
from bot.detect.condition import All, Condition, Not, Test
from bot.detect.explain import reasons
from bot.detect.index import Index
from bot.detect.placeholder import Lists, fill
from bot.detect.predicate import Check, compile_test
from bot.detect.rule import Rule
from bot.detect.view import View


class _Inquiry:
    """What has been asked about one event, and the answers."""

    __slots__ = ("answers", "view")

    def __init__(self, view: View) -> None:
        self.view = view
        self.answers: dict[int, bool] = {}


_Judge: TypeAlias = Callable[[_Inquiry], bool]


class Ruleset:
    """Compiled playbooks; `match` may be called for any event, any number of times."""

    def __init__(self, rules: Sequence[Rule], lists: Lists) -> None:
        self.rules = tuple(rules)
        self._conditions = tuple(fill(rule.condition, lists) for rule in self.rules)
        self._numbers: dict[Test, int] = {}
        self._checks: list[Check] = []
        self._judges = tuple(self._compile(condition) for condition in self._conditions)
        self._index = Index(self._conditions)

    def match(self, event: Event) -> tuple[Match, ...]:
        """Return a match, with its reasons, for every playbook whose condition is true."""
        inquiry = _Inquiry(View(event))
        return tuple(
            self._explain(position, inquiry)
            for position in self._index.candidates(inquiry.view)
            if self._judges[position](inquiry)
        )

    def _explain(self, position: int, inquiry: _Inquiry) -> Match:
        return Match(
            playbook=self.rules[position].playbook,
            event_id=inquiry.view.event.id,
            output=self._output(position, inquiry.view.event),
            reasons=reasons(
                self._conditions[position],
                inquiry.view,
                lambda test: _ask(inquiry, self._numbers[test], self._checks[self._numbers[test]]),
            ),
        )

    def _output(self, position: int, event: Event) -> str:
        wording = self.rules[position].wording
        return wording.say(event) if wording is not None else ""

    def _compile(self, condition: Condition) -> _Judge:
        if isinstance(condition, Test):
            return self._compile_test(condition)
        if isinstance(condition, Not):
            inner = self._compile(condition.child)
            return lambda inquiry: not inner(inquiry)
        judges = tuple(self._compile(child) for child in condition.children)
        if isinstance(condition, All):
            return lambda inquiry: all(judge(inquiry) for judge in judges)
        return lambda inquiry: any(judge(inquiry) for judge in judges)

    def _compile_test(self, test: Test) -> _Judge:
        """Give equal tests of all playbooks one number, and with it one answer per event."""
        if test not in self._numbers:
            self._numbers[test] = len(self._checks)
            self._checks.append(compile_test(test))
        number = self._numbers[test]
        check = self._checks[number]
        return lambda inquiry: _ask(inquiry, number, check)


def _ask(inquiry: _Inquiry, number: int, check: Check) -> bool:
    answer = inquiry.answers.get(number)
    if answer is None:
        answer = inquiry.answers[number] = check(inquiry.view)
    return answer


def compile_rules(rules: Sequence[Rule], lists: Lists) -> Ruleset:
    """Return the rules compiled, with the lists' values in place of their names.

    Raises ``KeyError`` for a list that is not there: `bot.detect.placeholder.check_lists` tells
    which.
    """
    return Ruleset(rules, lists)
