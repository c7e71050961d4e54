"""The fields that every event carries."""

from typing import Any

import pytest

from bot.core.normalise.envelope import ENVELOPE
from tests.core.conftest import RECEIVED, Tell

PAYLOAD: dict[str, Any] = {
    "action": "created",
    "sender": {"login": "ann", "id": 1, "type": "User"},
    "organization": {"login": "acme", "id": 2},
    "repository": {
        "full_name": "acme/shop",
        "id": 3,
        "private": True,
        "visibility": "internal",
        "owner": {"login": "acme", "id": 2, "type": "Organization"},
    },
    "installation": {"id": 4},
}


def test_the_envelope_says_what_who_where_and_when(tell: Tell) -> None:
    """Every common field is read from its place, and every declared one is there."""
    told = tell("deploy_key", PAYLOAD)
    assert {name: told.fields[name] for name in ENVELOPE} == {
        "action": "public_key.create",
        "@timestamp": 1772366400250,
        "created_at": 1772366400250,
        "_document_id": "a-delivery",
        "webhook_event": "deploy_key",
        "webhook_action": "created",
        "operation_type": "create",
        "actor": "ann",
        "actor_id": 1,
        "actor_is_bot": False,
        "org": "acme",
        "org_id": 2,
        "repo": "acme/shop",
        "repo_id": 3,
        "public_repo": False,
        "visibility": "internal",
        "installation_id": 4,
    }


def test_the_event_itself_keeps_the_deliverys_identity(tell: Tell) -> None:
    """Id, source, kind, time and installation are the delivery's."""
    told = tell("deploy_key", PAYLOAD)
    assert (told.id, told.source, told.kind, told.at, told.installation) == (
        "a-delivery",
        "webhook",
        "deploy_key",
        RECEIVED,
        4,
    )


def test_an_event_of_the_app_itself_has_no_installation(tell: Tell) -> None:
    """A delivery outside any installation says `None`, and no field."""
    told = tell("ping", {"zen": "Keep it logically awesome."})
    assert told.installation is None
    assert "installation_id" not in told.fields


def test_a_bot_is_told_by_its_type(tell: Tell) -> None:
    """`actor_is_bot` is GitHub's word, not a guess from the login."""
    sender = {"login": "renovate[bot]", "id": 9, "type": "Bot"}
    assert tell("star", {"sender": sender}).fields["actor_is_bot"] is True
    sender = {"login": "robot[bot]", "id": 9, "type": "User"}
    assert tell("star", {"sender": sender}).fields["actor_is_bot"] is False


def test_an_organisation_as_sender_is_nobody(tell: Tell) -> None:
    """`org_block` and `team_add` name the organisation as sender: no person did it."""
    told = tell("org_block", {"sender": {"login": "acme", "id": 2, "type": "Organization"}})
    assert told.actor is None
    assert "actor_id" not in told.fields


@pytest.mark.parametrize(
    "payload",
    [
        {"organization": {"login": "acme", "id": 2}},
        {"repository": {"owner": {"login": "acme", "id": 2, "type": "Organization"}}},
        {"installation": {"account": {"login": "acme", "id": 2, "type": "Organization"}}},
    ],
)
def test_the_organisation_is_found_wherever_the_payload_names_it(
    tell: Tell, payload: dict[str, Any]
) -> None:
    """The organisation itself, else the repository's owner, else the installation's account."""
    told = tell("star", payload)
    assert (told.org, told.fields["org_id"]) == ("acme", 2)


def test_a_persons_own_repository_belongs_to_no_organisation(tell: Tell) -> None:
    """An owner that is a person is not taken for an organisation."""
    told = tell("star", {"repository": {"owner": {"login": "ann", "id": 1, "type": "User"}}})
    assert told.org is None


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        ({"private": False}, (True, "public")),
        ({"private": True}, (False, "private")),
        ({"private": True, "visibility": "internal"}, (False, "internal")),
    ],
)
def test_older_payloads_without_visibility_still_say_it(
    tell: Tell, repository: dict[str, Any], expected: tuple[bool, str]
) -> None:
    """`visibility` is read from `private` where GitHub does not spell it out."""
    fields = tell("star", {"repository": repository}).fields
    assert (fields["public_repo"], fields["visibility"]) == expected
