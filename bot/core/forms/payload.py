"""Which event a webhook's payload is about, where nothing but the payload was kept.

GitHub names the event in a header only. Most payloads have a key that no other event's has; the
names are those of "Webhook events and payloads" (https://docs.github.com/en/webhooks/
webhook-events-and-payloads).
"""

from typing import Final

from bot.core.event import MISSING, descend
from bot.core.forms.told import Document

_SURROUNDINGS: Final = ("repository", "organization", "sender", "installation", "security_advisory")

_TELLING: Final[tuple[tuple[str, str], ...]] = (
    ("pull_request_review_comment", "comment pull_request"),
    ("pull_request_review_thread", "thread pull_request"),
    ("pull_request_review", "review pull_request"),
    ("discussion_comment", "comment discussion"),
    ("issue_comment", "comment issue"),
    ("commit_comment", "comment.commit_id"),
    ("secret_scanning_alert_location", "alert.secret_type location"),
    ("secret_scanning_alert", "alert.secret_type"),
    ("dependabot_alert", "alert.security_advisory"),
    ("code_scanning_alert", "alert.rule"),
    ("repository_vulnerability_alert", "alert.affected_range"),
    ("repository_advisory", "repository_advisory"),
    ("security_advisory", "security_advisory"),
    ("security_and_analysis", "changes.from.security_and_analysis"),
    ("deployment_protection_rule", "deployment_callback_url"),
    ("deployment_status", "deployment_status"),
    ("workflow_job", "workflow_job"),
    ("deployment_review", "workflow_run since"),
    ("deployment", "deployment"),
    ("workflow_run", "workflow_run"),
    ("workflow_dispatch", "workflow inputs"),
    ("check_suite", "check_suite"),
    ("check_run", "check_run"),
    ("merge_group", "merge_group"),
    ("pull_request", "pull_request"),
    ("issues", "issue"),
    ("discussion", "discussion"),
    ("release", "release"),
    ("label", "label"),
    ("milestone", "milestone"),
    ("project_card", "project_card"),
    ("project_column", "project_column"),
    ("project", "project"),
    ("projects_v2_item", "projects_v2_item"),
    ("projects_v2", "projects_v2"),
    ("marketplace_purchase", "marketplace_purchase"),
    ("sponsorship", "sponsorship"),
    ("personal_access_token_request", "personal_access_token_request"),
    ("installation_repositories", "repositories_added"),
    ("installation_target", "target_type account"),
    ("repository_ruleset", "repository_ruleset"),
    ("branch_protection_rule", "rule"),
    ("deploy_key", "key"),
    ("org_block", "blocked_user"),
    ("membership", "team scope"),
    ("organization", "membership"),
    ("organization", "invitation organization"),
    ("organization", "changes.login organization"),
    ("team_add", "team repository -action"),
    ("team", "team action"),
    ("member", "member repository"),
    ("meta", "hook hook_id action"),
    ("ping", "zen"),
    ("create", "ref_type master_branch"),
    ("delete", "ref_type pusher_type"),
    ("push", "ref before after"),
    ("push", "commits"),
    ("status", "sha state context"),
    ("fork", "forkee"),
    ("gollum", "pages"),
    ("page_build", "build"),
    ("registry_package", "registry_package"),
    ("package", "package"),
    ("repository_dispatch", "client_payload"),
    ("star", "starred_at"),
    ("custom_property_values", "new_property_values repository"),
    ("organization_custom_property_values", "new_property_values"),
    ("custom_property", "definition"),
    ("repository_import", "status repository -action"),
)
"""Events by the keys that their payloads have (``-``: have not); the first that fits counts."""

_REPOSITORY_ACTIONS: Final = frozenset(
    {"archived", "created", "deleted", "edited", "privatized", "publicized", "renamed"}
    | {"transferred", "unarchived"}
)
_BESIDE: Final = frozenset(
    {*_SURROUNDINGS, "enterprise", "action", "changes", "repositories", "requester"}
)
"""Keys that say nothing of the event: what has no others is about one of the surroundings."""

_OTHER_ACTIONS: Final = {"started": "watch", "revoked": "github_app_authorization"}
_INSTALLATION_ACTIONS: Final = frozenset(
    ["created", "deleted", "new_permissions_accepted", "suspend", "unsuspend"]
)


def event_of(payload: Document) -> str | None:
    """Return GitHub's name of the event that a payload is about; ``None`` if it could be any."""
    if not any(isinstance(payload.get(key), dict) for key in _SURROUNDINGS):
        return None
    for event, keys in _TELLING:
        if all(_has(payload, key) for key in keys.split()):
            return event
    if all(key in _BESIDE or key.startswith("p_") for key in payload):
        return _by_action(payload)
    return None


def _by_action(payload: Document) -> str | None:
    """Return the event of a payload that has nothing but an action and its surroundings."""
    action = payload.get("action")
    if "repository" in payload and (action is None or action in _REPOSITORY_ACTIONS):
        return "public" if action is None else "repository"
    if action in _INSTALLATION_ACTIONS and "installation" in payload:
        return "installation"
    return _OTHER_ACTIONS.get(str(action))


def _has(payload: Document, key: str) -> bool:
    if key.startswith("-"):
        return key[1:] not in payload
    return descend(payload, key) is not MISSING
