"""A condition turned over: on which fields an event must say what, so that it can be true.

A condition is covered by clauses. A clause holds one question for each of some aspects of an
event (`bot.detect.aspect`), and is true when all of them are; the condition can be true only when
a clause is. Most conditions are covered exactly: they *are* true when a clause is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.detect.aspect import Aspect, aspect
from bot.detect.condition import All, AnyOf, Asked, Condition, Not, Test, tests

MOST: Final = 96
"""Clauses for one condition; beyond, several are covered by one that asks less."""

Clause: TypeAlias = Mapping[Aspect, Condition]
"""For each aspect of an event a condition whose tests are all about it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cover:
    """Clauses of which one must be true; ``exact`` says that this is also enough."""

    clauses: tuple[Clause, ...]
    exact: bool


def cover(condition: Condition) -> Cover:
    """Return the clauses of a condition."""
    return _cover(condition, positive=True)


def _cover(node: Condition, *, positive: bool) -> Cover:
    if isinstance(node, Not):
        return _cover(node.child, positive=not positive)
    asked = tuple(tests(node))
    aspects = set(map(aspect, asked))
    if len(aspects) == 1 and (only := aspects.pop()) is not None:
        question = node if positive else Not(child=node)
        return Cover(clauses=({only: question},), exact=True)
    if isinstance(node, Test):
        return Cover(clauses=_needed(node) if positive else ({},), exact=False)
    parts = [_cover(child, positive=positive) for child in node.children]
    return _every(parts) if isinstance(node, All) is positive else _any(parts)


def _needed(test: Test) -> tuple[Clause, ...]:
    """Return clauses for what another rule language's questions need, so that one is true."""
    needs = [
        operand.question.needs() if isinstance(operand, Asked) else None
        for operand in test.operands
    ]
    known = [need for need in needs if need is not None]
    if not known or len(known) < len(needs):
        return ({},)
    return _any([_cover(need, positive=True) for need in known]).clauses


def _every(parts: Sequence[Cover]) -> Cover:
    """Multiply out, the smallest first; what would make too many is asked less precisely."""
    clauses: list[Clause] = [{}]
    exact = True
    for part in sorted(parts, key=lambda part: len(part.clauses)):
        small = part if len(clauses) * len(part.clauses) <= MOST else _hull(part.clauses)
        exact &= small.exact
        clauses = [_both(one, other) for one in clauses for other in small.clauses]
    return Cover(clauses=tuple(clauses), exact=exact)


def _any(parts: Sequence[Cover]) -> Cover:
    """Put side by side; alternatives about one aspect become a single question."""
    alone: dict[Aspect, list[Condition]] = {}
    clauses: list[Clause] = []
    for clause in (clause for part in parts for clause in part.clauses):
        if len(clause) == 1:
            for about, question in clause.items():
                alone.setdefault(about, []).append(question)
        else:
            clauses.append(clause)
    clauses += [{about: _join(AnyOf, questions)} for about, questions in alone.items()]
    exact = all(part.exact for part in parts)
    if len(clauses) > MOST:
        return _hull(clauses)
    return Cover(clauses=tuple(clauses), exact=exact)


def _hull(clauses: Sequence[Clause]) -> Cover:
    """Return one clause that is true whenever any of these is."""
    shared = set(clauses[0]).intersection(*clauses[1:]) if clauses else set()
    aspects = [one for one in clauses[0] if one in shared] if clauses else []
    hull = {one: _join(AnyOf, [clause[one] for clause in clauses]) for one in aspects}
    return Cover(clauses=(hull,) if clauses else (), exact=False)


def _both(one: Clause, other: Clause) -> Clause:
    merged = dict(one)
    for about, question in other.items():
        merged[about] = _join(All, [merged[about], question]) if about in merged else question
    return merged


def _join(kind: type[All] | type[AnyOf], questions: list[Condition]) -> Condition:
    return questions[0] if len(questions) == 1 else kind(children=tuple(questions))
