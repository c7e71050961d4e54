"""The compiled matcher answers as a slow and obvious reading of Sigma does."""

from typing import Any

import yaml
from hypothesis import event as note
from hypothesis import given
from hypothesis import strategies as st

from bot.detect.matcher import compile_rules
from bot.detect.rule import Rule
from tests.detect.build import event, playbook, rule
from tests.detect.reference import matches

FIELDS = ["action", "user", "list", "deep.x", "deep.y.z"]

# Few letters, so that rules and events meet; ASCII only, where every notion of case agrees.
texts = st.text(alphabet="aAbB1.-", max_size=4)
patterns = st.text(alphabet="aAbB1.-*?", max_size=4)
numbers = st.integers(-2, 12) | st.sampled_from([0.5, 1.0, 11.0])
scalars = st.none() | st.booleans() | numbers | texts
values = scalars | st.lists(scalars | st.lists(scalars, max_size=2), max_size=3)

events = st.fixed_dictionaries(
    {"action": st.sampled_from(["a", "A", "b", "1"])},
    optional={
        "user": values,
        "list": values,
        "deep": st.fixed_dictionaries(
            {},
            optional={
                "x": values,
                "y": st.dictionaries(st.sampled_from(["z", "w"]), values, max_size=2),
            },
        )
        | st.lists(st.fixed_dictionaries({}, optional={"x": values}), max_size=3),
        "deep.x": values,
    },
)


def some(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return one value, or a list of a few."""
    return inner | st.lists(inner, min_size=1, max_size=3)


def keyed(
    modifiers: list[str], inner: st.SearchStrategy[Any]
) -> st.SearchStrategy[tuple[str, Any]]:
    """Return a key with one of these modifiers, and its value."""
    return st.tuples(
        st.builds("{}{}".format, st.sampled_from(FIELDS), st.sampled_from(modifiers)), inner
    )


CASED = ["|cased", "|contains|cased", "|startswith|cased"]
PLAIN = ["", "|contains", "|startswith", "|endswith", "|neq", *CASED]
PATTERNS = ["a", "^a", "b$", "a.?b", "[ab]+", "(a|1)b?$", r"\."]

items = (
    keyed(PLAIN, some(patterns.filter(bool)))
    | keyed(["|all", "|contains|all"], st.lists(patterns.filter(bool), min_size=2, max_size=3))
    | keyed(["", "|neq"], some(scalars))
    | keyed(["|lt", "|lte", "|gt", "|gte"], some(numbers))
    | keyed(["|exists"], st.booleans())
    | keyed(["|re", "|re|i"], some(st.sampled_from(PATTERNS)))
    | keyed(["|fieldref"], st.sampled_from(FIELDS))
)
selections = st.lists(items, min_size=1, max_size=3).map(dict)
conditions = st.sampled_from(
    ["a and b", "a or b", "a and not b", "not a and not b", "not (a or b)", "not a or b"]
)


def judge(condition: str, a: bool, b: bool) -> bool:
    """Read a condition over two answers as Python does, whose grammar is the same."""
    return bool(eval(condition, {"__builtins__": {}}, {"a": a, "b": b}))


def generated(a: dict[str, Any], b: dict[str, Any], condition: str, number: int = 0) -> Rule:
    """Return the playbook with these two selections."""
    detection = yaml.safe_dump({"a": a, "b": b, "condition": condition}, sort_keys=False)
    return rule(playbook(detection, number=number))


@given(a=selections, b=selections, condition=conditions, fields=events)
def test_the_matcher_agrees_with_the_reference(
    a: dict[str, Any], b: dict[str, Any], condition: str, fields: dict[str, Any]
) -> None:
    """Any rule and any event: compiled and read slowly, the verdict is the same."""
    expected = judge(condition, matches(a, fields), matches(b, fields))
    found = compile_rules([generated(a, b, condition)], {}).match(event(fields))
    note(f"match: {expected}")
    assert bool(found) is expected


@given(
    rules=st.lists(st.tuples(selections, selections, conditions), min_size=2, max_size=6),
    fields=events,
)
def test_many_playbooks_together_answer_as_each_alone(
    rules: list[tuple[dict[str, Any], dict[str, Any], str]], fields: dict[str, Any]
) -> None:
    """Sharing tests and skipping by index changes no verdict, no reason and no order."""
    compiled = [generated(*parts, number=number + 1) for number, parts in enumerate(rules)]
    alone = [found for one in compiled for found in compile_rules([one], {}).match(event(fields))]
    assert list(compile_rules(compiled, {}).match(event(fields))) == alone
