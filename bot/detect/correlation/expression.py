"""The boolean condition of a temporal correlation: ``a and not b``, as ways for it to be true."""

import re
from typing import Final

from pyparsing import ParseException
from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionItem,
    CorrelationConditionNOT,
    SigmaExtendedCorrelationCondition,
    SigmaRuleReference,
)
from sigma.exceptions import SigmaError

from bot.detect.correlation.model import Branch
from bot.detect.expression import DEEPEST, Unreadable

LONGEST: Final = 2_000
MOST_BRANCHES: Final = 64

_SHOUTED: Final = re.compile(r"\b(?:AND|OR|NOT)\b")

_NO_NAME: Final = re.compile(r"(?<![\w-])(?:\d[\w-]*|\w+-[\w-]*)")
"""A rule's id, or a name that Sigma's grammar of conditions does not read."""

Terms = list[Branch]


def read_branches(text: str) -> tuple[tuple[Branch, ...], tuple[str, ...]]:
    """Return the ways a condition can be true, and the rules it names in order; each once.

    Raises `Unreadable` for what is no such condition, what is true when nothing happens at all,
    and what can never be true. Sigma's own examples write operators in capitals, too.
    """
    text = _SHOUTED.sub(lambda found: found[0].lower(), text)
    _check_size(text)
    try:
        parsed = SigmaExtendedCorrelationCondition(text)
    except SigmaError as error:
        if (wrong := _NO_NAME.search(text)) is not None:
            message = (
                f"a boolean condition takes no '{wrong[0]}': give that rule a 'name' of letters, "
                "digits and '_' (not a digit first), and write it here and in 'rules'"
            )
            raise Unreadable(message, wrong.start()) from error
        cause = error.__context__
        offset = cause.loc if isinstance(cause, ParseException) else 0
        message = (
            f"the condition cannot be read at '{text[offset:].strip()[:40]}': join names of rules "
            "by 'and', 'or', 'not'"
        )
        raise Unreadable(message, offset) from error
    branches = _minimal(_ways(parsed.parsed, negated=False))
    if not branches:
        raise Unreadable("the condition can never be true: it asks for a rule and for its absence")
    if any(not branch.seen for branch in branches):
        raise Unreadable(
            "the condition is true when nothing happens at all: name a rule that must be seen"
        )
    return tuple(branches), tuple(parsed.get_referenced_rules())


def _check_size(text: str) -> None:
    if len(text) > LONGEST:
        raise Unreadable(f"the condition is longer than {LONGEST} characters: chain correlations")
    depth = 0
    for offset, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth > DEEPEST:
            raise Unreadable(f"more than {DEEPEST} parentheses within each other", offset)
    if text.split().count("not") > DEEPEST:
        raise Unreadable(f"more than {DEEPEST} times 'not': chain correlations")


def _ways(node: CorrelationConditionItem | SigmaRuleReference, *, negated: bool) -> Terms:
    """Return the disjunctive normal form."""
    if isinstance(node, SigmaRuleReference):
        name = frozenset({node.reference})
        return [Branch(seen=frozenset(), unseen=name) if negated else Branch(seen=name)]
    if isinstance(node, CorrelationConditionNOT):
        return _ways(node.args[0], negated=not negated)
    children = [_ways(child, negated=negated) for child in node.args]
    if isinstance(node, CorrelationConditionAND) is negated:
        return _limited([branch for ways in children for branch in ways])
    joined = [Branch(seen=frozenset())]
    for ways in children:
        joined = _limited(
            [
                Branch(seen=left.seen | right.seen, unseen=left.unseen | right.unseen)
                for left in joined
                for right in ways
            ]
        )
    return joined


def _limited(branches: Terms) -> Terms:
    possible = _minimal(branches)
    if len(possible) > MOST_BRANCHES:
        raise Unreadable("the condition has too many alternatives: chain correlations")
    return possible


def _minimal(branches: Terms) -> Terms:
    """Leave out what can never be true, and what another branch covers."""
    possible = [each for each in dict.fromkeys(branches) if not each.seen & each.unseen]
    return [
        each
        for each in possible
        if not any(
            other.seen <= each.seen and other.unseen <= each.unseen and other != each
            for other in possible
        )
    ]
