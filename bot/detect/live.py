"""Live lists: values that GitHub knows and that change without a playbook's author.

Playbooks name them like any list (``user|expand: '%org_owners%'``); what is on them is looked up
for one organisation when an event needs it. What each holds: `LIVE`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from bot.detect.condition import All, AnyOf, Condition, Not, Test, placeholders, tests

LIVE: Final[Mapping[str, str]] = {
    "org_owners": "the logins of the organisation's owners",
    "org_members": "the logins of its members, owners included",
    "outside_collaborators": "the logins of its outside collaborators",
    "team:SLUG": "the logins of a team's members, those of its child teams included",
    "own_app": "the login Tipstaff itself acts with",
}
"""Every live list by its name (SLUG: the team's slug, as in its address), with what it holds."""

_TEAM: Final = re.compile(r"team:([a-z0-9_-]{1,255})")

Bound = Condition | bool
"""A condition, or what it always is."""


def is_live(name: str) -> bool:
    """Say whether a list of this name is filled by looking at GitHub."""
    return name in LIVE.keys() - {"team:SLUG"} or team_of(name) is not None


def team_of(name: str) -> str | None:
    """Return the slug of a name such as ``team:security``, else ``None``."""
    found = _TEAM.fullmatch(name)
    return found[1] if found else None


def literal(values: Iterable[str]) -> tuple[str, ...]:
    """Return looked-up values so that a condition takes every sign in them as it is."""
    return tuple(re.sub(r"([\\*?])", r"\\\1", value) for value in values)


def bound(condition: Condition, unknown: frozenset[str], *, upper: bool) -> Bound:
    """Return the condition as it is at most (``upper``) or at least, whatever lists hold.

    ``unknown`` names the lists whose values are not known. The upper bound is true whenever any
    values could make the condition true, the lower one only when all would.
    """
    if isinstance(condition, Test):
        return _bound_test(condition, unknown, upper=upper)
    if isinstance(condition, Not):
        inner = bound(condition.child, unknown, upper=not upper)
        return not inner if isinstance(inner, bool) else Not(child=inner)
    bounds = [bound(child, unknown, upper=upper) for child in condition.children]
    decisive = isinstance(condition, AnyOf)
    if decisive in [each for each in bounds if isinstance(each, bool)]:
        return decisive
    left = tuple(each for each in bounds if not isinstance(each, bool))
    if not left:
        return not decisive
    if len(left) == 1:
        return left[0]
    return AnyOf(children=left) if decisive else All(children=left)


def unknown_tests(condition: Condition, unknown: frozenset[str]) -> tuple[Test, ...]:
    """Return the tests of a condition that ask for a value of these lists."""
    return tuple(
        test
        for test in tests(condition)
        if any(placeholders(operand) & unknown for operand in test.operands)
    )


def _bound_test(test: Test, unknown: frozenset[str], *, upper: bool) -> Bound:
    known = [
        (operand, words)
        for operand, words in zip(test.operands, test.words, strict=True)
        if not placeholders(operand) & unknown
    ]
    if len(known) == len(test.operands):
        return test
    if upper or not known:
        return upper
    return Test(
        field=test.field,
        operands=tuple(operand for operand, _ in known),
        words=tuple(words for _, words in known),
        selection=test.selection,
        place=test.place,
    )
