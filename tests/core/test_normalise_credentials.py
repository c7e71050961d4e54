"""Tokens asked for, secrets found, and the switches of GitHub's own watchmen."""

from typing import Any

import pytest

from tests.core.conftest import Tell

REQUEST: dict[str, Any] = {
    "id": 12,
    "owner": {"login": "bob", "id": 2},
    "permissions_added": {"organization": {"members": "write"}, "repository": {}},
    "permissions_upgraded": {"repository": {"contents": "write"}},
    "permissions_result": {
        "organization": {"members": "write"},
        "repository": {"contents": "write", "metadata": "read"},
        "other": {"gists": "write"},
    },
    "repository_selection": "subset",
    "repository_count": 1,
    "repositories": [{"full_name": "acme/shop", "id": 20}],
    "token_id": 13,
    "token_name": "all my scripts",
    "token_expired": False,
    "token_expires_at": "2027-01-01T00:00:00Z",
    "token_last_used_at": None,
}


@pytest.mark.parametrize(
    ("action", "becomes", "operation"),
    [
        ("created", "personal_access_token.request_created", "create"),
        ("approved", "personal_access_token.access_granted", "create"),
        ("denied", "personal_access_token.request_denied", "remove"),
        ("cancelled", "personal_access_token.request_cancelled", "remove"),
    ],
)
def test_a_token_request_says_what_the_token_may_do(
    tell: Tell, action: str, becomes: str, operation: str
) -> None:
    """The owner, the token, and every permission as `category:permission:level`."""
    told = tell(
        "personal_access_token_request",
        {
            "action": action,
            "personal_access_token_request": REQUEST,
            "organization": {"login": "acme", "id": 10},
            "sender": {"login": "ann", "id": 1, "type": "User"},
        },
    )
    assert (told.action, told.fields["operation_type"]) == (becomes, operation)
    assert (told.actor, told.user, told.org) == ("ann", "bob", "acme")
    wanted = {
        "user_id": 2,
        "user_programmatic_access_name": "all my scripts",
        "user_programmatic_access_request_id": 12,
        "token_id": 13,
        "programmatic_access_type": "Fine-grained personal access token",
        "permissions": [
            "organization:members:write",
            "repository:contents:write",
            "repository:metadata:read",
            "other:gists:write",
        ],
        "permissions_added": ["organization:members:write"],
        "permissions_upgraded": ["repository:contents:write"],
        "repository_selection": "subset",
        "repository_count": 1,
        "repositories": ["acme/shop"],
        "token_expired": False,
        "token_expires_at": "2027-01-01T00:00:00Z",
    }
    assert wanted.items() <= told.fields.items()
    assert "token_last_used_at" not in told.fields


def test_a_token_request_for_nothing_has_an_empty_list(tell: Tell) -> None:
    """Nothing asked for is not the same as nothing said."""
    asked: dict[str, Any] = {"permissions_result": {"organization": {}, "repository": {}}}
    told = tell("personal_access_token_request", {"personal_access_token_request": asked})
    assert told.fields["permissions"] == []
    assert "permissions_added" not in told.fields


ALERT: dict[str, Any] = {
    "number": 42,
    "secret_type": "aws_access_key_id",
    "secret_type_display_name": "Amazon AWS Access Key ID",
    "validity": "active",
    "publicly_leaked": True,
    "multi_repo": False,
    "push_protection_bypassed": True,
    "push_protection_bypassed_by": {"login": "bob"},
    "push_protection_bypass_request_comment": "please",
    "resolution": "wont_fix",
    "resolution_comment": "meh",
    "resolved_by": {"login": "ann"},
    "html_url": "https://github.com/acme/shop/security/secret-scanning/42",
}

ALERT_FIELDS = {
    "number": 42,
    "secret_type": "aws_access_key_id",
    "secret_type_display_name": "Amazon AWS Access Key ID",
    "validity": "active",
    "publicly_leaked": True,
    "multi_repo": False,
    "push_protection_bypassed": True,
    "push_protection_bypassed_by": "bob",
    "push_protection_bypass_request_comment": "please",
    "resolution": "wont_fix",
    "resolution_comment": "meh",
    "resolved_by": "ann",
    "alert_url": "https://github.com/acme/shop/security/secret-scanning/42",
}


