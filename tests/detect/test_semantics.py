"""How fields are found, and how selections and conditions join."""

from typing import Any

import pytest

from tests.detect.build import match, playbook, selecting


def holds(condition: str, fields: dict[str, Any]) -> bool:
    """Judge a condition over selections a, b and c, each asking that field for 1."""
    text = playbook(f"a: {{a: 1}}\nb: {{b: 1}}\nc: {{c: 1}}\ncondition: {condition}")
    unused = [name for name in "abc" if name not in condition and "them" not in condition]
    for name in unused:
        text = text.replace(f"  {name}: {{{name}: 1}}\n", "")
    return match(text, fields) is not None


@pytest.mark.parametrize(
    ("condition", "fields", "expected"),
    [
        ("a and b", {"a": 1, "b": 1}, True),
        ("a and b", {"a": 1}, False),
        ("a or b", {"b": 1}, True),
        ("not a", {}, True),
        ("not not a", {"a": 1}, True),
        ("a and not b", {"a": 1, "b": 1}, False),
        ("a or b and c", {"a": 1}, True),
        ("(a or b) and c", {"a": 1}, False),
        ("not a and b", {"b": 1}, True),
        ("not (a and b)", {"a": 1}, True),
        ("1 of them", {"c": 1}, True),
        ("any of them", {"c": 1}, True),
        ("all of them", {"a": 1, "b": 1}, False),
        ("all of them", {"a": 1, "b": 1, "c": 1}, True),
        ("not 1 of them", {}, True),
        ("[a, b]", {"b": 1}, True),
    ],
)
def test_a_condition_joins_selections(
    condition: str, fields: dict[str, Any], expected: bool
) -> None:
    """And binds before or, not before and; quantifiers count selections."""
    assert holds(condition, fields) is expected


def test_a_pattern_chooses_selections_by_name() -> None:
    """`1 of name*` asks only the selections of that name, and never those with an underscore."""
    text = playbook(
        "sel_a: {a: 1}\nsel_b: {b: 1}\n_sel: {c: 1}\nother: {d: 1}\n"
        "condition: 1 of sel* or _sel and other"
    )
    assert match(text, {"b": 1})
    assert not match(text, {"c": 1})


def test_a_list_of_mappings_is_any_of_them() -> None:
    """Mappings in a list are alternatives; the keys of one are all needed."""
    text = selecting("- {a: 1, b: 2}\n- {c: 3}")
    assert match(text, {"c": 3})
    assert match(text, {"a": 1, "b": 2})
    assert not match(text, {"a": 1})


@pytest.mark.parametrize("fields", [{}, {"g": "x"}])
def test_a_missing_field_matches_nothing_and_passes_under_not(fields: dict[str, Any]) -> None:
    """What is not there cannot be asked for, so its negation is true."""
    assert not match(selecting("f: '*'"), fields)
    assert not match(selecting("f|gte: 0"), fields)
    assert match(playbook("s: {f: '*'}\ncondition: not s"), fields)
    assert match(selecting("f|neq: x"), fields)
    assert match(selecting("f|exists: false"), fields)


def test_null_asks_for_a_field_without_a_value() -> None:
    """Null is the one value that a missing field has; an empty array has none either."""
    assert match(selecting("f: null"), {"f": None})
    assert match(selecting("f: null"), {})
    assert match(selecting("f: null"), {"f": []})
    assert match(selecting("f: null"), {"f": ["a", None]})
    assert not match(selecting("f: null"), {"f": ["a"]})


def test_any_element_of_an_array_may_match() -> None:
    """An array is as good as its best element, also when the array is nested."""
    assert match(selecting("f: b"), {"f": ["a", "b"]})
    assert match(selecting("f: b"), {"f": [["a"], [["b"]]]})
    assert not match(selecting("f: b"), {"f": []})


def test_all_may_be_met_by_different_elements() -> None:
    """With |all every value must be found, each in any element."""
    assert match(selecting("f|all: [a, b]"), {"f": ["b", "a"]})
    assert not match(selecting("f|all: [a, b]"), {"f": ["a"]})


def test_the_normalised_view_is_asked_before_the_payload() -> None:
    """A field of the event hides one of the same name in the payload."""
    text = selecting("f: fields")
    assert match(text, {"f": "fields"}, raw={"f": "raw"})
    assert not match(text, {"f": "other"}, raw={"f": "fields"})


def test_a_dotted_path_reaches_into_the_payload_through_arrays() -> None:
    """What the view does not have is looked for in the payload."""
    raw = {"commits": [{"author": {"email": "a@x"}}, {"author": {"email": "b@x"}}]}
    assert match(selecting("commits.author.email: B@X"), {}, raw=raw)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("- needle", True),
        ("- NEEDLE", True),
        ("- hay", True),
        ("- 'n*dle'", True),
        ("- thread", False),
        ("- 4711", True),
        ("- true", True),
        ("'|all': [needle, deep]", True),
        ("'|all': [needle, thread]", False),
        ("'|cased': Needle", False),
        ("'|cased': needle", True),
        ("'|re': 'n..dle$'", True),
        ("'|startswith': hay", True),
        ("'|startswith': needle", False),
        ("'|endswith': needle", True),
    ],
)
def test_a_keyword_is_looked_for_in_every_value(selection: str, expected: bool) -> None:
    """A value without a field is searched in all of the event, view and payload."""
    raw = {"x": [{"y": {"z": "haystack with a needle"}}], "n": 4711, "b": True, "d": "deep"}
    assert (match(selecting(selection), {"action": "a"}, raw=raw) is not None) is expected


def test_a_keyword_alone_may_be_the_selection() -> None:
    """Sigma lets a selection be a plain value or a list of them."""
    assert match(playbook("words: needle\ncondition: words"), {"f": "a needle"})
    assert match(playbook("words: [x, needle]\ncondition: words"), {"f": "a needle"})
