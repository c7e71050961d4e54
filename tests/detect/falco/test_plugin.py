"""Falco's GitHub plugin: what its rules ask, on every kind of delivery GitHub describes."""

import gzip
import json
from functools import cache
from pathlib import Path

import pytest

from bot.core.event import Event
from bot.detect.clause import cover
from bot.detect.matcher import compile_rules
from tests.detect.falco.build import delivery, holds, matches, parsed, rules_file

EXAMPLES = Path(__file__).parents[2] / "data" / "webhook-examples.jsonl.gz"

# What each of the plugin's rules asks, and which deliveries it is for: type, action, visibility.
RULES = [
    ("github.type=ping", {("ping", "")}),
    ("github.type=meta and github.action=deleted", {("meta", "deleted")}),
    ("github.type=repository and github.action=publicized", {("repository", "publicized")}),
    ("github.type=repository and github.action=privatized", {("repository", "privatized")}),
    ("github.type=repository and github.action=created", {("repository", "created")}),
    ("github.type=repository and github.action=deleted", {("repository", "deleted")}),
    ("github.type=deploy_key and github.action=created", {("deploy_key", "created")}),
    ("github.type=deploy_key and github.action=deleted", {("deploy_key", "deleted")}),
    ("github.type=member and github.action=added", {("member", "added")}),
    ("github.type=member and github.action=removed", {("member", "removed")}),
    ("github.type=push and github.diff.has_secrets = true", set()),
    ("github.type=workflow_run and github.workflow.has_miners=true", set()),
]


@cache
def examples() -> tuple[tuple[tuple[str, str], Event], ...]:
    """Return GitHub's own examples of deliveries, each with its type and action."""
    with gzip.open(EXAMPLES, "rt", encoding="utf-8") as lines:
        given = [json.loads(line) for line in lines]
    return tuple(
        (
            (one["event"], one["payload"].get("action") or ""),
            delivery(one["event"], one["payload"]),
        )
        for one in given
    )


@pytest.mark.parametrize(("condition", "meant"), RULES)
def test_a_rule_of_the_plugin_finds_what_it_is_for(
    condition: str, meant: set[tuple[str, str]]
) -> None:
    """Of all the deliveries GitHub describes it matches those it is meant for, and no other."""
    ruleset = compile_rules(parsed(rules_file(condition)).rules, {})
    found = {kind for kind, event in examples() if ruleset.match(event)}
    assert found == meant & {kind for kind, _ in examples()}


@pytest.mark.parametrize(
    ("private", "public"), [(True, "false"), (False, "true"), (None, "true"), ("yes", "true")]
)
def test_what_is_not_said_to_be_private_is_public(private: object, public: str) -> None:
    """As the plugin reads it, only `private: true` makes a repository private."""
    event = delivery("repository", {"action": "created", "repository": {"private": private}})
    assert holds(f"github.repo.public = {public}", event)


SECRETS = {
    "repository": {"html_url": "https://github.com/acme/site", "private": True},
    "head_commit": {"id": "c0ffee"},
    "files": [
        {
            "name": "a.env",
            "matches": [{"desc": "AWS key", "line": 3}, {"desc": "token", "line": 9}],
        },
        {"name": "b.txt", "matches": []},
        {"name": "c.pem", "matches": [{"desc": "key", "line": 1}]},
    ],
}


@pytest.mark.parametrize(
    ("condition", "payload", "expected"),
    [
        ("github.diff.has_secrets = true", SECRETS, True),
        ("github.diff.has_secrets = false", {"files": [{"name": "a", "matches": []}]}, True),
        ("github.diff.has_secrets = ''", {}, True),
        ("github.diff.has_secrets = ''", {"files": "x"}, True),
        ("github.diff.has_secrets = false", {"files": [5, {"matches": 5}]}, True),
        ("github.diff.committed_secrets.desc = 'AWS key,token,key'", SECRETS, True),
        ("github.diff.committed_secrets.files = 'a.env,a.env,c.pem'", SECRETS, True),
        ("github.diff.committed_secrets.lines = '3,9,1'", SECRETS, True),
        ("github.diff.committed_secrets.desc exists", {}, False),
        (
            "github.diff.committed_secrets.links endswith /acme/site/blob/c0ffee/c.pem/#L1",
            SECRETS,
            True,
        ),
        ("github.workflow.has_miners exists", {}, False),
        (
            "github.workflow.has_miners = true and github.workflow.miners.type = 'xmrig,stratum'",
            {
                "workflow_miner_detections": {
                    "matches": [{"type": "xmrig"}, {"type": "stratum"}, {"type": "xmrig"}]
                }
            },
            True,
        ),
        (
            "github.workflow.has_miners = false",
            {"workflow_miner_detections": {"matches": []}},
            True,
        ),
    ],
)
def test_what_the_plugins_scanner_adds_is_read(
    condition: str, payload: dict[str, object], expected: bool
) -> None:
    """A payload that went through Falco's scanner says what it found; GitHub's own says nothing."""
    assert holds(condition, delivery("push", payload)) is expected


@pytest.mark.parametrize(
    "condition",
    [
        "github.type = push",
        "github.type in (push, member) and not github.action in (added, removed)",
        "github.type startswith pu or github.action endswith ed",
        "github.action contains add",
        "github.type != push",
    ],
)
def test_type_and_action_are_found_by_the_index(condition: str) -> None:
    """A condition on the delivery's type and action costs nothing on all other deliveries."""
    (rule,) = parsed(rules_file(condition)).rules
    covered = cover(rule.condition)
    assert covered.exact
    assert all(covered.clauses)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("github.action startswith ad", True),
        ("github.action startswith AD", False),
        ("github.action startswith 'ad*'", False),
        ("github.action endswith ed", True),
        ("github.action endswith ad", False),
        ("github.action contains dde", True),
        ("github.action contains ''", True),
        ("github.action contains DDE", False),
        ("github.action icontains DDE", True),
    ],
)
def test_parts_of_the_action_are_compared_as_falco_does(condition: str, expected: bool) -> None:
    """Letter by letter, and without wildcards."""
    assert holds(condition, delivery("member", {"action": "added"})) is expected


def test_an_output_of_the_plugins_kind_reads_well() -> None:
    """Fields in brackets and after `=` are filled; what the delivery lacks is empty."""
    text = rules_file(
        "github.type=meta and github.action=deleted",
        output="A webhook was disconnected (ID=%github.webhook.id type=%github.webhook.type "
        "org=%github.org user=%github.user) ",
    )
    event = delivery(
        "meta",
        {
            "action": "deleted",
            "hook": {"id": 7, "type": "Organization"},
            "organization": {"login": "acme"},
        },
    )
    (match,) = matches(text, event)
    assert match.output == ("A webhook was disconnected (ID=7 type=Organization org=acme user=)")
