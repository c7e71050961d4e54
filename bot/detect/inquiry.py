"""Conditions judged one by one, for what no single field can decide.

Questions that compare two fields, or that another rule language asks, are put to one event at a
time. Each is asked once, however many playbooks share it.
"""

from collections.abc import Callable
from typing import TypeAlias

from bot.detect.condition import All, Condition, Not, Test
from bot.detect.predicate import Check, compile_test
from bot.detect.view import View


class Inquiry:
    """What has been asked about one event, and the answers."""

    __slots__ = ("answers", "view")

    def __init__(self, view: View) -> None:
        self.view = view
        self.answers: dict[int, bool] = {}


Judge: TypeAlias = Callable[[Inquiry], bool]


class Judges:
    """Makes functions that judge conditions; those it made share their answers."""

    def __init__(self) -> None:
        self._numbers: dict[Test, int] = {}

    def make(self, condition: Condition) -> Judge:
        """Return the function that says whether a condition is true."""
        if isinstance(condition, Test):
            return self._make_test(condition)
        if isinstance(condition, Not):
            inner = self.make(condition.child)
            return lambda inquiry: not inner(inquiry)
        judges = tuple(self.make(child) for child in condition.children)
        if isinstance(condition, All):
            return lambda inquiry: all(judge(inquiry) for judge in judges)
        return lambda inquiry: any(judge(inquiry) for judge in judges)

    def _make_test(self, test: Test) -> Judge:
        number = self._numbers.setdefault(test, len(self._numbers))
        check = compile_test(test)
        return lambda inquiry: _ask(inquiry, number, check)


def _ask(inquiry: Inquiry, number: int, check: Check) -> bool:
    answer = inquiry.answers.get(number)
    if answer is None:
        answer = inquiry.answers[number] = check(inquiry.view)
    return answer
