"""What a condition can be true of: whether of anything at all, and of which actions.

Careful rather than clever: what it says cannot be true cannot be, but it does not find everything.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from typing import Final

from bot.detect.condition import (
    All,
    AnyOf,
    Boolean,
    Compare,
    Condition,
    Not,
    Number,
    Operand,
    Placeholder,
    Test,
    Text,
)
from bot.detect.text import fold, plain
from bot.lint.vocabulary import actions_like

SINGLE: Final = frozenset(
    {
        *("action", "actor", "actor_id", "actor_ip", "actor_is_bot", "user", "user_id", "org"),
        *("org_id", "repo", "repo_id", "public_repo", "permission", "old_permission"),
        *("visibility", "previous_visibility", "operation_type", "ref", "team", "forced"),
        *("webhook_event", "webhook_action", "hashed_token", "programmatic_access_type"),
    }
)
"""Fields that hold one value. Of a list, two different values may be wanted at once."""


@dataclass(frozen=True, slots=True)
class _Literal:
    """A test that is wanted true, or false."""

    test: Test
    wanted: bool


@dataclass(frozen=True, slots=True)
class _Group:
    """All of its parts are wanted, or any."""

    parts: tuple["_Literal | _Group", ...]
    every: bool


_Node = _Literal | _Group


@dataclass(kw_only=True, slots=True)
class _Facts:
    """What has been assumed so far of one event."""

    wanted: dict[Test, bool] = field(default_factory=dict)
    allowed: dict[str, Set[str]] = field(default_factory=dict)
    banned: dict[str, Set[str]] = field(default_factory=dict)

    def copy(self) -> "_Facts":
        return _Facts(
            wanted=dict(self.wanted), allowed=dict(self.allowed), banned=dict(self.banned)
        )

    def assume(self, literal: _Literal) -> bool:
        """Take one more thing for given; false when it contradicts what is given already."""
        test, name = literal.test, literal.test.field
        if self.wanted.setdefault(test, literal.wanted) is not literal.wanted:
            return False
        texts = exact_texts(test, narrow=not literal.wanted)
        if name not in SINGLE or texts is None:
            return True
        if literal.wanted:
            self.allowed[name] = self.allowed.get(name, texts) & texts
        else:
            self.banned[name] = self.banned.get(name, frozenset()) | texts
        allowed = self.allowed.get(name)
        return allowed is None or bool(allowed - self.banned.get(name, frozenset()))


def is_impossible(condition: Condition) -> bool:
    """Say whether no event at all can satisfy a condition."""
    return not _possible(_plain(condition, wanted=True), _Facts())


def dead_branches(condition: Condition) -> Iterator[Condition]:
    """Yield the alternatives of a condition that nothing can satisfy, where others can be."""
    for branch in _alternatives(condition):
        if is_impossible(branch):
            yield branch


def _alternatives(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, All):
        for child in condition.children:
            yield from _alternatives(child)
    elif isinstance(condition, AnyOf):
        for child in condition.children:
            yield child
            yield from _alternatives(child)


def _plain(condition: Condition, *, wanted: bool) -> _Node:
    """Push every ``not`` down to the tests."""
    if isinstance(condition, Test):
        return _Literal(condition, wanted)
    if isinstance(condition, Not):
        return _plain(condition.child, wanted=not wanted)
    parts = tuple(_plain(child, wanted=wanted) for child in condition.children)
    return _Group(parts, every=isinstance(condition, All) is wanted)


def _possible(node: _Node, facts: _Facts) -> bool:
    """Say whether a node may hold beside the facts, which it adds to."""
    literals, choices = _sorted(node)
    if not all(facts.assume(literal) for literal in literals):
        return False
    for choice in choices:
        open_ways = [part for part in choice.parts if _possible(part, facts.copy())]
        if not open_ways:
            return False
        if len(open_ways) == 1 and isinstance(open_ways[0], _Literal):
            facts.assume(open_ways[0])
    return True


def _sorted(node: _Node) -> tuple[list[_Literal], list[_Group]]:
    literals: list[_Literal] = []
    choices: list[_Group] = []
    pending = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, _Literal):
            literals.append(part)
        elif part.every:
            pending.extend(reversed(part.parts))
        else:
            choices.append(part)
    return literals, choices


def exact_texts(test: Test, *, narrow: bool) -> frozenset[str] | None:
    """Return the folded texts one of which a true test demands; ``None`` if it is not so simple.

    ``narrow`` refuses a text whose case counts: not to be ``A`` does not rule out ``a``.
    """
    found = [_exact(operand, narrow=narrow) for operand in test.operands]
    if not found or None in found:
        return None
    return frozenset(text for text in found if text is not None)


def _exact(operand: Operand, *, narrow: bool) -> str | None:
    if isinstance(operand, Text):
        if narrow and operand.cased:
            return None
        letters = [part for part in operand.parts if isinstance(part, str)]
        return fold("".join(letters)) if len(letters) == len(operand.parts) else None
    if isinstance(operand, Boolean):
        return "true" if operand.value else "false"
    if isinstance(operand, Number) and operand.compare is Compare.EQ:
        return plain(operand.value)
    return None


def actions_asked(condition: Condition) -> frozenset[str] | None:
    """Return the known actions that a condition can be true of; ``None`` when it may be any."""
    found = _actions(condition)
    return found or None


def _actions(condition: Condition) -> frozenset[str] | None:
    if isinstance(condition, Test):
        return _of_test(condition) if condition.field == "action" else None
    if isinstance(condition, Not):
        return None
    inner = [_actions(child) for child in condition.children]
    said = [actions for actions in inner if actions is not None]
    if isinstance(condition, AnyOf):
        return frozenset[str]().union(*said) if said and len(said) == len(inner) else None
    return frozenset.intersection(*said) if said else None


def _of_test(test: Test) -> frozenset[str] | None:
    found: set[str] = set()
    for operand in test.operands:
        if not isinstance(operand, Text) or _is_open(operand.parts):
            return None
        found |= actions_like(operand)
    return frozenset(found)


def _is_open(parts: Iterable[object]) -> bool:
    return any(isinstance(part, Placeholder) for part in parts)
