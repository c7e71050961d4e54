"""A rehearsal judges a playbook's own tests and shows the exact calls of a match."""

from pathlib import Path

import pytest

from bot.playbooks import load
from bot.rehearsal import Rehearsed, rehearse

ROOT = Path(__file__).parents[2]

PLAYBOOK = """\
title: Admin Granted
id: 11111111-2222-4333-8444-555555555555
status: test
description: Somebody became an administrator.
author: Test
date: 2026-03-01
level: high
falsepositives: [none known]
logsource: {product: github, service: audit}
detection:
  selection: {action: repo.update_member, permission: admin}
  condition: selection
response:
  mode: enforce
  steps:
    - action: revert
tests:
  - name: the promise
    event: {action: repo.update_member, org: acme, repo: acme/payments, actor: bob, user: eve,
            permission: PERMISSION, old_permission: write}
    match: MATCH
    steps: STEPS
"""


async def rehearsed(
    folder: Path, *, permission: str = "admin", match: str = "true", steps: str = "[revert]"
) -> Rehearsed:
    """Rehearse the one test of a playbook written for the purpose."""
    text = PLAYBOOK.replace("PERMISSION", permission).replace("MATCH", match)
    path = folder / "playbook.yml"
    path.write_text(text.replace("STEPS", steps), encoding="utf-8")
    loaded = load(path)
    assert loaded.errors == ()
    (result,) = await rehearse(loaded, ROOT / "app.yml")
    return result


async def test_the_calls_are_the_exact_ones_with_body_and_status(tmp_path: Path) -> None:
    """The write of a revert is shown as GitHub would get it."""
    result = await rehearsed(tmp_path)
    assert result.passed, result.why
    write = 'PUT /repos/acme/payments/collaborators/eve {"permission":"push"} (204)'
    assert write in result.calls


async def test_a_broken_promise_to_match_fails_with_the_place(tmp_path: Path) -> None:
    """The author is led to the line of the test."""
    result = await rehearsed(tmp_path, permission="write")
    assert not result.passed
    assert result.place.endswith("playbook.yml:18:5")
    assert result.why == "should match, and does not"


async def test_a_broken_promise_not_to_match_says_what_matched(tmp_path: Path) -> None:
    """The author sees which tests of the condition held."""
    result = await rehearsed(tmp_path, match="false")
    assert not result.passed
    assert "permission: admin" in result.why


async def test_other_steps_than_promised_fail(tmp_path: Path) -> None:
    """`steps` names the actions, in order."""
    result = await rehearsed(tmp_path, steps="[open-issue, revert]")
    assert not result.passed
    assert result.why == "should lead to open-issue, revert, and leads to revert"


@pytest.mark.parametrize("path", sorted((ROOT / "playbooks").glob("*.yml")), ids=lambda p: p.stem)
async def test_every_shipped_playbook_keeps_its_promises(path: Path) -> None:
    """Each test in the file passes, and no step of a response fails on a simulated GitHub."""
    loaded = load(path, ROOT / "lists")
    results = await rehearse(loaded, ROOT / "app.yml")
    assert results, f"{path} has no tests"
    assert [f"{each.place}: {each.why}" for each in results if not each.passed] == []


ACTING = """\
title: Acts On What The Event Names
id: 11111111-2222-4333-8444-555555555556
status: test
description: Every kind of thing that an event may name by its number.
author: Test
date: 2026-03-01
level: high
falsepositives: [none known]
logsource: {product: github, service: audit}
detection:
  selection: {action: EVENT}
  condition: selection
response:
  mode: enforce
  steps: [{action: STEP}]
tests:
  - name: the promise
    event: {action: EVENT, org: acme, repo: acme/payments, actor: bob, user: eve, FIELDS}
    match: true
"""


