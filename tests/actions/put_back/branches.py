"""The protection of branches, and rulesets, put back."""

from collections.abc import Mapping
from typing import Any, Final

from tests.actions.bench import Bench
from tests.actions.put_back.played import Act, Played, by_mallory, told_at_once
from tests.actions.scenes import branches, rulesets

REVIEWS: Final = {
    "required_approving_review_count": 2,
    "dismiss_stale_reviews": True,
    "require_code_owner_reviews": True,
    "require_last_push_approval": True,
}


CHECKS: Final = {"strict": True, "checks": [{"context": "ci", "app_id": 15368}]}


ONLY: Final = {"users": ["olivia"], "teams": [], "apps": []}


_WEAKENED: Final[Mapping[str, tuple[dict[str, Any], dict[str, Any]]]] = {
    "update_admin_enforced": ({"enforce_admins": True}, {"enforce_admins": False}),
    "update_allow_force_pushes_enforcement_level": ({}, {"allow_force_pushes": True}),
    "update_allow_deletions_enforcement_level": ({}, {"allow_deletions": True}),
    "update_pull_request_reviews_enforcement_level": (
        {"required_pull_request_reviews": REVIEWS},
        {"required_pull_request_reviews": None},
    ),
    "update_required_approving_review_count": (
        {"required_pull_request_reviews": REVIEWS},
        {"required_pull_request_reviews": {**REVIEWS, "required_approving_review_count": 0}},
    ),
    "update_require_code_owner_review": (
        {"required_pull_request_reviews": REVIEWS},
        {"required_pull_request_reviews": {**REVIEWS, "require_code_owner_reviews": False}},
    ),
    "update_require_last_push_approval": (
        {"required_pull_request_reviews": REVIEWS},
        {"required_pull_request_reviews": {**REVIEWS, "require_last_push_approval": False}},
    ),
    "dismiss_stale_reviews": (
        {"required_pull_request_reviews": REVIEWS},
        {"required_pull_request_reviews": {**REVIEWS, "dismiss_stale_reviews": False}},
    ),
    "dismissal_restricted_users_teams": (
        {"required_pull_request_reviews": REVIEWS},
        {"required_pull_request_reviews": {**REVIEWS, "dismissal_restrictions": ONLY}},
    ),
    "update_required_status_checks_enforcement_level": (
        {"required_status_checks": {**CHECKS, "checks": [{"context": "ci", "app_id": None}]}},
        {"required_status_checks": None},
    ),
    "update_strict_required_status_checks_policy": (
        {"required_status_checks": CHECKS},
        {"required_status_checks": {**CHECKS, "strict": False}},
    ),
    "update_signature_requirement_enforcement_level": (
        {"signatures": True},
        {"signatures": False},
    ),
    "update_linear_history_requirement_enforcement_level": (
        {"required_linear_history": True},
        {"required_linear_history": False},
    ),
    "update_lock_branch_enforcement_level": ({}, {"lock_branch": True}),
    "update_lock_allows_fetch_and_merge": (
        {"lock_branch": True},
        {"lock_branch": True, "allow_fork_syncing": True},
    ),
    "authorized_users_teams": ({"restrictions": ONLY}, {"restrictions": None}),
    "update": (
        {"required_conversation_resolution": True},
        {"required_conversation_resolution": False},
    ),
}
"""An aspect of a protected branch: how it was, and what somebody made of it."""


def _protected(**given: Any) -> Act:
    async def arrange(bench: Bench) -> None:
        await bench.sim.by("olivia").protect_branch("widgets", **given)

    return arrange


def _loosened(**given: Any) -> Act:
    async def act(bench: Bench) -> None:
        await bench.sim.by("mallory").change_protection("widgets", **given)

    return act


def guarded(bench: Bench) -> Any:
    """Return how the branch is protected, without what says nothing."""
    return _bare(branches.guards(bench))


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {name: _bare(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each not in (None, False, [])}
    return [_bare(each) for each in value] if isinstance(value, list) else value


PLAYED: Final[Mapping[str, Played]] = {
    "protected_branch.create": Played(
        look=guarded, act=by_mallory(lambda by: by.protect_branch("widgets", lock_branch=True))
    ),
    "protected_branch.destroy": Played(
        look=guarded,
        arrange=_protected(enforce_admins=True, restrictions=ONLY, required_linear_history=True),
        act=by_mallory(lambda by: by.unprotect_branch("widgets")),
    ),
    **{
        f"protected_branch.{name}": Played(
            look=guarded, arrange=_protected(**before), act=_loosened(**after)
        )
        for name, (before, after) in _WEAKENED.items()
    },
    "repository_ruleset.create": Played(look=rulesets.rules, act=rulesets.rule_made),
    "repository_ruleset.update": told_at_once(
        rulesets.rules, rulesets.rule_disabled, before=rulesets.RULE
    ),
    "repository_ruleset.destroy": told_at_once(
        rulesets.rules,
        rulesets.rule_deleted,
        before={**rulesets.RULE, "bypass_actors": rulesets.BYPASS},
    ),
}
