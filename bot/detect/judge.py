"""Conditions judged one by one, for what no single field can decide.

Questions that compare two fields, or that another rule language asks, are put to one event at a
time. What is dear to ask is asked once, however many playbooks share it.
"""

from functools import partial
from typing import Any

from bot.detect.condition import All, Condition, Not, Test, Text
from bot.detect.predicate import Check, compile_test
from bot.detect.view import View


class Judges:
    """Makes functions that judge conditions; those it made share their answers."""

    def __init__(self) -> None:
        self._made: dict[Any, Check] = {}

    def make(self, condition: Condition) -> Check:
        """Return the function that says whether a condition is true; the same for equal ones."""
        if isinstance(condition, Test):
            made = self._made.get(condition)
            if made is None:
                made = self._made[condition] = self._asking(condition)
            return made
        if isinstance(condition, Not):
            inner = self.make(condition.child)
            return self._made.setdefault(inner, partial(_not, inner))
        judges = tuple(self.make(child) for child in condition.children)
        if len(judges) == 1:
            return judges[0]
        joined = partial(_every if isinstance(condition, All) else _some, judges)
        return self._made.setdefault((type(condition), judges), joined)

    @staticmethod
    def _asking(test: Test) -> Check:
        check = compile_test(test)
        return check if _is_cheap(test) else partial(_ask_once, check)


def _is_cheap(test: Test) -> bool:
    """Say whether a test is as quickly asked as its answer is looked up."""
    return len(test.operands) == 1 and all(isinstance(one, Text) for one in test.operands)


def _ask_once(check: Check, view: View) -> bool:
    return view.answer(check)


def _not(inner: Check, view: View) -> bool:
    return not inner(view)


def _every(judges: tuple[Check, ...], view: View) -> bool:
    for judge in judges:  # noqa: SIM110 -- a loop needs no generator, and this is asked often
        if not judge(view):
            return False
    return True


def _some(judges: tuple[Check, ...], view: View) -> bool:
    for judge in judges:  # noqa: SIM110 -- as above
        if judge(view):
            return True
    return False
