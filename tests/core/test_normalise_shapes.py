"""Any delivery becomes an event: GitHub's examples, its schemas' extremes, and plain nonsense."""

from functools import cache
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.delivery import Delivery
from bot.core.errors import DeliveryError
from bot.core.event import Event
from bot.core.normalise import KNOWN_ACTIONS, normalise
from bot.core.normalise.catalogue import DELIVERIES
from bot.core.normalise.families import FAMILIES
from tests.core.conftest import RECEIVED, Tell
from tests.official.payloads import examples, minimal_payloads

COVERED = {family.event for family in FAMILIES}


@cache
def official() -> tuple[tuple[str, dict[str, Any]], ...]:
    """Return every example and every generated payload as (event, payload); made once."""
    generated = ((event, payload) for event, _, payload in minimal_payloads())
    return (*examples(), *generated)


def test_every_official_delivery_becomes_a_known_event_with_known_fields(tell: Tell) -> None:
    """No example and no extreme of GitHub's schemas raises or makes a field nobody declared."""
    for name, payload in official():
        told = tell(name, payload)
        assert told.raw == payload
        if name in DELIVERIES and name != "repository_dispatch":
            assert set(told.fields) <= set(KNOWN_ACTIONS[told.action]), (name, told.action)


def test_what_the_payload_does_not_say_is_left_out(tell: Tell) -> None:
    """No normalised field is null."""
    for name, payload in official():
        assert None not in tell(name, payload).fields.values()


def test_an_event_nobody_knows_keeps_githubs_names(tell: Tell) -> None:
    """Its action is `<event>.<action>`, or `<event>` when the payload has no action."""
    assert tell("brand_new", {"action": "happened"}).action == "brand_new.happened"
    assert tell("brand_new", {}).action == "brand_new"
    assert tell("brand_new", {"action": {"odd": 1}}).action == "brand_new"


def test_an_unknown_action_of_a_known_event_keeps_its_name_and_the_events_fields(
    tell: Tell,
) -> None:
    """A new action of GitHub's is not lost, nor is what the event always carries."""
    told = tell("issues", {"action": "levitated", "issue": {"number": 4}})
    assert (told.action, told.fields["number"]) == ("issues.levitated", 4)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "not valid JSON"),
        (b"payload=%7B%7D", "not valid JSON"),
        (b"[]", "not an object"),
        (b"null", "not an object"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused_in_one_line(body: bytes, problem: str) -> None:
    """The mistake is named, with the status to answer with."""
    with pytest.raises(DeliveryError, match=problem) as caught:
        normalise(_delivery("push", body))
    assert caught.value.status == 400


def _delivery(event: str, body: bytes, source: str = "webhook") -> Delivery:
    return Delivery(id="1", source=source, event=event, received_at=RECEIVED, body=body, headers={})


_KEYS = st.sampled_from(
    sorted(
        {"action", "sender", "organization", "repository", "installation", "changes", "from"}
        | {"login", "id", "type", "full_name", "private", "permissions", "role_name", "team"}
        | {"member", "membership", "role", "user", "commits", "added", "message", "ref"}
        | {"personal_access_token_request", "permissions_result", "security_and_analysis"}
        | {"alert", "status", "rule", "key", "owner", "name", "slug", "account", "default_branch"}
    )
)
_WORDS = st.sampled_from(
    sorted({action for actions in DELIVERIES.values() for action in actions} | {"", "branch"})
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(event=st.sampled_from(sorted(COVERED)), payload=st.dictionaries(_KEYS, _JSON, max_size=6))
def test_no_shape_of_a_payload_is_an_error(event: str, payload: dict[str, Any]) -> None:
    """Lists for objects, numbers for strings, nulls anywhere: an event comes out all the same."""
    told = _normalised(event, payload)
    assert told.action
    assert None not in told.fields.values()


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_delivery_with_any_part_replaced_by_nonsense_is_still_an_event(
    data: st.DataObject,
) -> None:
    """One wrong shape anywhere in a real payload costs at most the fields below it."""
    corpus = _corpus()
    event, payload = corpus[data.draw(st.integers(0, len(corpus) - 1))]
    spoiled = _spoil(payload, data)
    assert _normalised(event, spoiled).raw == spoiled


@cache
def _corpus() -> list[tuple[str, dict[str, Any]]]:
    return [(event, payload) for event, payload in official() if event in COVERED]


def _spoil(payload: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """Return the payload with one member, chosen at any depth, replaced."""
    key = data.draw(st.sampled_from(sorted(payload)))
    below = payload[key]
    if isinstance(below, dict) and below and data.draw(st.booleans()):
        return {**payload, key: _spoil(below, data)}
    nonsense = st.sampled_from([None, 0, True, "text", [], ["text"], [[1]], {}, {"login": 5}])
    return {**payload, key: data.draw(nonsense)}


def _normalised(event: str, payload: dict[str, Any]) -> Event:
    source = event if event in {"roster", "survey"} else "webhook"
    return normalise(_delivery(event, orjson.dumps(payload), source))
