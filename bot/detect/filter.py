"""Sigma filters: one condition added to several rules, so that they need not be copied.

As in pySigma, a filter's condition must hold *as well*: leaving something out is written
``condition: not selection``. Filters do not apply to correlations, but to what those refer to.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.core.problem import Place, Problem
from bot.detect.condition import All, AnyOf, Condition, Not, lists_needed
from bot.detect.correlation.resolve import Directory
from bot.detect.detection import read_detection
from bot.detect.metadata import read_logsource
from bot.detect.rule import Filter, LogSource, Rule
from bot.detect.section import Section, shown

_ANY: Final = "any"


def read_filter(section: Section) -> Filter | None:
    """Return the filter of a document; what is not usable is noted."""
    before = len(section.problems)
    section.require("title", "'title: ...'")
    title = section.text("title")
    logsource = None
    if section.require("logsource", "'logsource: {product: github, service: audit}'"):
        path = (*section.path, "logsource")
        logsource = read_logsource(
            Section(section.document, path, section.problems, name="logsource")
        )
    path = (*section.path, "filter")
    inner = Section(section.document, path, section.problems, name="filter")
    rules = _rules(inner)
    condition = read_detection(inner, besides=("rules",))
    if title is None or logsource is None or condition is None or rules is None:
        return None
    if any(problem.severity == "error" for problem in section.problems[before:]):
        return None
    if not _leaves_out(condition):
        inner.note(
            "this filter keeps only what its selection matches: to leave that out, write "
            "'condition: not ...'",
            "condition",
            severity="warning",
        )
    return Filter(
        title=title,
        rules=rules or None,
        condition=condition,
        logsource=logsource,
        place=section.document.place(*section.path),
    )


def _rules(section: Section) -> tuple[tuple[str, Place], ...] | None:
    """Return the rules a filter names, none for ``any``; ``None`` when that is not usable."""
    if not section.require("rules", "'rules: [...]' (names or ids of rules, or 'any')"):
        return None
    given = section.data["rules"]
    if given in ([], _ANY) or (isinstance(given, str) and given.lower() == _ANY):
        return ()
    if isinstance(given, str) and given:
        return ((given, section.document.place(*section.path, "rules")),)
    if not isinstance(given, list) or not all(isinstance(each, str) and each for each in given):
        section.note(f"'rules' must be 'any' or a list of rules, not {shown(given)}", "rules")
        return None
    return tuple(
        (name, section.document.place(*section.path, "rules", number))
        for number, name in enumerate(given)
    )


def _leaves_out(condition: Condition) -> bool:
    if isinstance(condition, Not):
        return True
    return isinstance(condition, All | AnyOf) and any(map(_leaves_out, condition.children))


def apply_filters(
    rules: Sequence[Rule], filters: Sequence[Filter]
) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """Return the rules with the filters that concern them, and what is wrong with the filters.

    A filter applies to rules of its log source; one that names none of those is a problem.
    """
    problems: list[Problem] = []
    conditions: dict[str, list[Condition]] = {}
    directory = Directory(rules)
    for each in filters:
        for rule in _concerned(each, rules, directory, problems):
            conditions.setdefault(rule.playbook.id, []).append(each.condition)
    return tuple(_filtered(rule, conditions) for rule in rules), tuple(problems)


def _concerned(
    given: Filter, rules: Sequence[Rule], directory: Directory, problems: list[Problem]
) -> list[Rule]:
    plain = [rule for rule in rules if rule.correlation is None]
    if given.rules is None:
        return [rule for rule in plain if _covers(given.logsource, rule.logsource)]
    concerned = []
    for name, place in given.rules:
        found = directory.find(name, place)
        if isinstance(found, Problem):
            problems.append(found)
        elif found.correlation is not None:
            message = f"'{name}' is a correlation: filter the rules it refers to"
            problems.append(Problem(place=place, message=message))
        elif not _covers(given.logsource, found.logsource):
            message = f"'{name}' has another log source than this filter: make them agree"
            problems.append(Problem(place=place, message=message))
        else:
            concerned.append(found)
    return concerned


def _covers(wider: LogSource, narrower: LogSource) -> bool:
    """Say whether a log source is part of another: what the other does not name is open."""
    return all(
        not asked or asked.lower() == has.lower()
        for asked, has in (
            (wider.product, narrower.product),
            (wider.service, narrower.service),
            (wider.category, narrower.category),
        )
    )


def _filtered(rule: Rule, conditions: dict[str, list[Condition]]) -> Rule:
    added = conditions.get(rule.playbook.id)
    if not added:
        return rule
    condition = All(children=(rule.condition, *added))
    return replace(rule, condition=condition, placeholders=lists_needed(condition))
