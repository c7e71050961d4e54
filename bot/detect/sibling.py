"""Tests in a file of their own, for rules that cannot carry any: ``NAME.test.yml``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from bot.core.errors import ConfigurationError
from bot.core.forms import Told
from bot.core.problem import Place, Problem
from bot.detect.document import Document, read
from bot.detect.example import NO_ACTION, read_test, unnamed
from bot.detect.rule import PlaybookTest, Rule
from bot.detect.section import Section
from bot.detect.suggest import did_you_mean

Reader: TypeAlias = Callable[[str], Sequence[Told]]
"""Reads the file of events that a test names; raises `ConfigurationError` if it cannot be."""

_EVENT_FILE: Final = "event-file"


@dataclass(frozen=True, kw_only=True, slots=True)
class SiblingTest:
    """A test and the rule it is about: its id, name or title; empty: the only one beside it."""

    rule: str
    place: Place
    test: PlaybookTest


@dataclass(frozen=True, kw_only=True, slots=True)
class Siblings:
    """The usable tests of such a file, and everything found wrong with it."""

    path: str
    tests: tuple[SiblingTest, ...] = ()
    problems: tuple[Problem, ...] = ()


def parse_siblings(text: str, path: str, reader: Reader | None = None) -> Siblings:
    """Read a list of tests: ``rule``, and what a test inside a playbook has. Never raises.

    Such a test may also name an ``event-file``, which ``reader`` reads.
    """
    documents, faults = read(text, path)
    problems = list(faults)
    found: list[SiblingTest] = []
    for document in documents:
        if not isinstance(document.data, list):
            message = "a file of tests is a list: write '- rule: ...' with 'name', 'event', 'match'"
            problems.append(Problem(place=document.place(), message=message))
            continue
        for number in range(len(document.data)):
            found += _read(document, number, problems, reader)
    return Siblings(path=path, tests=tuple(found), problems=tuple(sorted(problems)))


def _read(
    document: Document, number: int, problems: list[Problem], reader: Reader | None
) -> list[SiblingTest]:
    section = Section(document, (number,), problems, name="a test")
    before = len(problems)
    told = _told(section, reader)
    if len(problems) > before:
        return []
    test = read_test(section, named=False, besides=("rule", _EVENT_FILE), told=told)
    rule = section.text("rule")
    if test is None or ("rule" in section.data and rule is None):
        return []
    place = document.place(number, "rule")
    return [SiblingTest(rule=rule or "", place=place, test=test)]


def _told(section: Section, reader: Reader | None) -> Sequence[Told] | None:
    """Return the events of the file that a test names; ``None`` if it names none."""
    if _EVENT_FILE not in section.data:
        return None
    name = section.text(_EVENT_FILE)
    if name is None:
        return ()
    try:
        if reader is None:
            raise ConfigurationError("files of events are read by 'tipstaff test' only")
        return reader(name)
    except ConfigurationError as error:
        section.note(str(error), _EVENT_FILE)
        return ()


def attach(
    rules: Sequence[Rule], siblings: Siblings
) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """Return the rules with their tests, and a problem for each test whose rule is not there.

    Rules of the file beside (``NAME.yml`` for ``NAME.test.yml``) are looked for first.
    """
    stem = siblings.path.rpartition(".test.")[0]
    beside = [rule for rule in rules if rule.playbook.place.path.rpartition(".")[0] == stem]
    added: dict[str, list[PlaybookTest]] = {}
    problems: list[Problem] = []
    for sibling in siblings.tests:
        rule = _named(sibling.rule, beside) or _named(sibling.rule, rules)
        if rule is None:
            problems.append(_unknown(sibling, beside or rules))
        elif rule.logsource.github and unnamed(sibling.test):
            problems.append(Problem(place=sibling.test.place, message=NO_ACTION))
        else:
            added.setdefault(rule.playbook.id, []).append(sibling.test)
    with_tests = tuple(
        replace(rule, tests=(*rule.tests, *added.get(rule.playbook.id, ()))) for rule in rules
    )
    return with_tests, tuple(problems)


def _named(name: str, rules: Sequence[Rule]) -> Rule | None:
    if not name:
        return rules[0] if len(rules) == 1 else None
    names = ((rule, (rule.playbook.id, rule.name, rule.playbook.title)) for rule in rules)
    return next((rule for rule, known in names if name in known), None)


def _unknown(sibling: SiblingTest, rules: Sequence[Rule]) -> Problem:
    titles = [rule.playbook.title for rule in rules]
    if not sibling.rule:
        return Problem(place=sibling.place, message="says no 'rule': add its title, name or id")
    message = f"there is no rule '{sibling.rule}'{did_you_mean(sibling.rule, titles[:20])}"
    return Problem(place=sibling.place, message=message)
