"""Sigma filters change the rules they name, and only those."""

import pytest

from tests.detect.correlation.stage import (
    Play,
    base,
    correlation,
    faultless,
    folder,
    happening,
    number,
)


def sifting(rules: str, *, selection: str = "{actor: eve}", condition: str = "not s") -> str:
    """Return a filter."""
    return (
        "title: f\nlogsource: {product: github, service: audit}\n"
        f"filter: {{rules: {rules}, s: {selection}, condition: {condition}}}\n"
    )


@pytest.mark.parametrize("rules", ["[a]", f"['{number(1)}']", "a", "any", "[]"])
def test_a_filter_leaves_out_what_it_says(rules: str) -> None:
    """By name, by id, one or many, or any rule of its log source."""
    stage = Play(faultless(base("a"), sifting(rules)))
    assert stage.see(happening("a", actor="eve"), happening("a", actor="bob")) == ["a"]


def test_other_rules_are_left_alone() -> None:
    """A filter that names one rule does not touch its neighbour."""
    stage = Play(faultless(base("a"), base("b", 2), sifting("[a]")))
    assert stage.see(happening("a", actor="eve"), happening("b", actor="eve")) == ["b"]


def test_a_filtered_rule_is_no_sighting() -> None:
    """A correlation counts what its filtered rules match."""
    body = "type: event_count, rules: [a], timespan: 1h, condition: {gte: 1}"
    stage = Play(faultless(correlation(body), base("a"), sifting("[a]")))
    assert stage.see(happening("a", actor="eve")) == []
    assert stage.see(happening("a", actor="bob")) == ["c"]


def test_a_list_of_a_filter_must_be_there() -> None:
    """A rule whose filter names a list that nobody has is not used without it."""
    selection = "{'actor|expand': '%robots%'}"
    rules, problems = folder(base("a"), sifting("[a]", selection=selection))
    assert rules == ()
    assert len(problems) == 1
    assert "there is no list 'robots'" in problems[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (sifting("[x]"), "there is no usable rule with the name or id 'x'"),
        (sifting("[c]"), "'c' is a correlation: filter the rules it refers to"),
        (sifting("5"), "'rules' must be 'any' or a list of rules, not 5"),
        (sifting("[a]").replace("rules: [a], ", ""), "filter has no 'rules'"),
        (sifting("[a]").replace(", condition: not s", ""), "filter has no 'condition'"),
        (sifting("[a]").replace("s: {actor: eve}, ", ""), "filter has no selection"),
        (sifting("[a]").replace("title: f\n", ""), "a filter has no 'title'"),
        (sifting("[a]", condition="s"), "warning: this filter keeps only what its selection"),
        (
            sifting("[a]").replace("service: audit", "service: other"),
            "'a' has another log source than this filter",
        ),
    ],
)
def test_a_mistake_is_told(text: str, told: str) -> None:
    """What cannot be applied says why."""
    body = "type: event_count, rules: [a], timespan: 1h, condition: {gte: 1}"
    _, problems = folder(correlation(body), base("a"), text)
    assert any(told in problem for problem in problems), problems
