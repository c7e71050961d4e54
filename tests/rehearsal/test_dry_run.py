"""The dry run of every action names the calls that are then made, and every example works."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from bot.actions.catalogue import ACTIONS
from bot.actions.opening import OPENING, TELLING
from bot.core.event import Event
from bot.playbooks import load
from bot.rehearsal import Rehearsed, rehearse
from bot.simulator import Call
from tests.actions.bench import Bench, playbook
from tests.actions.opening import open_bench
from tests.actions.plays import PLAYS, Play

ROOT = Path(__file__).parents[2]

BOOK: Mapping[str, Any] = {
    "title": "Dry Run",
    "id": "11111111-2222-4333-8444-555555555557",
    "status": "test",
    "description": "What is done about one event.",
    "author": "Test",
    "date": "2026-03-01",
    "level": "high",
    "falsepositives": ["none known"],
    "logsource": {"product": "github", "service": "audit"},
}
TOLD_ANEW = {"@timestamp", "created_at", "_document_id", "installation_id"}


async def rehearsed(folder: Path, fields: Mapping[str, Any], steps: Iterable[Any]) -> Rehearsed:
    """Rehearse a playbook with these steps on an event with these fields."""
    event = {name: value for name, value in fields.items() if name not in TOLD_ANEW}
    text = {
        **BOOK,
        "detection": {"selection": {"action": event["action"]}, "condition": "selection"},
        "response": {"mode": "enforce", "steps": list(steps)},
        "tests": [{"name": "the promise", "event": event, "match": True}],
    }
    path = folder / "playbook.yml"
    path.write_bytes(orjson.dumps(text))  # JSON is YAML, too
    loaded = load(path)
    assert loaded.errors == ()
    (result,) = await rehearse(loaded, ROOT / "app.yml")
    return result


def steps_of(play: Play) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the steps of a play: what is told beside the case's issue needs one."""
    opens = play.action in TELLING - OPENING - {"notify"}
    first = [("open-issue", {"repository": "security"})] if opens else []
    return [*first, (play.action, play.params)]


def blurred(text: str) -> str:
    """Return a text without the numbers that GitHub chose."""
    return re.sub(r"\b\d{3,}\b", "N", text)


async def made(bench: Bench, play: Play) -> tuple[Event, list[str]]:
    """Play it for real; return its event, and every call as the dry run spells it."""
    event = await play.prepare(bench)
    before = len(bench.sim.calls)
    await bench.play(event, playbook(*steps_of(play)))
    calls = [call for call in bench.sim.calls[before:] if "/access_tokens" not in call.path]
    return event, [line(call) for call in calls]


def line(call: Call) -> str:
    """Return a call's method, path, query and the names in its body."""
    query = "?" + "&".join(f"{name}={value}" for name, value in call.query.items())
    names = " {" + ",".join(call.body) + "}" if isinstance(call.body, dict) else ""
    return blurred(f"{call.method} {call.path}{query if call.query else ''}{names}")


def told(shown: str) -> str:
    """Return a line of the dry run in the same way."""
    found = re.fullmatch(r"(\S+ \S+)(?: (\{.*\}))? \(\d+\)", shown)
    assert found is not None, shown
    names = " {" + ",".join(orjson.loads(found[2])) + "}" if found[2] else ""
    return blurred(found[1] + names)


UNKNOWABLE: Mapping[str, frozenset[str]] = {
    # Which App reports a check.
    "restore-branch-protection that was changed": frozenset(
        {"PATCH /repos/acme/widgets/branches/main/protection/required_status_checks {checks}"}
    ),
    # Who could go past a ruleset before.
    "restore-ruleset of a repository from its history": frozenset(
        {"PUT /repos/acme/widgets/rulesets/N {enforcement,rules,bypass_actors}"}
    ),
    "restore-ruleset of the organisation from its history": frozenset(
        {"PUT /orgs/acme/rulesets/N {enforcement,rules,bypass_actors}"}
    ),
    # For what Actions were switched on.
    "disable-actions in a repository": frozenset(
        {"GET /repos/acme/widgets/actions/permissions/selected-actions"}
    ),
    "disable-actions in the organisation": frozenset(
        {"GET /orgs/acme/actions/permissions/repositories?per_page=N"}
    ),
    # Which repositories there are.
    "remove-outside-collaborator": frozenset(
        {"GET /repos/acme/widgets/collaborators?per_page=N&affiliation=outside"}
    ),
}
"""Calls that depend on what no event tells, and only GitHub knows before."""


