"""Tests that playbooks carry may be sequences, with a clock of their own."""

import pytest

from bot.detect.trial import Outcome, run_tests
from tests.detect.build import NOW
from tests.detect.correlation.stage import base, correlation, faultless, folder

COUNT = "type: event_count, rules: [a], timespan: 10m, condition: {gte: 2}"
ABSENT = "type: temporal_ordered, rules: [a, b], timespan: 10m, condition: a and not b"


def outcome(body: str, test: str) -> Outcome:
    """Return what came of the one test of a correlation."""
    rules = faultless(correlation(body, rest=f"tests:\n  - {test}\n"), base("a"), base("b", 2))
    rule = next(rule for rule in rules if rule.correlation)
    (only,) = run_tests(rule, {}, now=NOW, among=rules)
    return only


@pytest.mark.parametrize(
    ("body", "sequence", "matches"),
    [
        (COUNT, "{event: {action: a}}, {at: +10m, event: {action: a}}", True),
        (COUNT, "{event: {action: a}}, {at: +11m, event: {action: a}}", False),
        (COUNT, "{at: +9m, event: {action: a}}, {at: +0m, event: {action: a}}", True),
        (
            COUNT,
            (
                "{at: '2026-01-01T00:00:00Z', event: {action: a}}, "
                "{at: '2026-01-01T00:10:00Z', event: {action: a}}"
            ),
            True,
        ),
        (
            COUNT,
            (
                "{event: {action: a, '@timestamp': 1795329000000}}, "
                "{event: {action: a, '@timestamp': 1795330000000}}"
            ),
            False,
        ),
        (ABSENT, "{event: {action: a}}", True),
        (ABSENT, "{event: {action: a}}, {at: +3m, event: {action: b}}", False),
        (ABSENT, "{event: {action: a}}, {at: +30m, event: {action: b}}", True),
    ],
)
def test_a_sequence_is_played_by_its_times(body: str, sequence: str, matches: bool) -> None:
    """Each item comes at its time, late ones late, and all that is waited for passes."""
    for promised in (True, False):
        word = str(promised).lower()
        found = outcome(body, f"{{name: t, match: {word}, sequence: [{sequence}]}}")
        assert found.passed is (promised is matches), found.failure


def test_a_delivery_in_a_sequence_comes_by_the_usual_path() -> None:
    """It is normalised as GitHub's are."""
    item = "{delivery: {event: repository, payload: {action: publicized}}}"
    rules = faultless(
        correlation(
            COUNT, rest=f"tests:\n  - {{name: t, match: true, sequence: [{item}, {item}]}}\n"
        ),
        base("a").replace("action: a", "action: repo.access"),
    )
    (found,) = run_tests(rules[0], {}, now=NOW, among=rules)
    assert found.passed, found.failure
    assert found.match is not None
    assert len(found.match.reasons) == 2


def test_a_base_rule_is_tested_as_it_would_alert_alone() -> None:
    """That a correlation keeps it quiet is no matter to its own tests."""
    tests = "tests:\n  - {name: t, match: true, event: {action: a}}\n"
    rules = faultless(correlation(COUNT), base("a") + tests)
    (found,) = run_tests(rules[1], {}, now=NOW, among=rules)
    assert found.passed, found.failure


@pytest.mark.parametrize(
    ("sequence", "told"),
    [
        ("[]", "'sequence' is empty"),
        ("[{at: 5m, event: {action: a}}]", "'at' must be a span after the beginning"),
        ("[{at: +5m}]", "an item needs exactly one of 'event' or 'delivery'"),
        ("[{when: +5m, event: {action: a}}]", "unknown key 'when' in an item"),
        ("[{event: {user: a}}]", "the event has no 'action'"),
    ],
)
def test_a_mistake_in_a_sequence_is_told(sequence: str, told: str) -> None:
    """What cannot be played is no test."""
    test = f"tests:\n  - {{name: t, match: true, sequence: {sequence}}}\n"
    _, problems = folder(correlation(COUNT, rest=test), base("a"))
    mistake, silenced = problems  # the rule that the unusable correlation names does not alert
    assert told in mistake
    assert "stays silent" in silenced
