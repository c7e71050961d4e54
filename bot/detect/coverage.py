"""Which selections of playbooks their tests ever made true."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.detect.placeholder import Lists
from bot.detect.rule import PlaybookTest, Rule
from bot.detect.trial import events_of
from bot.detect.verdict import answer, selections


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """The selections of one playbook that some test made true, and those that none did."""

    rule: Rule
    covered: tuple[str, ...]
    missed: tuple[str, ...]


def measure(rules: Sequence[Rule], lists: Lists, *, now: datetime) -> tuple[Coverage, ...]:
    """Return the coverage of every playbook that has selections.

    A rule that serves a correlation is also tested by the correlation's own tests. ``now`` is
    when the tests' events are said to come.
    """
    return tuple(
        _measure(rule, tuple(_tests(rule, rules)), lists, now)
        for rule in rules
        if rule.correlation is None
    )


def share(measured: Sequence[Coverage]) -> float:
    """Return how many of a hundred selections were true in some test; 100 when there are none."""
    covered = sum(len(each.covered) for each in measured)
    every = covered + sum(len(each.missed) for each in measured)
    return 100.0 if every == 0 else 100.0 * covered / every


def _tests(rule: Rule, rules: Sequence[Rule]) -> Iterator[PlaybookTest]:
    yield from rule.tests
    for other in rules:
        if other.correlation is not None and rule.playbook.id in other.correlation.rules:
            yield from other.tests


def _measure(rule: Rule, examples: Sequence[PlaybookTest], lists: Lists, now: datetime) -> Coverage:
    named = tuple(dict.fromkeys(selections(rule.condition)))
    covered: set[str] = set()
    for example in examples:
        known = {**lists, **rule.lists, **example.lists}
        for event in events_of(example, now=now):
            found = answer(rule, [part for _, part in named], event, known)
            covered |= {
                name for (name, _), match in zip(named, found, strict=True) if match is not None
            }
    names = tuple(dict.fromkeys(name for name, _ in named))
    return Coverage(
        rule=rule,
        covered=tuple(name for name in names if name in covered),
        missed=tuple(name for name in names if name not in covered),
    )
