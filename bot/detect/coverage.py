"""Which selections of playbooks their tests ever made true."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.detect.placeholder import Lists
from bot.detect.rule import PlaybookTest, Rule
from bot.detect.trial import events_of
from bot.detect.verdict import answer, selections
from bot.detect.zone import in_zone


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
    joined = tuple(rule for rule in rules if rule.correlation is not None)
    return tuple(
        _measure(rule, tuple(_tests(rule, joined)), lists, now)
        for rule in rules
        if rule.correlation is None
    )


def share(measured: Sequence[Coverage]) -> float:
    """Return how many of a hundred selections were true in some test; 100 when there are none."""
    covered = sum(len(each.covered) for each in measured)
    every = covered + sum(len(each.missed) for each in measured)
    return 100.0 if every == 0 else 100.0 * covered / every


def _tests(rule: Rule, joined: Sequence[Rule]) -> Iterator[PlaybookTest]:
    """Yield a rule's own tests and those of every correlation that it serves, also by another."""
    yield from rule.tests
    serves, before = {rule.playbook.id}, 0
    while len(serves) > before:
        before = len(serves)
        serves |= {
            other.playbook.id
            for other in joined
            if other.correlation is not None and serves.intersection(other.correlation.rules)
        }
    for other in joined:
        if other.playbook.id in serves:
            yield from other.tests


def _measure(rule: Rule, examples: Sequence[PlaybookTest], lists: Lists, now: datetime) -> Coverage:
    names = tuple(dict.fromkeys(name for name, _ in selections(rule.condition)))
    covered: set[str] = set()
    for example in examples:
        asked = rule if example.zone is None else in_zone(rule, example.zone)
        named = tuple(dict.fromkeys(selections(asked.condition)))
        known = {**lists, **rule.lists, **example.lists}
        for event in events_of(example, now=now):
            found = answer(asked, [part for _, part in named], event, known)
            covered |= {
                name for (name, _), match in zip(named, found, strict=True) if match is not None
            }
    return Coverage(
        rule=rule,
        covered=tuple(name for name in names if name in covered),
        missed=tuple(name for name in names if name not in covered),
    )
