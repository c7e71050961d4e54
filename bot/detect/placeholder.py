"""Putting the values of lists where a condition names them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod

from sigma.types import SigmaString, SpecialChars

from bot.core.problem import Problem
from bot.detect.condition import (
    All,
    AnyOf,
    Condition,
    Not,
    Operand,
    Part,
    Placeholder,
    Regex,
    Test,
    Text,
    Wild,
    placeholders,
    tests,
)
from bot.detect.live import LIVE, is_live
from bot.detect.regex import escape, fault
from bot.detect.rule import Rule
from bot.detect.suggest import did_you_mean

Lists = Mapping[str, Sequence[str]]
MOST_VALUES = 100_000  # texts that one value with several lists may stand for


def fill(condition: Condition, lists: Lists) -> Condition:
    """Return the condition with every placeholder replaced by the values of its list.

    A test whose list is empty is left with no operand and is never true. Raises ``KeyError`` for
    a list that is not there: `check_lists` tells so beforehand.
    """
    if isinstance(condition, Test):
        return _fill_test(condition, lists)
    if isinstance(condition, Not):
        return Not(child=fill(condition.child, lists))
    children = tuple(fill(child, lists) for child in condition.children)
    return AnyOf(children=children) if isinstance(condition, AnyOf) else All(children=children)


def _fill_test(test: Test, lists: Lists) -> Test:
    if not any(placeholders(operand) for operand in test.operands):
        return test
    pairs = [
        (filled, words)
        for operand, words in zip(test.operands, test.words, strict=True)
        for filled in _fill_operand(operand, lists)
    ]
    return Test(
        field=test.field,
        operands=tuple(operand for operand, _ in pairs),
        words=tuple(words for _, words in pairs),
        selection=test.selection,
        place=test.place,
    )


def _fill_operand(operand: Operand, lists: Lists) -> tuple[Operand, ...]:
    if isinstance(operand, Regex):
        return _fill_regex(operand, lists)
    if not isinstance(operand, Text):
        return (operand,)
    choices = [
        [_parts(value) for value in lists[part.name]]
        if isinstance(part, Placeholder)
        else [(part,)]
        for part in operand.parts
    ]
    return tuple(
        Text(parts=_merged(part for parts in chosen for part in parts), cased=operand.cased)
        for chosen in product(*choices)
    )


def _fill_regex(regex: Regex, lists: Lists) -> tuple[Operand, ...]:
    """Spell a list inside a pattern as one group of its values, each taken literally."""
    names = [part.name for part in regex.parts if isinstance(part, Placeholder)]
    if any(not lists[name] for name in names):
        return ()
    body = "".join(
        f"(?:{'|'.join(escape(value) for value in lists[part.name])})"
        if isinstance(part, Placeholder)
        else part
        for part in regex.parts
    )
    return (Regex(parts=(body,), flags=regex.flags, starts=regex.starts, ends=regex.ends),)


def _parts(value: str) -> tuple[Part, ...]:
    """Read a list's value as Sigma reads a value: with wildcards and escapes."""
    return tuple(
        (Wild.MANY if part is SpecialChars.WILDCARD_MULTI else Wild.ONE)
        if isinstance(part, SpecialChars)
        else str(part)
        for part in SigmaString(value).s
    )


def _merged(parts: Iterable[Part]) -> tuple[Part, ...]:
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return tuple(merged)


def check_lists(rule: Rule, lists: Lists) -> tuple[Problem, ...]:
    """Return a problem for every list of a rule that is not there or makes a test too large.

    A live list is always there: what is on it is known when an event needs it.
    """
    return tuple(
        Problem(place=test.place, message=message)
        for test in tests(rule.condition)
        for operand in test.operands
        for message in _wrong_with(operand, lists)
    )


def _wrong_with(operand: Operand, lists: Lists) -> Iterator[str]:
    unknown = sorted(name for name in placeholders(operand) if name not in lists)
    for name in unknown:
        if not is_live(name):
            yield f"there is no list '{name}'{did_you_mean(name, {*lists, *LIVE})}"
    if unknown or not isinstance(operand, Text | Regex):
        return
    if isinstance(operand, Text):
        named = [part.name for part in operand.parts if isinstance(part, Placeholder)]
        if prod(len(lists[name]) for name in named) > MOST_VALUES:
            yield f"the lists of this value make more than {MOST_VALUES:,} texts: split it"
        return
    for filled in _fill_regex(operand, lists):
        if isinstance(filled, Regex) and fault(filled) is not None:
            yield "with the values of its lists this regular expression is too large for RE2"
