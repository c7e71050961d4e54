"""Events in the forms in which tools keep them become entries of the audit log, or webhooks."""

import gzip
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from bot.core.forms import Entry, Webhook, read_forms
from bot.core.forms.payload import event_of

EXAMPLES = Path(__file__).parents[1] / "data" / "webhook-examples.jsonl.gz"
TIME = 1605719148837
ENTRY = {"action": "repo.destroy", "actor": "ann", "org": "acme", "repo": "acme/a"}
TIMED = {"@timestamp": TIME, **ENTRY}
TEXT = orjson.dumps(TIMED).decode()
PAYLOAD = {
    "action": "added",
    "member": {"login": "eve"},
    "repository": {"full_name": "acme/a"},
    "sender": {"login": "ann"},
}
BODY = orjson.dumps(PAYLOAD).decode()
ECS = {
    "@timestamp": "2020-11-18T17:05:48.837Z",
    "event": {"action": "repo.destroy", "dataset": "github.audit", "category": ["web"]},
    "github": {"category": "repo", "org": "acme", "repo": "acme/a"},
    "user": {"name": "ann"},
}
KIBANA = {
    "@timestamp": ["2020-11-18T17:05:48.837Z"],
    "event.action": ["repo.destroy"],
    "github.category": ["repo"],
    "github.org": ["acme"],
    "github.repo": ["acme/a"],
    "user.name": ["ann"],
}


def only(document: Any) -> Entry | Webhook | None:
    """Return the one event that a document holds."""
    [told] = read_forms(document)
    return told


@pytest.mark.parametrize(
    "document",
    [
        TIMED,
        {"event": {"original": TEXT, "action": "repo.destroy"}, "github": {"org": "acme"}},
        {"_index": "logs-github", "_source": {"event": {"original": TEXT}}},
        {"preview": False, "result": {"_raw": TEXT, "sourcetype": "github"}},
        {"time": 1, "sourcetype": "github:cloud:audit", "event": TIMED},
        {"time": 1, "event": TEXT},
        {"integration": "github", "github": TIMED},
        {"rule": {"id": "91450"}, "data": {"integration": "github", "github": TIMED}},
        {"p_log_type": "GitHub.Audit", "p_any_usernames": ["ann"], **TIMED},
        {"p_log_type": "GitHub.Audit", "at_sign_timestamp": TIME, **ENTRY},
        {"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1", "message": TEXT}]},
        {"records": [TIMED]},
        {"jsonPayload": TIMED, "insertId": "x"},
        {"timestamp": TIME, "message": orjson.dumps(ENTRY).decode()},
        {"_time": TIME, "result": ENTRY},
        {"TimeGenerated": TIME, **{f"{name}_s": value for name, value in ENTRY.items()}},
    ],
)
def test_an_entry_is_found_whatever_is_round_it(document: dict[str, Any]) -> None:
    """Nothing of the entry is lost, and nothing of what was round it stays but the time."""
    told = only(document)
    assert isinstance(told, Entry)
    fields = {name: value for name, value in told.fields.items() if name != "TimeGenerated"}
    assert fields == TIMED


@pytest.mark.parametrize("document", [ECS, {"_source": ECS}, KIBANA, {"fields": KIBANA}])
def test_elastic_names_become_the_audit_logs(document: dict[str, Any]) -> None:
    """Where the original was not kept, each field goes by the audit log's name again."""
    told = only(document)
    assert isinstance(told, Entry)
    assert told.fields["@timestamp"] == "2020-11-18T17:05:48.837Z"
    assert {**told.fields, "@timestamp": TIME} == TIMED


@pytest.mark.parametrize(
    "document",
    [
        {"event": "member", "payload": PAYLOAD},
        {"event": "member", "payload": BODY},
        {"name": "member", "id": "1", "payload": PAYLOAD},
        {"headers": {"X-GitHub-Event": "member"}, "body": BODY},
        {"headers": {"X-Github-Event": ["member"]}, "payload": PAYLOAD},
        {"headers": [{"name": "x-github-event", "value": "member"}], "body": PAYLOAD},
        {"headers": [["HTTP_X_GITHUB_EVENT", "member"]], "body": PAYLOAD},
        {
            "headers": {"x-github-event": "member"},
            "body": b64encode(BODY.encode()).decode(),
            "isBase64Encoded": True,
        },
        {"x-github-event": "member", "body": PAYLOAD, "query": {}},
        {
            "id": 1,
            "guid": "g",
            "event": "member",
            "request": {"headers": {"X-GitHub-Event": "member"}, "payload": PAYLOAD},
        },
        {"name": "member", "description": "d", "examples": [PAYLOAD]},
        PAYLOAD,
        {"_raw": BODY, "sourcetype": "github:webhook"},
    ],
)
def test_a_webhook_is_found_however_it_was_recorded(document: dict[str, Any]) -> None:
    """The header names the event; where there is none, the payload's own keys do."""
    told = only(document)
    assert isinstance(told, Webhook)
    assert (told.event, told.payload) == ("member", PAYLOAD)


