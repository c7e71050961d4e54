"""The rules of a whole folder joined: filters applied, correlations tied to their rules."""

from collections.abc import Sequence

from bot.core.problem import Problem
from bot.detect.correlation.resolve import resolve
from bot.detect.correlation.salvage import Broken
from bot.detect.filter import apply_filters
from bot.detect.placeholder import Lists, check_lists
from bot.detect.rule import Filter, Rule


def link(
    rules: Sequence[Rule],
    filters: Sequence[Filter],
    lists: Lists,
    broken: Sequence[Broken] = (),
) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """Return the rules as they act together, and what is wrong between them.

    Whatever reads several files calls this once, with every rule that is usable by itself;
    ``broken`` are the correlations that are not, whose rules stay silent all the same.
    """
    filtered, problems = apply_filters(rules, filters)
    found = list(problems)
    kept = []
    for before, rule in zip(rules, filtered, strict=True):
        wrong = () if rule is before else check_lists(rule, {**lists, **rule.lists})
        found += wrong
        if not wrong:
            kept.append(rule)
    linked, complaints = resolve(kept, broken)
    return linked, (*found, *complaints)