@pytest.mark.parametrize(
    ("step", "event", "fields", "call"),
    [
        ("cancel-run", "workflows.created_workflow_run", "workflow_run_id: 7", "/runs/7/cancel"),
        ("disable-workflow", "workflows.enable_workflow", "workflow_id: 8", "/workflows/8/disable"),
        ("revert", "workflows.disable_workflow", "workflow_id: 8", "/workflows/8/enable"),
        ("remove-runner", "org.self_hosted_runner_online", "runner_id: 9", "/runners/9"),
        ("disable-actions", "repo.actions_enabled", "x: 1", "/payments/actions/permissions"),
        (
            "deauthorize-sso-credential",
            "org_credential_authorization.grant",
            "credential_id: 10",
            "/credential-authorizations/10",
        ),
        ("notify", "repo.access", "x: 1", "nothing was sent"),
        ("remove-member", "org.add_member", "user_id: 77", "DELETE /orgs/acme/memberships/eve"),
        ("convert-to-outside-collaborator", "org.update_member", "x: 1", "/outside_collaborators/"),
        ("remove-outside-collaborator", "repo.add_member", "x: 1", "/outside_collaborators/eve"),
        (
            "cancel-invitation",
            "org.invite_member",
            "invitation_id: 11",
            "/orgs/acme/invitations/11",
        ),
        (
            "cancel-invitation",
            "repository_invitation.create",
            "invitation_id: 12",
            "DELETE /repos/acme/payments/invitations/12",
        ),
        (
            "set-collaborator-permission",
            "repo.update_member",
            "permission: admin, repo_id: 5, user_id: 6",
            "PUT /repos/acme/payments/collaborators/eve",
        ),
        (
            "remove-team-membership",
            "team.add_member",
            "team: acme/devs, team_id: 13",
            "/teams/devs/",
        ),
        (
            "set-team-permission",
            "team.add_repository",
            "team: acme/devs, permission: admin",
            "PUT /orgs/acme/teams/devs/repos/acme/payments",
        ),
        ("set-visibility", "repo.access", "visibility: public", '{"visibility":"private"}'),
        ("archive-repository", "git.push", "x: 1", 'PATCH /repos/acme/payments {"archived":true}'),
        ("revert", "repo.archived", "x: 1", '{"archived":false}'),
        ("revert", "repo.rename", "old_name: gears", '{"name":"gears"}'),
        (
            "revert",
            "repo.update_default_branch",
            "old_default_branch: old, new_default_branch: new",
            '{"default_branch":"old"}',
        ),
        (
            "revert",
            "repository_secret_scanning.disable",
            "disabled_features: [secret_scanning, dependabot_security_updates]",
            "PUT /repos/acme/payments/automated-security-fixes",
        ),
        (
            "delete-deploy-key",
            "public_key.create",
            "key_id: 31",
            "DELETE /repos/acme/payments/keys/",
        ),
        ("delete-webhook", "hook.create", "hook_id: 32", "DELETE /repos/acme/payments/hooks/32"),
        ("disable-webhook", "hook.create", "hook_id: 33", '/hooks/33 {"active":false}'),
        (
            "revert",
            "hook.active_changed",
            "hook_id: 34, active: false, active_was: true",
            '/hooks/34 {"active":true}',
        ),
        (
            "restore-branch-protection",
            "protected_branch.destroy",
            (
                "name: main, pull_request_reviews_enforcement_level: everyone, "
                "required_approving_review_count: 2, authorized_actors_only: true, "
                "authorized_actor_names: [eve]"
            ),
            "PUT /repos/acme/payments/branches/main/protection",
        ),
        (
            "revert",
            "protected_branch.update_admin_enforced",
            (
                "name: main, pull_request_reviews_enforcement_level: 'off', admin_enforced: false, "
                "changes_from: {admin_enforced: {from: true}}"
            ),
            '"enforce_admins":true',
        ),
        (
            "restore-ruleset",
            "repository_ruleset.update",
            (
                "ruleset_id: 35, ruleset_name: main, ruleset_enforcement: disabled, "
                "ruleset_old_enforcement: active"
            ),
            '/rulesets/35 {"enforcement":"active"}',
        ),
        (
            "revert",
            "repository_ruleset.destroy",
            (
                "ruleset_id: 36, ruleset_name: main, ruleset_enforcement: active, "
                "ruleset_source_type: Organization, ruleset_rules: [{type: deletion}]"
            ),
            "POST /orgs/acme/rulesets",
        ),
        (
            "lock-conversation",
            "issue.create",
            "number: 37",
            "PUT /repos/acme/payments/issues/37/lock",
        ),
        ("check-run", "git.push", f"after: {'ab' * 20}", "POST /repos/acme/payments/check-runs"),
        (
            "revert",
            "secret_scanning_alert.resolve",
            "number: 38, resolution: revoked",
            '/secret-scanning/alerts/38 {"state":"open"}',
        ),
        (
            "revert",
            "code_scanning.alert_closed_by_user",
            "alert_number: 39, dismiss_reason: used in tests",
            '/code-scanning/alerts/39 {"state":"open"}',
        ),
        (
            "revert",
            "private_repository_forking.enable",
            "setting: members_can_fork_private_repositories, enabled: true, old_enabled: false",
            'PATCH /orgs/acme {"members_can_fork_private_repositories":false}',
        ),
        (
            "revert",
            "team.remove_repository",
            "team: acme/core, permission: write, old_repo_permission: write",
            'PUT /orgs/acme/teams/core/repos/acme/payments {"permission":"push"}',
        ),
        (
            "revert",
            "team.rename",
            "team: acme/old, team_id: 40, team_name: Old, old_name: Guards",
            'PATCH /orgs/acme/teams/old {"name":"Guards"}',
        ),
        (
            "revert",
            "repository.edited",
            "changed: [homepage], homepage: https://evil.example, old_homepage: https://a.example",
            'PATCH /repos/acme/payments {"homepage":"https://a.example"}',
        ),
        (
            "revert",
            "custom_property_value.update",
            (
                "old_property_values: [{property_name: tier, value: [core]}],"
                " new_property_values: [{property_name: tier, value: [edge]}]"
            ),
            'PATCH /orgs/acme/properties/values {"repository_names":["payments"],',
        ),
        (
            "revert",
            "public_key.delete",
            "key_id: 41, title: mirror, key: ssh-ed25519 AAAAC3Nza, read_only: true",
            "POST /repos/acme/payments/keys",
        ),
        ("block-user", "org.unblock_user", "x: 1", "PUT /orgs/acme/blocks/eve"),
        ("revert", "org.block_user", "x: 1", "DELETE /orgs/acme/blocks/eve"),
        (
            "revert",
            "org.remove_member",
            "permission: read, user_id: 3",
            "POST /orgs/acme/invitations",
        ),
        (
            "remove-organization-role",
            "organization_role.assign",
            "organization_role_id: 14",
            "DELETE /orgs/acme/organization-roles/users/eve/14",
        ),
        (
            "set-base-permission",
            "org.update_default_repository_permission",
            "permission: write, old_permission: read",
            "PATCH /orgs/acme",
        ),
    ],
)
async def test_an_action_meets_what_the_event_names(
    tmp_path: Path, step: str, event: str, fields: str, call: str
) -> None:
    """Its calls are shown, and it does what it says."""
    path = tmp_path / "playbook.yml"
    takes = f"{step}, with: {{permission: read}}" if "permission" in step else step
    text = ACTING.replace("EVENT", event).replace("STEP", takes).replace("FIELDS", fields)
    path.write_text(text, encoding="utf-8")
    (result,) = await rehearse(load(path), ROOT / "app.yml")
    assert result.passed, result.why
    assert any(call in line for line in result.calls), result.calls
    assert result.calls[-1].startswith(f"→ {step}: done"), result.calls


async def test_a_token_that_is_revoked_is_not_shown(tmp_path: Path) -> None:
    """Only how it begins: a rehearsal's output ends up in logs."""
    token = "ghp_" + "Abc1" * 9
    path = tmp_path / "playbook.yml"
    text = ACTING.replace("EVENT", "issue_comment.create").replace(
        "STEP", "revoke-leaked-credential"
    )
    path.write_text(text.replace("FIELDS", f"body: 'try {token}'"), encoding="utf-8")
    (result,) = await rehearse(load(path), ROOT / "app.yml")
    assert result.passed, result.why
    assert any("POST /credentials/revoke" in line for line in result.calls)
    assert token not in repr(result)
