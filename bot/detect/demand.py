"""Conditions about one field, asked by the numbers of the tests that are true."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.detect.condition import All, Condition, Not, Test

Key: TypeAlias = tuple[Any, ...]
Judge: TypeAlias = Callable[[Set[int]], bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """One condition about a field, and the clauses that depend on it (as bits of a number).

    ``judge`` answers given which tests are true; ``idle`` is the answer when none is.
    """

    judge: Judge
    idle: bool
    clauses: int


def key(condition: Condition, places: Mapping[Test, int]) -> Key:
    """Return what tells a condition from others: its shape and the numbers of its tests."""
    if isinstance(condition, Test):
        return ("test", places[condition])
    if isinstance(condition, Not):
        return ("not", key(condition.child, places))
    kind = "all" if isinstance(condition, All) else "any"
    return (kind, *(key(child, places) for child in condition.children))


def numbers(asked: Key) -> frozenset[int]:
    """Return the numbers of the tests in a key."""
    kind, *rest = asked
    if kind == "test":
        return frozenset(rest)
    return frozenset().union(*map(numbers, rest))


def judge(asked: Key) -> Judge:
    """Return the function that answers a condition."""
    kind, *rest = asked
    if kind == "test":
        place = rest[0]
        return lambda true: place in true
    judges = tuple(map(judge, rest))
    if kind == "not":
        inner = judges[0]
        return lambda true: not inner(true)
    if kind == "all":
        return lambda true: all(one(true) for one in judges)
    return lambda true: any(one(true) for one in judges)