@pytest.mark.parametrize(
    ("action", "becomes", "operation"),
    [
        ("created", "secret_scanning_alert.create", "create"),
        ("resolved", "secret_scanning_alert.resolve", "modify"),
        ("reopened", "secret_scanning_alert.reopen", "modify"),
        ("publicly_leaked", "secret_scanning_alert.public_leak", "modify"),
        ("validated", "secret_scanning_alert.validate", "modify"),
        ("assigned", "secret_scanning_alert.assigned", "modify"),
        ("unassigned", "secret_scanning_alert.unassigned", "modify"),
    ],
)
def test_a_found_secret(tell: Tell, action: str, becomes: str, operation: str) -> None:
    """Everything but the secret itself."""
    told = tell("secret_scanning_alert", {"action": action, "alert": ALERT})
    assert (told.action, told.fields["operation_type"]) == (becomes, operation)
    assert ALERT_FIELDS.items() <= told.fields.items()


def test_a_checked_secret_says_whether_it_still_works(tell: Tell) -> None:
    """The audit log calls it the current validity."""
    told = tell("secret_scanning_alert", {"action": "validated", "alert": ALERT})
    assert told.fields["current_validity"] == "active"


@pytest.mark.parametrize("action", ["assigned", "unassigned"])
def test_an_assigned_alert_is_about_the_assignee(tell: Tell, action: str) -> None:
    """The person it was given to is the user."""
    alert = {**ALERT, "assigned_to": {"login": "carol"}}
    assert tell("secret_scanning_alert", {"action": action, "alert": alert}).user == "carol"


def test_where_a_secret_was_found_in_a_commit(tell: Tell) -> None:
    """The place in the file, with all that is known of the alert."""
    details = {
        "path": "config.py",
        "start_line": 3,
        "end_line": 4,
        "blob_sha": "b1",
        "commit_sha": "c1",
    }
    told = tell(
        "secret_scanning_alert_location",
        {"action": "created", "alert": ALERT, "location": {"type": "commit", "details": details}},
    )
    assert told.action == "secret_scanning_alert_location.create"
    wanted = {**ALERT_FIELDS, **details, "location_type": "commit"}
    assert wanted.items() <= told.fields.items()


def test_where_a_secret_was_found_in_a_conversation(tell: Tell) -> None:
    """An address instead of a path."""
    location = {"type": "issue_body", "details": {"issue_body_url": "https://api/issues/1"}}
    told = tell("secret_scanning_alert_location", {"action": "created", "location": location})
    assert told.fields["location_url"] == "https://api/issues/1"
    assert told.fields["location_type"] == "issue_body"


def switched(**features: tuple[str | None, str]) -> dict[str, Any]:
    """Return a `security_and_analysis` payload: each feature with its former and present status."""
    was = {name: {"status": before} for name, (before, _) in features.items() if before}
    now = {name: {"status": after} for name, (_, after) in features.items()}
    return {
        "changes": {"from": {"security_and_analysis": was}},
        "repository": {"full_name": "acme/shop", "security_and_analysis": now},
    }


@pytest.mark.parametrize(
    ("feature", "off", "on"),
    [
        (
            "secret_scanning",
            "repository_secret_scanning.disable",
            "repository_secret_scanning.enable",
        ),
        (
            "secret_scanning_push_protection",
            "repository_secret_scanning_push_protection.disable",
            "repository_secret_scanning_push_protection.enable",
        ),
        (
            "advanced_security",
            "repo.advanced_security_disabled",
            "repo.advanced_security_enabled",
        ),
        ("code_security", "repository_code_security.disable", "repository_code_security.enable"),
        (
            "dependabot_security_updates",
            "dependabot_security_updates.disable",
            "dependabot_security_updates.enable",
        ),
        (
            "secret_scanning_validity_checks",
            "repository_secret_scanning_automatic_validity_checks.disabled",
            "repository_secret_scanning_automatic_validity_checks.enabled",
        ),
        (
            "secret_scanning_non_provider_patterns",
            "repository_secret_scanning_non_provider_patterns.disabled",
            "repository_secret_scanning_non_provider_patterns.enabled",
        ),
        (
            "secret_scanning_ai_detection",
            "repository_secret_scanning_generic_secrets.disabled",
            "repository_secret_scanning_generic_secrets.enabled",
        ),
    ],
)
def test_a_security_feature_switched(tell: Tell, feature: str, off: str, on: str) -> None:
    """Which feature, and which way, is the action."""
    told = tell("security_and_analysis", switched(**{feature: ("enabled", "disabled")}))
    assert (told.action, told.fields["disabled_features"]) == (off, [feature])
    assert told.fields["operation_type"] == "modify"
    assert "enabled_features" not in told.fields
    told = tell("security_and_analysis", switched(**{feature: ("disabled", "enabled")}))
    assert (told.action, told.fields["enabled_features"]) == (on, [feature])


