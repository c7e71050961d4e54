"""`security_and_analysis`, `code_scanning_alert`, `dependabot_alert`: GitHub's own watchmen."""

from collections.abc import Callable
from typing import Final

from bot.core.normalise.payload import Payload, dig
from bot.core.normalise.readers import made, number, text
from bot.core.normalise.table import Condition, Family, Row

FEATURES: Final = {
    "secret_scanning": (
        "repository_secret_scanning.disable",
        "repository_secret_scanning.enable",
    ),
    "secret_scanning_push_protection": (
        "repository_secret_scanning_push_protection.disable",
        "repository_secret_scanning_push_protection.enable",
    ),
    "advanced_security": ("repo.advanced_security_disabled", "repo.advanced_security_enabled"),
    "code_security": ("repository_code_security.disable", "repository_code_security.enable"),
    "dependabot_security_updates": (
        "dependabot_security_updates.disable",
        "dependabot_security_updates.enable",
    ),
    "secret_scanning_validity_checks": (
        "repository_secret_scanning_automatic_validity_checks.disabled",
        "repository_secret_scanning_automatic_validity_checks.enabled",
    ),
    "secret_scanning_non_provider_patterns": (
        "repository_secret_scanning_non_provider_patterns.disabled",
        "repository_secret_scanning_non_provider_patterns.enabled",
    ),
    "secret_scanning_ai_detection": (
        "repository_secret_scanning_generic_secrets.disabled",
        "repository_secret_scanning_generic_secrets.enabled",
    ),
}
"""A feature, and the audit log's action when it is switched off, and on; the most telling first."""


def _became(payload: Payload, feature: str, status: str) -> bool:
    """Tell whether a feature has this status now and had another before."""
    now = dig(payload, ("repository", "security_and_analysis", feature, "status"))
    was = dig(payload, ("changes", "from", "security_and_analysis", feature, "status"))
    return bool(now == status and was not in (None, status))


def _switched(feature: str, status: str) -> Condition:
    return Condition(
        says=f"`{feature}` became {status}",
        holds=lambda payload: _became(payload, feature, status),
    )


def _all_that_became(status: str) -> Callable[[Payload], list[str] | None]:
    def read(payload: Payload) -> list[str] | None:
        return [name for name in FEATURES if _became(payload, name, status)] or None

    return read


SECURITY_AND_ANALYSIS = Family(
    event="security_and_analysis",
    about="Security features of a repository were switched on or off.",
    fields=(
        made(
            "disabled_features", "every feature that became disabled", _all_that_became("disabled")
        ),
        made("enabled_features", "every feature that became enabled", _all_that_became("enabled")),
    ),
    rows=tuple(
        Row(
            action=None,
            when=_switched(feature, status),
            becomes=names[position],
            operation="modify",
        )
        for position, status in enumerate(("disabled", "enabled"))
        for feature, names in FEATURES.items()
    ),
    notes=(
        (
            "A feature is compared in `changes.from.security_and_analysis` (before) and"
            " `repository.security_and_analysis` (now). When several changed at once the action is"
            " that of the first in the order of this table, what was switched off before what was"
            " switched on; the two lists name them all."
        ),
        (
            "`dependabot_security_updates.*` means the whole organisation in the audit log; here it"
            " is one repository."
        ),
    ),
)

CODE_SCANNING_ALERT = Family(
    event="code_scanning_alert",
    about="A weakness in code, found by code scanning.",
    fields=(
        number("alert_number", "alert.number"),
        text("state", "alert.state"),
        text("rule_id", "alert.rule.id"),
        text("rule_severity", "alert.rule.severity"),
        text("tool", "alert.tool.name"),
        text("ref", "ref"),
        text("commit_oid", "commit_oid"),
        text("dismiss_reason", "alert.dismissed_reason"),
        text("dismiss_comment", "alert.dismissed_comment"),
        text("dismissed_by", "alert.dismissed_by.login"),
        text("alert_url", "alert.html_url"),
    ),
    rows=(
        Row(action="created", becomes="code_scanning.alert_created", operation="create"),
        Row(
            action="appeared_in_branch",
            becomes="code_scanning.alert_appeared_in_branch",
            operation="modify",
        ),
        Row(
            action="closed_by_user",
            becomes="code_scanning.alert_closed_by_user",
            operation="modify",
        ),
        Row(
            action="fixed",
            becomes="code_scanning.alert_closed_became_fixed",
            operation="modify",
        ),
        Row(action="reopened", becomes="code_scanning.alert_reappeared", operation="modify"),
        Row(
            action="reopened_by_user",
            becomes="code_scanning.alert_reopened_by_user",
            operation="modify",
        ),
    ),
)

DEPENDABOT_ALERT = Family(
    event="dependabot_alert",
    about="A vulnerable dependency, found by Dependabot.",
    fields=(
        number("alert_number", "alert.number"),
        text("state", "alert.state"),
        text("ghsa_id", "alert.security_advisory.ghsa_id"),
        text("cve_id", "alert.security_advisory.cve_id"),
        text("severity", "alert.security_advisory.severity"),
        text("ecosystem", "alert.dependency.package.ecosystem"),
        text("package", "alert.dependency.package.name"),
        text("manifest_path", "alert.dependency.manifest_path"),
        text("dismiss_reason", "alert.dismissed_reason"),
        text("dismiss_comment", "alert.dismissed_comment"),
        text("dismissed_by", "alert.dismissed_by.login"),
        text("alert_url", "alert.html_url"),
    ),
    rows=(
        Row(action="created", becomes="repository_vulnerability_alert.create", operation="create"),
        Row(
            action="dismissed", becomes="repository_vulnerability_alert.dismiss", operation="modify"
        ),
        Row(
            action="auto_dismissed",
            becomes="repository_vulnerability_alert.auto_dismiss",
            operation="modify",
        ),
        Row(action="fixed", becomes="repository_vulnerability_alert.resolve", operation="modify"),
        Row(action="reopened", becomes="repository_vulnerability_alert.reopen", operation="modify"),
        Row(
            action="auto_reopened",
            becomes="repository_vulnerability_alert.auto_reopen",
            operation="modify",
        ),
        Row(
            action="reintroduced",
            becomes="repository_vulnerability_alert.reintroduce",
            operation="modify",
        ),
    ),
)