def test_what_falco_saw_is_a_webhook() -> None:
    """Its plugin adds the event to the payload; of its alert the asked-for fields are left."""
    told = only({**PAYLOAD, "webhook_type": "member"})
    assert isinstance(told, Webhook)
    assert (told.event, told.payload["member"]) == ("member", {"login": "eve"})

    fields = {
        "github.type": "member",
        "github.action": "added",
        "github.user": "ann",
        "github.repo": "https://github.com/acme/a",
        "github.collaborator.name": "eve",
    }
    alert = only({"rule": "R", "output": "x", "output_fields": fields, "time": TIME})
    assert isinstance(alert, Webhook)
    assert (alert.event, alert.at) == ("member", TIME)
    assert alert.payload == {
        "action": "added",
        "member": {"login": "eve"},
        "sender": {"login": "ann"},
        "repository": {"html_url": "https://github.com/acme/a", "full_name": "acme/a"},
    }


def test_a_public_event_is_a_webhook() -> None:
    """GitHub's Events API, and GH Archive, keep repository and actor beside the payload."""
    told = only(
        {
            "type": "PullRequestReviewEvent",
            "actor": {"id": 1, "login": "ann"},
            "repo": {"id": 2, "name": "acme/a"},
            "org": {"id": 3, "login": "acme"},
            "payload": {"action": "created", "review": {}},
            "public": True,
            "created_at": "2026-01-02T03:04:05Z",
        }
    )
    assert isinstance(told, Webhook)
    assert (told.event, told.at) == ("pull_request_review", "2026-01-02T03:04:05Z")
    assert told.payload["repository"]["full_name"] == "acme/a"
    assert (told.payload["organization"]["login"], told.payload["sender"]["login"]) == (
        "acme",
        "ann",
    )


def test_every_example_of_githubs_is_recognised_by_its_payload_alone() -> None:
    """Each payload tells its event, though GitHub says it in a header only."""
    with gzip.open(EXAMPLES) as lines:
        examples = [orjson.loads(line) for line in lines]
    wrong = [each["event"] for each in examples if event_of(each["payload"]) != each["event"]]
    assert (len(examples) > 300, wrong) == (True, [])


def test_many_events_keep_their_order() -> None:
    """An array, an answer of a search and a batch hold many; what is unknown is marked."""
    many = [{**ENTRY, "actor": name} for name in ("a", "b", "c")]
    for whole in (
        many,
        {"hits": {"hits": [{"_source": each} for each in many]}},
        {"Records": many},
    ):
        found = list(read_forms(whole))
        assert [told.fields["actor"] for told in found if isinstance(told, Entry)] == [
            "a",
            "b",
            "c",
        ]
    assert [told is None for told in read_forms([ENTRY, {"hello": 1}])] == [False, True]


def test_what_older_entries_keep_apart_is_found_beside_the_rest() -> None:
    """The audit log once had some fields under ``data``; both places hold."""
    told = only({**ENTRY, "data": {"team": "acme/t", "repo": "other"}})
    assert isinstance(told, Entry)
    assert (told.fields["team"], told.fields["repo"]) == ("acme/t", "acme/a")
    assert told.fields["data"]["team"] == "acme/t"


@pytest.mark.parametrize(
    "document",
    [{}, {"hello": "world"}, {"event": "x"}, {"message": "no JSON"}, {"result": {"a": 1}}, 7, None],
)
def test_an_unknown_form_is_no_event(document: Any) -> None:
    """Nothing is made up."""
    assert list(read_forms(document)) == [None]


def test_a_form_within_itself_ends() -> None:
    """However deep things are wrapped, reading ends."""
    deep: dict[str, Any] = dict(ENTRY)
    for _ in range(100):
        deep = {"event": deep}
    assert list(read_forms(deep)) == [None]


def test_a_webhook_sent_as_a_form_is_read() -> None:
    """GitHub's other content type has the payload in a field of a form."""
    told = only({"headers": {"X-GitHub-Event": "member"}, "body": f"payload={quote(BODY)}"})
    assert isinstance(told, Webhook)
    assert told.payload == PAYLOAD


@pytest.mark.parametrize(
    ("payload", "event"),
    [
        ({"ref": "refs/heads/x", "commits": [{"id": "1"}]}, "push"),
        ({"ref": "refs/heads/x"}, None),
        ({"action": "created", "thing": {}}, None),
        ({"action": "created", "p_log_type": "GitHub.Webhook"}, "repository"),
        ({}, "public"),
        ({"anything": 1}, None),
    ],
)
def test_a_shortened_payload_is_not_taken_for_another_event(
    payload: dict[str, Any], event: str | None
) -> None:
    """Test data often keeps a few keys only; what could be any event stays unnamed."""
    assert event_of({**payload, "repository": {"full_name": "acme/a"}}) == event


def test_values_of_custom_properties_are_a_repositorys_or_the_organisations() -> None:
    """Both payloads have the same keys but for the repository."""
    values = {"action": "updated", "new_property_values": [], "old_property_values": []}
    of_organization = {**values, "organization": {"login": "acme"}}
    assert event_of(of_organization) == "organization_custom_property_values"
    of_repository = {**of_organization, "repository": {"full_name": "acme/a"}}
    assert event_of(of_repository) == "custom_property_values"
