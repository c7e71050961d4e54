"""Conditions judged one by one, for what no single field can decide.

Questions that compare two fields, or that another rule language asks, are put to one event at a
time. Each is asked once, however many playbooks share it.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

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
        self._made: dict[Any, Judge] = {}

    def make(self, condition: Condition) -> Judge:
        """Return the function that says whether a condition is true; the same for equal ones."""
        if isinstance(condition, Test):
            made = self._made.get(condition)
            if made is None:
                made = self._made[condition] = _asking(len(self._made), compile_test(condition))
            return made
        if isinstance(condition, Not):
            inner = self.make(condition.child)
            return self._made.setdefault(inner, lambda inquiry: not inner(inquiry))
        judges = tuple(self.make(child) for child in condition.children)
        if len(judges) == 1:
            return judges[0]
        joined = _every(judges) if isinstance(condition, All) else _some(judges)
        return self._made.setdefault((type(condition), judges), joined)


def _asking(number: int, check: Check) -> Judge:
    def judge(inquiry: Inquiry) -> bool:
        answer = inquiry.answers.get(number)
        if answer is None:
            answer = inquiry.answers[number] = check(inquiry.view)
        return answer

    return judge


def _every(judges: tuple[Judge, ...]) -> Judge:
    return lambda inquiry: all(judge(inquiry) for judge in judges)


def _some(judges: tuple[Judge, ...]) -> Judge:
    return lambda inquiry: any(judge(inquiry) for judge in judges)
