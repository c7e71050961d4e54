"""`branch_protection_rule`, `branch_protection_configuration`: the older protection of branches."""

from bot.core.normalise.readers import flag, keys, number, part, present, text, texts
from bot.core.normalise.table import Family, Row

# What an edit may change, the most telling first, and the audit log's name for it.
_ASPECTS = {
    "admin_enforced": "update_admin_enforced",
    "allow_force_pushes_enforcement_level": "update_allow_force_pushes_enforcement_level",
    "allow_deletions_enforcement_level": "update_allow_deletions_enforcement_level",
    "pull_request_reviews_enforcement_level": "update_pull_request_reviews_enforcement_level",
    "required_approving_review_count": "update_required_approving_review_count",
    "require_code_owner_review": "update_require_code_owner_review",
    "require_last_push_approval": "update_require_last_push_approval",
    "ignore_approvals_from_contributors": "update_ignore_approvals_from_contributors",
    "dismiss_stale_reviews_on_push": "dismiss_stale_reviews",
    "required_status_checks_enforcement_level": "update_required_status_checks_enforcement_level",
    "strict_required_status_checks_policy": "update_strict_required_status_checks_policy",
    "signature_requirement_enforcement_level": "update_signature_requirement_enforcement_level",
    "linear_history_requirement_enforcement_level": (
        "update_linear_history_requirement_enforcement_level"
    ),
    "merge_queue_enforcement_level": "update_merge_queue_enforcement_level",
    "lock_branch_enforcement_level": "update_lock_branch_enforcement_level",
    "lock_allows_fork_sync": "update_lock_allows_fetch_and_merge",
    "authorized_dismissal_actors_only": "dismissal_restricted_users_teams",
    "authorized_actors_only": "authorized_users_teams",
    "authorized_actor_names": "authorized_users_teams",
    "name": "update_name",
}

_FLAGS = (
    "admin_enforced",
    "authorized_actors_only",
    "authorized_dismissal_actors_only",
    "create_protected",
    "dismiss_stale_reviews_on_push",
    "ignore_approvals_from_contributors",
    "lock_allows_fork_sync",
    "require_code_owner_review",
    "require_last_push_approval",
    "strict_required_status_checks_policy",
)

_ENFORCEMENTS = (
    "allow_deletions_enforcement_level",
    "allow_force_pushes_enforcement_level",
    "linear_history_requirement_enforcement_level",
    "lock_branch_enforcement_level",
    "merge_queue_enforcement_level",
    "pull_request_reviews_enforcement_level",
    "required_conversation_resolution_level",
    "required_deployments_enforcement_level",
    "required_status_checks_enforcement_level",
    "signature_requirement_enforcement_level",
)

_CHANGES = (keys("changed", "changes"), part("changes_from", "changes"))

BRANCH_PROTECTION_RULE = Family(
    event="branch_protection_rule",
    about="A rule that protects the branches whose name fits its pattern.",
    fields=(
        text("name", "rule.name"),
        number("rule_id", "rule.id"),
        number("required_approving_review_count", "rule.required_approving_review_count"),
        texts("authorized_actor_names", "rule.authorized_actor_names"),
        texts("required_status_checks", "rule.required_status_checks"),
        *(flag(name, f"rule.{name}") for name in _FLAGS),
        *(text(name, f"rule.{name}") for name in _ENFORCEMENTS),
    ),
    rows=(
        Row(action="created", becomes="protected_branch.create", operation="create"),
        Row(action="deleted", becomes="protected_branch.destroy", operation="remove"),
        *(
            Row(
                action="edited",
                when=present(f"changes.{aspect}"),
                becomes=f"protected_branch.{name}",
                operation="modify",
                fields=_CHANGES,
            )
            for aspect, name in _ASPECTS.items()
        ),
        Row(
            action="edited",
            becomes="protected_branch.update",
            operation="modify",
            fields=_CHANGES,
            coined=True,
        ),
    ),
    notes=(
        (
            "The audit log writes one entry for each thing changed, a webhook tells them together:"
            " the action is that of the first in the order of this table, and `changed` lists them"
            " all. A rule about one aspect should test `changed`, or `action|startswith:"
            " protected_branch.`"
        ),
        (
            "Enforcement levels are `off`, `non_admins` or `everyone`, where the audit log has 0,"
            " 1 or 2."
        ),
    ),
)

BRANCH_PROTECTION_CONFIGURATION = Family(
    event="branch_protection_configuration",
    about="All branch protections of a repository, switched at once.",
    rows=(
        Row(
            action="enabled",
            becomes="repository_branch_protection_evaluation.enable",
            operation="modify",
        ),
        Row(
            action="disabled",
            becomes="repository_branch_protection_evaluation.disable",
            operation="modify",
        ),
    ),
)