def test_several_security_features_switched_at_once(tell: Tell) -> None:
    """What was switched off names the act; the lists name all that changed, and nothing else."""
    told = tell(
        "security_and_analysis",
        switched(
            secret_scanning=("disabled", "enabled"),
            advanced_security=("enabled", "disabled"),
            secret_scanning_push_protection=("enabled", "disabled"),
            code_security=("enabled", "enabled"),
        ),
    )
    assert told.action == "repository_secret_scanning_push_protection.disable"
    assert told.fields["disabled_features"] == [
        "secret_scanning_push_protection",
        "advanced_security",
    ]
    assert told.fields["enabled_features"] == ["secret_scanning"]


def test_a_security_change_nobody_can_read_keeps_its_name(tell: Tell) -> None:
    """No former status, no guess."""
    payload = switched(secret_scanning=(None, "disabled"))
    assert tell("security_and_analysis", payload).action == "security_and_analysis"
    assert tell("security_and_analysis", {"changes": None}).action == "security_and_analysis"


@pytest.mark.parametrize(
    ("action", "becomes", "operation"),
    [
        ("created", "code_scanning.alert_created", "create"),
        ("appeared_in_branch", "code_scanning.alert_appeared_in_branch", "modify"),
        ("closed_by_user", "code_scanning.alert_closed_by_user", "modify"),
        ("fixed", "code_scanning.alert_closed_became_fixed", "modify"),
        ("reopened", "code_scanning.alert_reappeared", "modify"),
        ("reopened_by_user", "code_scanning.alert_reopened_by_user", "modify"),
    ],
)
def test_a_code_scanning_alert(tell: Tell, action: str, becomes: str, operation: str) -> None:
    """Which weakness, where, and why it was dismissed."""
    told = tell(
        "code_scanning_alert",
        {
            "action": action,
            "ref": "refs/heads/main",
            "commit_oid": "c1",
            "alert": {
                "number": 3,
                "state": "dismissed",
                "rule": {"id": "js/xss", "severity": "error"},
                "tool": {"name": "CodeQL"},
                "dismissed_reason": "won't fix",
                "dismissed_comment": "later",
                "dismissed_by": {"login": "bob"},
                "html_url": "https://github.com/acme/shop/security/code-scanning/3",
            },
        },
    )
    assert (told.action, told.fields["operation_type"]) == (becomes, operation)
    wanted = {
        "alert_number": 3,
        "state": "dismissed",
        "rule_id": "js/xss",
        "rule_severity": "error",
        "tool": "CodeQL",
        "ref": "refs/heads/main",
        "commit_oid": "c1",
        "dismiss_reason": "won't fix",
        "dismiss_comment": "later",
        "dismissed_by": "bob",
        "alert_url": "https://github.com/acme/shop/security/code-scanning/3",
    }
    assert wanted.items() <= told.fields.items()


@pytest.mark.parametrize(
    ("action", "verb", "operation"),
    [
        ("created", "create", "create"),
        ("dismissed", "dismiss", "modify"),
        ("auto_dismissed", "auto_dismiss", "modify"),
        ("fixed", "resolve", "modify"),
        ("reopened", "reopen", "modify"),
        ("auto_reopened", "auto_reopen", "modify"),
        ("reintroduced", "reintroduce", "modify"),
    ],
)
def test_a_dependabot_alert(tell: Tell, action: str, verb: str, operation: str) -> None:
    """Which package, which advisory, and why it was dismissed."""
    told = tell(
        "dependabot_alert",
        {
            "action": action,
            "alert": {
                "number": 5,
                "state": "open",
                "dependency": {
                    "package": {"ecosystem": "pip", "name": "jinja2"},
                    "manifest_path": "requirements.txt",
                },
                "security_advisory": {
                    "ghsa_id": "GHSA-1",
                    "cve_id": "CVE-1",
                    "severity": "high",
                },
                "dismissed_reason": "tolerable_risk",
                "dismissed_comment": "ok",
                "dismissed_by": {"login": "bob"},
                "html_url": "https://github.com/acme/shop/security/dependabot/5",
            },
        },
    )
    assert told.action == f"repository_vulnerability_alert.{verb}"
    assert told.fields["operation_type"] == operation
    wanted = {
        "alert_number": 5,
        "state": "open",
        "ghsa_id": "GHSA-1",
        "cve_id": "CVE-1",
        "severity": "high",
        "ecosystem": "pip",
        "package": "jinja2",
        "manifest_path": "requirements.txt",
        "dismiss_reason": "tolerable_risk",
        "dismiss_comment": "ok",
        "dismissed_by": "bob",
        "alert_url": "https://github.com/acme/shop/security/dependabot/5",
    }
    assert wanted.items() <= told.fields.items()
