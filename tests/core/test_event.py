"""Looking up fields of an event."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.event import MISSING, Event, descend, flatten


def event(fields: dict[str, Any] | None = None, raw: dict[str, Any] | None = None) -> Event:
    """Return an event with the given normalised view and payload."""
    return Event(
        id="1",
        source="webhook",
        kind="push",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        installation=7,
        fields={"action": "git.push", **(fields or {})},
        raw=raw or {},
    )


def test_the_normalised_view_is_read_before_the_payload() -> None:
    """A field that is in both is the normalised one."""
    assert event({"repo": "o/r"}, {"repo": "other"}).lookup("repo") == "o/r"


def test_a_field_of_the_payload_is_found_by_its_dotted_path() -> None:
    """What is not normalised is still reachable, however deep."""
    found = event(raw={"pull_request": {"head": {"ref": "main"}}}).lookup("pull_request.head.ref")
    assert found == "main"


def test_a_normalised_field_does_not_hide_what_is_below_its_name_in_the_payload() -> None:
    """`key` may be normalised to a string while `key.title` is still read from the payload."""
    told = event({"key": "ssh-rsa AAAA"}, {"key": {"title": "laptop"}})
    assert (told.lookup("key"), told.lookup("key.title")) == ("ssh-rsa AAAA", "laptop")


def test_a_dotted_path_also_goes_into_normalised_objects() -> None:
    """Objects that the normalised view holds are searched like the payload."""
    assert event({"rules": [{"type": "deletion"}]}).lookup("rules.type") == ["deletion"]


def test_a_path_through_an_array_gives_what_every_element_holds() -> None:
    """Elements without the key are passed over."""
    raw = {"commits": [{"author": {"email": "a@b"}}, {}, {"author": {"email": "c@d"}}]}
    assert event(raw=raw).lookup("commits.author.email") == ["a@b", "c@d"]


def test_arrays_within_arrays_are_gathered_into_one_list() -> None:
    """A path through two arrays gives one flat list."""
    raw = {"jobs": [{"steps": [{"name": "a"}, {"name": "b"}]}, {"steps": [{"name": "c"}]}]}
    assert event(raw=raw).lookup("jobs.steps.name") == ["a", "b", "c"]


def test_an_array_at_the_end_of_a_path_is_given_as_it_is() -> None:
    """No element is lost or unpacked when no array had to be crossed."""
    assert event(raw={"hook": {"events": ["push", "member"]}}).lookup("hook.events") == [
        "push",
        "member",
    ]


def test_a_null_field_is_not_a_missing_one() -> None:
    """A field that is there and null is `None`; one that is not there is `MISSING`."""
    told = event(raw={"alert": {"resolution": None}})
    assert told.lookup("alert.resolution") is None
    assert told.lookup("alert.state") is MISSING


def test_a_path_below_null_or_a_single_value_is_missing() -> None:
    """There is nothing below what has no members."""
    told = event(raw={"alert": None, "ref": "main"})
    assert told.lookup("alert.state") is MISSING
    assert told.lookup("ref.name") is MISSING


def test_a_path_that_no_element_of_an_array_has_is_missing() -> None:
    """An array whose elements all lack the key says nothing; nor does an empty one."""
    told = event(raw={"commits": [{"id": "1"}, "odd"], "labels": []})
    assert told.lookup("commits.author") is MISSING
    assert told.lookup("labels.name") is MISSING


@pytest.mark.parametrize(
    "raw",
    [
        {"a.b": 1},
        {"properties": {"a.b": 1}},
        {"properties": [{"a.b": 1}]},
    ],
)
def test_a_key_that_holds_a_dot_is_found(raw: dict[str, Any]) -> None:
    """What is left of a path is first taken as one key."""
    path = "a.b" if "a.b" in raw else "properties.a.b"
    assert event(raw=raw).values(path) == (1,)


def test_values_are_the_single_values_of_nested_arrays_in_order() -> None:
    """A matcher sees each value once, in the payload's order."""
    assert event(raw={"a": [1, [2, [3]], 4]}).values("a") == (1, 2, 3, 4)


def test_a_missing_field_has_no_values_and_a_null_one_has_one() -> None:
    """`null` is a value that can be tested; a missing field matches nothing."""
    told = event(raw={"a": None})
    assert told.values("a") == (None,)
    assert told.values("b") == ()


def test_the_named_properties_say_who_did_what_to_whom_and_where() -> None:
    """The usual fields are properties; one that is not a string counts as absent."""
    told = event({"actor": "ann", "user": 7, "org": "acme", "repo": "acme/shop"})
    assert (told.action, told.actor, told.user, told.org, told.repo) == (
        "git.push",
        "ann",
        None,
        "acme",
        "acme/shop",
    )


def test_deep_nesting_is_no_harm() -> None:
    """Arrays nested deeper than Python may recurse are searched all the same."""
    node: Any = {"a": 1}
    for _ in range(5_000):
        node = [node]
    assert descend({"deep": node}, "deep.a") == [1]
    assert list(flatten(node)) == [{"a": 1}]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "a.b", ""]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(raw=st.dictionaries(st.sampled_from(["a", "b", "a.b", ""]), JSON, max_size=3))
def test_no_payload_and_no_path_is_an_error(raw: dict[str, Any]) -> None:
    """Whatever the shape, a lookup answers, and `values` agrees with it about what is missing."""
    told = event(raw=raw)
    for path in ("a", "a.b", "b.a.b", ".", "", "a..b"):
        assert (told.lookup(path) is MISSING) <= (told.values(path) == ())
