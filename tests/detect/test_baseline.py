"""What is wrong with a baseline is told, and what is not said has its default."""

from datetime import timedelta

import pytest

from bot.detect.trial import run_tests
from tests.detect.build import NOW
from tests.detect.correlation.stage import base, faultless, folder


def test_memory_and_learning_have_defaults() -> None:
    """Ninety days and fourteen."""
    (rule,) = faultless(base("a") + "baseline: {type: first_seen, field: user}\n")
    assert rule.baseline is not None
    assert rule.baseline.memory == timedelta(days=90)
    assert rule.baseline.learning == timedelta(days=14)
    assert rule.baseline.group_by == ()


def test_without_learning_the_first_value_is_new() -> None:
    """Of every key, from the first event on; each once."""
    text = base("a") + (
        "baseline: {type: first_seen, field: user, learning: 0d}\n"
        "tests:\n"
        "  - {name: first, event: {action: a, user: eve}, match: true}\n"
        "  - {name: again, match: true, sequence: [{event: {action: a, user: eve}}]}\n"
    )
    (rule,) = faultless(text)
    assert rule.baseline is not None
    assert rule.baseline.learning == timedelta(0)
    assert [outcome.failure for outcome in run_tests(rule, {}, now=NOW)] == ["", ""]


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ("at: +1d", "nothing does while it learns (14d from the first event of its key)"),
        ("at: +20d", "its condition is true, but no value of 'user' is new"),
    ],
)
def test_a_failed_test_says_what_the_baseline_knew(last: str, told: str) -> None:
    """Whether it still learned, or had seen the value."""
    text = base("a") + (
        "baseline: {type: first_seen, field: user}\n"
        "tests:\n  - name: n\n    match: true\n    sequence:\n"
        "      - {event: {action: a, user: eve}}\n"
        f"      - {{{last}, event: {{action: a, user: eve}}}}\n"
    )
    (rule,) = faultless(text)
    (outcome,) = run_tests(rule, {}, now=NOW)
    assert told in outcome.failure


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("field: user", "7:11: a baseline has no 'type': add 'type: first_seen'"),
        ("type: first_seen", "7:11: a baseline has no 'field'"),
        ("type: last_seen, field: user", "7:18: 'type' must be one of first_seen"),
        ("type: first_seen, field: 5", "7:37: 'field' must be a text"),
        ("type: first_seen, field: user, memory: long", "7:51: 'memory' must be a number and a"),
        (
            "type: first_seen, field: user, memory: 1d, learning: 2d",
            "7:51: 'memory' is shorter than 'learning'",
        ),
        ("type: first_seen, field: user, group_by: [a]", "7:43: unknown key 'group_by'"),
        ("type: first_seen, field: user, group-by: a", "7:53: 'group-by' must be a list of texts"),
    ],
)
def test_a_mistake_is_told_at_its_place(body: str, told: str) -> None:
    """The playbook is not used."""
    rules, problems = folder(base("a") + f"baseline: {{{body}}}\n")
    assert rules == ()
    assert len(problems) == 1
    assert problems[0].startswith(f"p.yml:{told}"), problems
