"""Which selections the tests of playbooks ever made true."""

from bot.detect.coverage import measure, share
from bot.detect.linking import link
from bot.detect.parse import parse
from tests.detect.build import NOW, playbook, rule

DETECTION = (
    "a: {x: one}\nb: {y: two}\nout: {user|expand: '%friends%'}\ncondition: (a or b) and not out"
)


def covered(tests: str) -> tuple[tuple[str, ...], tuple[str, ...], float]:
    """Return the selections that these tests made true, those they did not, and the share."""
    text = playbook(DETECTION, rest=f"tests:\n{tests}")
    (only,) = measured = measure([rule(text)], {"friends": ["ann"]}, now=NOW)
    return only.covered, only.missed, share(measured)


def test_a_selection_that_no_test_made_true_is_missed() -> None:
    """Whether the playbook as a whole matched does not matter."""
    tests = "  - {name: n, event: {action: e, x: one, user: ann}, match: false}\n"
    assert covered(tests) == (("a", "out"), ("b",), 200 / 3)


def test_several_tests_cover_together() -> None:
    """What one test leaves, another may try; a test's own lists count."""
    tests = (
        "  - {name: n, event: {action: e, x: one}, match: true}\n"
        "  - {name: m, event: {action: e, y: two, user: eve}, lists: {friends: [eve]}, "
        "match: false}\n"
    )
    assert covered(tests) == (("a", "b", "out"), (), 100.0)


def test_a_list_that_is_not_known_covers_nothing() -> None:
    """A test that does not give a live list says nothing about the selection that asks for it."""
    text = playbook(
        DETECTION, rest="tests:\n  - {name: n, event: {action: e, x: one}, match: true}\n"
    )
    (only,) = measure([rule(text)], {}, now=NOW)
    assert only.missed == ("b", "out")


def test_nothing_to_cover_is_covered() -> None:
    """No playbook is no reason to fail."""
    assert share(()) == 100.0


def test_a_rule_is_also_tested_through_a_chain() -> None:
    """The tests of a correlation try what serves the correlations that it names."""
    base = playbook("s: {action: e}\ncondition: s", number=1, rest="name: base\n")
    inner = (
        "title: I\nid: 11111111-2222-4333-8444-000000000002\nname: inner\nlevel: low\n"
        "correlation: {type: event_count, rules: [base], timespan: 1h, condition: {gte: 2}}\n"
    )
    outer = (
        "title: O\nid: 11111111-2222-4333-8444-000000000003\nlevel: low\n"
        "correlation: {type: temporal, rules: [inner], timespan: 1h}\n"
        "tests:\n  - name: n\n    match: true\n"
        "    sequence: [{event: {action: e}}, {at: +1m, event: {action: e}}]\n"
    )
    parsed = parse("---\n".join((base, inner, outer)), "p.yml")
    rules, problems = link(parsed.rules, (), {})
    assert (*parsed.problems, *problems) == ()
    (only,) = measure(rules, {}, now=NOW)
    assert (only.covered, only.missed) == (("s",), ())
