"""The ``condition`` line of a playbook, with its selections put in."""

import re
from collections.abc import Mapping
from functools import lru_cache

from pyparsing import ParseException
from sigma.conditions import (
    ConditionAND,
    ConditionIdentifier,
    ConditionItem,
    ConditionNOT,
    ConditionOR,
    ConditionSelector,
    SigmaCondition,
)
from sigma.exceptions import SigmaConditionError
from sigma.rule.detection import EmptySigmaDetections

from bot.detect.condition import All, AnyOf, Condition, Not
from bot.detect.suggest import did_you_mean

DEEPEST = 20  # parentheses and negations within each other: a parser that recurses reads them
LONGEST = 4000
_LOUD = re.compile(
    r"(?<![^\s(])(?!(?:and|or|not|of|all|any|them)\b)((?i:and|or|not|of|all|any|them))(?![^\s()])"
)
"""A word of conditions with a capital letter: Sigma knows the small ones only."""


class Unreadable(ValueError):
    """A condition that cannot be read; ``offset`` counts characters from its start."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


def read_expression(
    text: str, selections: Mapping[str, Condition]
) -> tuple[Condition, frozenset[str]]:
    """Return a condition's tree and the names of the selections it uses; raise `Unreadable`."""
    _check_size(text)
    try:
        parsed = _parse(text)
    except SigmaConditionError as error:
        raise _explain(text, error) from error
    used: set[str] = set()
    return _resolve(parsed, selections, used), frozenset(used)


@lru_cache(maxsize=256)
def _parse(text: str) -> object:
    """Return pySigma's tree, which nobody changes: most playbooks have one of a few conditions."""
    return SigmaCondition(text, EmptySigmaDetections()).parse(postprocess=False)


def _check_size(text: str) -> None:
    if len(text) > LONGEST:
        raise Unreadable(f"the condition is longer than {LONGEST} characters: name selections")
    depth = 0
    for offset, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth > DEEPEST:
            raise Unreadable(f"more than {DEEPEST} parentheses within each other", offset)
    if re.search(rf"(\bnot\s+){{{DEEPEST},}}", text):
        raise Unreadable(f"more than {DEEPEST} times 'not' in a row")


def _explain(text: str, error: SigmaConditionError) -> Unreadable:
    if "|" in text:
        message = (
            "counting by '|' in a condition was replaced by correlation rules: write one that "
            "refers to this rule"
        )
        return Unreadable(message, text.index("|"))
    if (found := re.search(r"\b(?!1\b)(\d+)\s+of\b", text)) is not None:
        message = f"'{found[0]}' is not known: write '1 of' (any) or 'all of'"
        return Unreadable(message, found.start())
    if (loud := _LOUD.search(text)) is not None:
        return Unreadable(f"write '{loud[1].lower()}' in small letters", loud.start(1))
    cause = error.__context__
    offset = cause.loc if isinstance(cause, ParseException) else 0
    rest = text[offset:].strip()
    if not rest:
        return Unreadable("the condition ends where a selection is expected", offset)
    operators = "join selections by 'and', 'or', 'not'"
    return Unreadable(f"the condition cannot be read at '{rest[:40]}': {operators}", offset)


def _resolve(node: object, selections: Mapping[str, Condition], used: set[str]) -> Condition:
    if isinstance(node, ConditionIdentifier):
        return _named(node.identifier, selections, used)
    if isinstance(node, ConditionSelector):
        return _selected(node, selections, used)
    if not isinstance(node, ConditionItem):
        raise Unreadable("the condition is empty: name a selection")
    children = tuple(_resolve(child, selections, used) for child in node.args)
    if isinstance(node, ConditionNOT):
        return Not(child=children[0])
    return _join(AnyOf if isinstance(node, ConditionOR) else All, children)


def _named(name: str, selections: Mapping[str, Condition], used: set[str]) -> Condition:
    if name not in selections:
        raise Unreadable(f"there is no selection '{name}'{did_you_mean(name, selections)}")
    used.add(name)
    return selections[name]


def _selected(
    node: ConditionSelector, selections: Mapping[str, Condition], used: set[str]
) -> Condition:
    """Resolve ``1 of`` and ``all of``; names with a leading ``_`` must be meant by the pattern."""
    pattern = "*" if node.pattern == "them" else node.pattern
    wanted = re.compile(".*".join(re.escape(piece) for piece in pattern.split("*")))
    names = [
        name
        for name in selections
        if wanted.fullmatch(name) and (pattern.startswith("_") or not name.startswith("_"))
    ]
    if not names:
        hint = did_you_mean(pattern, selections)
        raise Unreadable(f"no selection is named like '{node.pattern}'{hint}")
    used.update(names)
    kind = All if node.cond_class is ConditionAND else AnyOf
    return _join(kind, tuple(selections[name] for name in names))


def _join(kind: type[All] | type[AnyOf], children: tuple[Condition, ...]) -> Condition:
    return children[0] if len(children) == 1 else kind(children=children)
