"""What is wrong with a correlation is told at its place, with what to write instead."""

import pytest

from bot.detect.correlation.model import Bound, Branch, Kind
from bot.detect.linking import link
from bot.detect.parse import parse
from tests.detect.correlation.stage import base, correlation, faultless, folder, number

COUNT = "type: event_count, rules: [a], timespan: 1h, condition: {gte: 3}"
BOTH = "type: temporal, rules: [a, b], timespan: 1h"

# What stands in the correlation's braces, which open in line 5 (column 15), and what is told.
TABLE = {
    "no type": (COUNT.replace("type: event_count, ", ""), ["5:14: a correlation has no 'type'"]),
    "unknown type": (
        COUNT.replace("event_count", "event_cuont"),
        ["5:21: 'type' must be one of event_count, value_count"],
    ),
    "no timespan": (COUNT.replace("timespan: 1h, ", ""), ["5:14: a correlation has no 'timespan'"]),
    "bad timespan": (
        COUNT.replace("1h", "1 hour"),
        ["5:56: 'timespan' must be a number and a unit (s, m, h, d, w, M, y), such as 90m"],
    ),
    "no rules": (
        COUNT.replace("rules: [a], ", ""),
        ["5:14: a correlation has no 'rules'"],
    ),
    "unknown key": (COUNT + ", group_by: [x]", ["5:81: unknown key 'group_by' in a correlation"]),
    "no condition": (
        COUNT.replace(", condition: {gte: 3}", ""),
        ["5:14: a correlation has no 'condition'"],
    ),
    "no comparison": (
        COUNT.replace("{gte: 3}", "{}"),
        ["5:71: the condition compares with nothing: add one of gt, gte, lt, lte, eq, neq"],
    ),
    "unknown comparison": (
        COUNT.replace("gte: 3", "gte: 3, get: 4"),
        ["5:80: unknown key 'get' in a correlation's condition"],
    ),
    "no number": (COUNT.replace("gte: 3", "gte: three"), ["5:77: 'gte' must be a number"]),
    "too many": (
        COUNT.replace("gte: 3", "gte: 5000"),
        ["5:77: at most 2,000 events of a group are kept: ask for fewer"],
    ),
    "field where nothing is measured": (
        COUNT.replace("gte: 3", "gte: 3, field: user"),
        ["5:80: unknown key 'field' in a correlation's condition"],
    ),
    "no field": (
        COUNT.replace("event_count", "value_sum"),
        ["5:69: a correlation's condition has no 'field'"],
    ),
    "no percentile": (
        COUNT.replace("event_count", "value_percentile").replace("gte: 3", "gte: 3, field: n"),
        ["5:76: a correlation's condition has no 'percentile'"],
    ),
    "an expression that counts": (
        COUNT.replace("{gte: 3}", "a and b"),
        ["5:71: the condition of event_count must look like '{gte: 3}', not 'a and b'"],
    ),
    "an unreadable expression": (
        BOTH + ", condition: a adn b",
        ["5:73: the condition cannot be read at 'adn b': join names of rules by"],
    ),
    "an expression of ids": (
        BOTH + ", condition: a and not 0f06a3a5-6a09-413f-8743-e6cf35561297",
        ["5:81: a boolean condition takes no '0f06a3a5-6a09-413f-8743-e6cf35561297': give that"],
    ),
    "an expression of names with dashes": (
        BOTH + ", condition: a and not b-c",
        ["5:81: a boolean condition takes no 'b-c': give that rule a 'name'"],
    ),
    "true of nothing": (
        BOTH + ", condition: not a or not b",
        ["5:71: the condition is true when nothing happens at all: name a rule"],
    ),
    "never true": (
        BOTH + ", condition: a and b and not b",
        ["5:71: the condition can never be true"],
    ),
    "a rule the condition leaves out": (
        BOTH + ", condition: a",
        ["5:71: the condition does not say what to do with 'b'"],
    ),
    "a rule only the condition names": (
        BOTH + ", condition: a and b and x",
        ["5:71: the condition names 'x', which is not in 'rules'"],
    ),
    "a rule twice": (
        COUNT.replace("[a]", "[a, a]"),
        ["5:45: 'a' is named twice: name each rule once"],
    ),
    "an unknown rule": (
        COUNT.replace("[a]", "[aa]"),
        ["5:42: there is no usable rule with the name or id 'aa'; did you mean 'a'?"],
    ),
    "an alias of an unknown rule": (
        COUNT + ", group-by: [who], aliases: {who: {z: user}}",
        ["5:114: there is no usable rule with the name or id 'z'"],
    ),
    "an alias of another rule": (
        COUNT + ", group-by: [who], aliases: {who: {a: user, b: actor}}",
        ["5:123: 'b' is not among the correlation's rules"],
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_mistake_is_told_at_its_place(name: str) -> None:
    """Each problem says where it is and what to write; the correlation is not used."""
    body, expected = TABLE[name]
    rules, found = folder(correlation(body), base("a", 1), base("b", 2))
    problems = [problem for problem in found if "warning: it stays silent" not in problem]
    assert len(problems) == len(expected)
    for problem, wanted in zip(problems, expected, strict=True):
        assert problem.startswith(f"p.yml:{wanted}")
    assert {rule.name for rule in rules} == {"a", "b"}
    assert len(found) - len(problems) == sum(rule.quiet for rule in rules)


def test_every_part_of_a_correlation_is_read() -> None:
    """Rules by name or id, aliases, a range, and what it says of its rules."""
    body = (
        f"type: value_count, rules: [a, {number(2)}], timespan: 90m, group-by: who, "
        "aliases: {who: {a: user, b: actor}}, condition: {gt: 2, lte: 9, field: repo}, "
        "generate: true"
    )
    rules = {rule.name: rule for rule in faultless(correlation(body), base("a", 1), base("b", 2))}
    found = rules["c"].correlation
    assert found is not None
    assert found.kind is Kind.VALUE_COUNT
    assert found.rules == (number(1), number(2))
    assert found.timespan.total_seconds() == 5_400
    assert found.bounds == (Bound(compare="gt", number=2), Bound(compare="lte", number=9))
    assert [found.field_of("who", rule) for rule in found.rules] == ["user", "actor"]
    assert [rules[name].quiet for name in "abc"] == [False, False, False]


def test_a_condition_becomes_the_ways_it_can_be_true() -> None:
    """Nested not, and, or; what another way covers is left out, and the rules come from it."""
    body = "type: temporal, timespan: 1h, condition: a and not (b or not a) or a and b and b"
    (found,) = [
        rule.correlation
        for rule in faultless(correlation(body), base("a"), base("b", 2))
        if rule.correlation
    ]
    assert found.rules == (number(1), number(2))
    assert set(found.branches) == {
        Branch(seen=frozenset({number(1)}), unseen=frozenset({number(2)})),
        Branch(seen=frozenset({number(1), number(2)})),
    }


def test_operators_in_capitals_are_operators() -> None:
    """As Sigma's own example of a temporal condition writes them."""
    body = "type: temporal_ordered, timespan: 1h, condition: a AND NOT b"
    (found,) = [
        rule.correlation
        for rule in faultless(correlation(body), base("a"), base("b", 2))
        if rule.correlation
    ]
    assert found.branches == (Branch(seen=frozenset({number(1)}), unseen=frozenset({number(2)})),)


def test_correlations_may_not_go_in_circles() -> None:
    """Those in the circle and those above it are refused; what is apart from it is not."""
    one = correlation("type: temporal, rules: [two, a], timespan: 1h", name="one", position=91)
    two = correlation("type: temporal, rules: [one, a], timespan: 1h", name="two", position=92)
    top = correlation("type: temporal, rules: [one, a], timespan: 1h", name="top", position=93)
    rules, problems = folder(one, two, top, base("a"), correlation(COUNT))
    assert [rule.name for rule in rules] == ["a", "c"]
    circle = "the correlation refers to itself by way of its rules: break the circle"
    assert sorted(problem.partition(": ")[2] for problem in problems) == [
        circle,
        circle,
        "the correlation refers to one that cannot be used: see its problem",
    ]


def test_a_name_of_two_rules_must_be_made_clear() -> None:
    """Two rules of one name cannot be told apart: the id must be given."""
    rules, problems = folder(correlation(COUNT), base("a", 1), base("a", 2))
    assert [(rule.name, rule.quiet) for rule in rules] == [("a", True), ("a", True)]
    assert len(problems) == 3
    assert "refer to the id" in problems[0]


def test_only_rules_without_generate_are_quiet() -> None:
    """A rule that a correlation uses does not alert by itself unless one says so."""
    other = correlation(COUNT + ", generate: true", name="d", position=91)
    assert {rule.name: rule.quiet for rule in faultless(correlation(COUNT), base("a"))} == {
        "a": True,
        "c": False,
    }
    assert not any(rule.quiet for rule in faultless(correlation(COUNT), other, base("a")))


LOUD = COUNT + ", generate: true"
BROKEN = {
    "a wrong key": (correlation(COUNT + ", group_by: [x]"), {"a"}),
    "a wrong key of the playbook": (correlation(COUNT, rest="test: []\nresponse: 5\n"), {"a"}),
    "an unknown rule beside": (correlation(COUNT.replace("[a]", "[a, zz]")), {"a"}),
    "no type": (correlation("rules: [a, b], timespan: 1h"), {"a", "b"}),
    "no more than a condition": (correlation("type: temporal, condition: a and not b"), {"a", "b"}),
    "an id": (correlation(f"type: x, rules: [{number(2).upper()}]"), {"b"}),
    "one rule": (correlation("type: x, rules: b"), {"b"}),
    "a key written twice": (correlation(COUNT + ", type: temporal"), {"a"}),
    "no YAML": (correlation("type: temporal, rules: [a, b"), {"a", "b"}),
    "no YAML, in lines": ("correlation:\n  rules:\n    - a\n   - b\n", {"a", "b"}),
    "rules that alert anyway": (correlation(LOUD + ", group_by: [x]"), set()),
    "rules that alert anyway, no YAML": (correlation(LOUD + ", x: ["), set()),
    "nothing of use": (correlation("type: [], rules: {}, condition: 5"), set()),
    "no mapping": ("title: c\nlevel: low\ncorrelation: [a]\n", set()),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_parts_of_a_correlation_that_cannot_be_used_stay_silent(name: str) -> None:
    """They must not alert one by one because what joined them is broken; and that is told."""
    text, silent = BROKEN[name]
    broken = parse(text, "c.yml")
    parts = parse("---\n".join((base("a", 1), base("b", 2), base("other", 3))), "p.yml")
    rules, problems = link((*parts.rules, *broken.rules), (), {}, broken.broken)
    assert {rule.name for rule in rules if rule.quiet} == silent
    told = [problem for problem in problems if "it stays silent" in problem.message]
    assert all(problem.severity == "warning" for problem in told)
    assert {str(problem.place) for problem in told} == {
        str(rule.playbook.place) for rule in rules if rule.quiet
    }


def test_another_correlation_in_order_says_what_its_rules_do() -> None:
    """One that says `generate: true` is heard, though a broken one names the rule, too."""
    sound = correlation(LOUD, name="d", position=91)
    rules, problems = folder(correlation(COUNT + ", group_by: [x]"), sound, base("a"))
    assert [rule.name for rule in rules if rule.quiet] == []
    assert len(problems) == 1