@pytest.mark.parametrize("play", PLAYS, ids=[play.name for play in PLAYS])
async def test_every_call_that_is_made_was_named_by_the_dry_run(tmp_path: Path, play: Play) -> None:
    """Method, path, query and what is set, for the same event."""
    async with open_bench() as bench:
        event, calls = await made(bench, play)
    steps = [{"action": name, "with": dict(params)} for name, params in steps_of(play)]
    result = await rehearsed(tmp_path, event.fields, steps)
    assert result.passed, result.why
    named = {told(each) for each in result.calls if not each.startswith("→")}
    assert {call for call in calls if call not in named} <= UNKNOWABLE.get(play.name, frozenset())


EVENTS: Mapping[str, Mapping[str, Any]] = {
    "cancel-invitation": {"action": "org.invite_member", "invitation_id": 11},
    "cancel-run": {"action": "workflows.created_workflow_run", "workflow_run_id": 12},
    "check-run": {"action": "git.push", "after": "ab" * 20},
    "deauthorize-sso-credential": {
        "action": "org_credential_authorization.grant",
        "credential_id": 13,
    },
    "delete-deploy-key": {"action": "public_key.create", "key_id": 14},
    "delete-webhook": {"action": "hook.create", "hook_id": 15},
    "deny-token-request": {
        "action": "personal_access_token.request_created",
        "user_programmatic_access_request_id": 16,
    },
    "disable-webhook": {"action": "hook.create", "hook_id": 17},
    "lock-conversation": {"action": "issue.create", "number": 18},
    "remove-runner": {"action": "workflows.started", "runner_id": 19, "runner_name": "box"},
    "restore-branch-protection": {
        "action": "protected_branch.destroy",
        "name": "main",
        "pull_request_reviews_enforcement_level": "everyone",
    },
    "restore-ruleset": {
        "action": "repository_ruleset.update",
        "ruleset_id": 20,
        "ruleset_name": "main",
        "ruleset_enforcement": "disabled",
        "ruleset_old_enforcement": "active",
    },
    "revert": {"action": "repo.update_member", "permission": "admin", "old_permission": "write"},
    "revoke-leaked-credential": {"action": "secret_scanning_alert.create", "number": 21},
    "revoke-token": {"action": "personal_access_token.access_granted", "token_id": 22},
    "set-team-permission": {
        "action": "team.add_repository",
        "team": "acme/devs",
        "permission": "admin",
    },
}
"""An event for each example that needs a certain one; for the others, any act of Bob's does."""


@pytest.mark.parametrize("action", ACTIONS)
async def test_the_example_of_an_action_works(tmp_path: Path, action: str) -> None:
    """As it stands in docs/actions.md, rehearsed on an event that it is meant for."""
    event = {
        "action": "git.clone",
        "org": "acme",
        "repo": "acme/payments",
        "actor": "bob",
        "user": "eve",
        **EVENTS.get(action, {}),
    }
    steps = yaml.safe_load(ACTIONS[action].example)
    first = [{"action": "open-issue"}] if action in TELLING - OPENING - {"notify"} else []
    result = await rehearsed(tmp_path, event, [*first, *steps])
    assert result.passed, result.why
    outcomes = [each for each in result.calls if each.startswith(f"→ {action}: ")]
    assert outcomes[0].startswith(f"→ {action}: done"), result.calls


