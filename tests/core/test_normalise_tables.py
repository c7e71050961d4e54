"""The mapping tables as a whole: consistent with themselves and with GitHub's descriptions."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from bot.core.normalise import KNOWN_ACTIONS
from bot.core.normalise.catalogue import DELIVERIES
from bot.core.normalise.envelope import ENVELOPE
from bot.core.normalise.families import FAMILIES
from bot.core.normalise.table import Family
from tests.official.payloads import examples, minimal_payloads

WEBHOOKS = [family for family in FAMILIES if family.source == "webhook"]

# The generated payloads show one variant of each choice; these fields are read from another.
OTHER_VARIANTS = {
    ("secret_scanning_alert_location", "location_url"),
    ("security_and_analysis", "disabled_features"),
    ("security_and_analysis", "enabled_features"),
    ("pull_request", "requested_team"),
    ("custom_property_values", "property_names"),
    ("custom_property_values", "old_properties"),
    ("custom_property_values", "new_properties"),
}


def test_the_catalogue_is_githubs() -> None:
    """Every delivery an App may receive is known by event and action, and no other."""
    theirs: dict[str, set[str]] = defaultdict(set)
    for event, action, _ in minimal_payloads():
        theirs[event] |= {action} if action and event != "repository_dispatch" else set()
    assert {event: set(actions) for event, actions in DELIVERIES.items()} == theirs


def test_every_row_is_for_a_delivery_that_github_sends() -> None:
    """No row waits for an event or action that never comes."""
    for family in WEBHOOKS:
        for row in family.rows:
            assert row.action in (DELIVERIES[family.event] or (None,)), family.event


def test_no_row_is_out_of_reach() -> None:
    """A row without a condition is the last of its action."""
    for family in FAMILIES:
        settled: set[str | None] = set()
        for row in family.rows:
            assert row.action not in settled, (family.event, row.becomes)
            if row.when is None:
                settled.add(row.action)


def test_one_event_has_one_family() -> None:
    """No two tables claim the same event of the same source."""
    keys = [(family.source, family.event) for family in FAMILIES]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("family", WEBHOOKS, ids=lambda family: family.event)
def test_every_field_of_a_table_is_read_from_an_official_payload(family: Family) -> None:
    """A mistyped path would be read from none of GitHub's payloads."""
    payloads = _payloads()[family.event]
    for field in (*family.fields, *(field for row in family.rows for field in row.fields)):
        if (family.event, field.name) not in OTHER_VARIANTS:
            assert any(field.read(payload) is not None for payload in payloads), field


@cache
def _payloads() -> Mapping[str, list[dict[str, Any]]]:
    """Return every example and generated payload by event; made once."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event, payload in examples():
        found[event].append(payload)
    for event, _, payload in minimal_payloads():
        found[event].append(payload)
    return found


def test_the_vocabulary_has_every_action_with_its_fields() -> None:
    """Each action of the tables and of the catalogue is known, with the common fields first."""
    for family in FAMILIES:
        for row in family.rows:
            known = KNOWN_ACTIONS[row.becomes]
            assert {field.name for field in (*family.fields, *row.fields)} <= set(known)
    assert KNOWN_ACTIONS["star.created"] == tuple(ENVELOPE)
    assert set(ENVELOPE) | {"number", "title", "label"} <= set(KNOWN_ACTIONS["issues.labeled"])


def test_the_vocabulary_does_not_know_names_that_were_mapped_away() -> None:
    """A rule for `member.added` would never fire: the event is called `repo.add_member`."""
    assert not {"member.added", "push", "organization.member_added"} & set(KNOWN_ACTIONS)


def test_only_the_actor_and_the_visibility_may_be_read_anew() -> None:
    """No table hides a common field, except where it knows better."""
    for family in FAMILIES:
        for field in (*family.fields, *(field for row in family.rows for field in row.fields)):
            assert field.name not in set(ENVELOPE) - {"actor", "visibility"}, family.event
