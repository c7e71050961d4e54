"""Every check of playbooks that can be used, run over each of them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from bot.core.problem import Problem
from bot.detect.rule import Rule
from bot.lint.conduct import check_permissions, check_reverts
from bot.lint.fields import check_fields
from bot.lint.meaning import check_actions, check_condition, check_sources
from bot.lint.upkeep import check_metadata, check_tests
from bot.manifest import Manifest

CHECKS: Final[tuple[Callable[[Rule], Iterator[Problem]], ...]] = (
    check_metadata,
    check_tests,
    check_actions,
    check_sources,
    check_condition,
    check_fields,
    check_reverts,
)
"""The checks that need the playbook alone."""


def lint(rules: Sequence[Rule], manifest: Manifest | None = None) -> tuple[Problem, ...]:
    """Return what is doubtful about playbooks that load, in the order of their places.

    With the App's ``manifest`` also what it may not do or is not told of. Of other logs than
    GitHub's nothing is known here, so that rules for them are not asked.
    """
    rules = [rule for rule in rules if rule.logsource.github]
    found = [problem for rule in rules for check in CHECKS for problem in check(rule)]
    if manifest is not None:
        found += [problem for rule in rules for problem in check_permissions(rule, manifest)]
    return tuple(sorted(found))