NAMED: Mapping[str, tuple[str, Mapping[str, Any], str]] = {
    "a stranger to block": (
        "block-user",
        {"user": "{{ actor }}"},
        "PUT /orgs/acme/blocks/bob",
    ),
    "a member of another team": (
        "remove-team-membership",
        {"user": "bob", "team": "release-managers"},
        "DELETE /orgs/acme/teams/release-managers/memberships/bob",
    ),
    "an invitation of somebody else": (
        "cancel-invitation",
        {"user": "carol"},
        "DELETE /orgs/acme/invitations/",
    ),
    "an invitation to a repository": (
        "cancel-invitation",
        {"user": "carol", "repository": "tools"},
        "DELETE /repos/acme/tools/invitations/",
    ),
    "a role by its number": (
        "remove-organization-role",
        {"role": "8132", "team": "guards"},
        "DELETE /orgs/acme/organization-roles/teams/guards/8132",
    ),
    "a team's repository": (
        "set-team-permission",
        {"team": "devs", "repository": "tools", "permission": "admin"},
        'PUT /orgs/acme/teams/devs/repos/acme/tools {"permission":"admin"}',
    ),
    "another repository to hide": (
        "set-visibility",
        {"repository": "tools"},
        'PATCH /repos/acme/tools {"visibility":"private"}',
    ),
    "a base permission as it is": (
        "set-base-permission",
        {"permission": "none"},
        'PATCH /orgs/acme {"default_repository_permission":"none"}',
    ),
    "a deploy key": ("delete-deploy-key", {"key_id": 71}, "DELETE /repos/acme/payments/keys/71"),
    "a webhook of the organisation": (
        "disable-webhook",
        {"scope": "organization", "hook_id": 72},
        'PATCH /orgs/acme/hooks/72 {"active":false}',
    ),
    "a version of a ruleset": (
        "restore-ruleset",
        {"ruleset_id": 73, "version": 74},
        "PUT /repos/acme/payments/rulesets/73 {",
    ),
    "a conversation": (
        "lock-conversation",
        {"number": 75},
        "PUT /repos/acme/payments/issues/75/lock",
    ),
    "a commit": ("check-run", {"sha": "cd" * 32}, '"head_sha":"cdcd'),
    "a workflow": (
        "disable-workflow",
        {"workflow": "76"},
        "PUT /repos/acme/payments/actions/workflows/76/disable",
    ),
    "a run": ("cancel-run", {"run_id": 77}, "POST /repos/acme/payments/actions/runs/77/cancel"),
    "a runner of the organisation": (
        "remove-runner",
        {"name": "box", "scope": "organization"},
        "DELETE /orgs/acme/actions/runners/",
    ),
    "a credential": (
        "deauthorize-sso-credential",
        {"credential_id": 78},
        "DELETE /orgs/acme/credential-authorizations/78",
    ),
    "a place for the case": (
        "open-issue",
        {"repository": "acme/incidents"},
        "POST /repos/acme/incidents/issues",
    ),
    "a token that was used": (
        "revoke-token",
        {"kind": "fine-grained"},
        "POST /orgs/acme/personal-access-tokens/",
    ),
}


@pytest.mark.parametrize("what", NAMED)
async def test_what_only_the_playbook_names_is_on_stage(tmp_path: Path, what: str) -> None:
    """The event knows nothing of it, and its call is shown all the same."""
    action, params, call = NAMED[what]
    event = {"action": "git.clone", "org": "acme", "repo": "acme/payments", "actor": "bob"}
    fields = {**event, "user": "eve", "token_id": 79}
    result = await rehearsed(tmp_path, fields, [{"action": action, "with": params}])
    assert result.passed, result.why
    assert any(call in shown for shown in result.calls), result.calls


async def test_what_the_event_says_is_over_is_not_put_on_stage_again(tmp_path: Path) -> None:
    """Who left is not there to be removed: the dry run shows just that."""
    event = {"action": "org.remove_member", "org": "acme", "actor": "bob", "user": "eve"}
    result = await rehearsed(tmp_path, event, [{"action": "remove-member"}])
    assert result.calls[-1].startswith("→ remove-member: unchanged")


async def test_a_later_step_is_on_stage_as_well(tmp_path: Path) -> None:
    """Its parameters are rendered when it is due; what they name is there by then."""
    step = {"action": "block-user", "with": {"user": "{{ actor }}"}, "after": "30m"}
    event = {"action": "git.clone", "org": "acme", "actor": "bob"}
    result = await rehearsed(tmp_path, event, [{"action": "open-issue"}, step])
    assert any("PUT /orgs/acme/blocks/bob" in shown for shown in result.calls), result.calls
