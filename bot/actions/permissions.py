"""What the App has to be granted, and why: from what actions, events and reads need."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.actions.catalogue import ACTIONS
from bot.actions.revert.action import REVERTERS

EVENTS: Final[Mapping[str, str]] = {
    "branch_protection_configuration": "administration",
    "branch_protection_rule": "administration",
    "check_run": "checks",
    "code_scanning_alert": "security_events",
    "create": "contents",
    "custom_property_values": "organization_custom_properties",
    "delete": "contents",
    "dependabot_alert": "vulnerability_alerts",
    "deploy_key": "deployments",
    "fork": "contents",
    "issue_comment": "issues",
    "issues": "issues",
    "member": "members",
    "membership": "members",
    "org_block": "organization_administration",
    "organization": "members",
    "personal_access_token_request": "organization_personal_access_token_requests",
    "public": "metadata",
    "pull_request": "pull_requests",
    "pull_request_review": "pull_requests",
    "pull_request_review_comment": "pull_requests",
    "push": "contents",
    "repository": "metadata",
    "repository_ruleset": "administration",
    "secret_scanning_alert": "secret_scanning_alerts",
    "secret_scanning_alert_location": "secret_scanning_alerts",
    "security_and_analysis": "administration",
    "team": "members",
    "team_add": "members",
    "workflow_job": "actions",
    "workflow_run": "actions",
}
"""Every event the App subscribes to, and the permission GitHub wants for it, to read
(https://docs.github.com/en/webhooks/webhook-events-and-payloads)."""

UNASKED: Final[Mapping[str, str]] = {
    "installation": "sent to every App",
    "installation_repositories": "sent to every App",
    "installation_target": "sent to every App",
    "github_app_authorization": "sent to every App",
    "meta": "tells of a webhook that is deleted, which an App's cannot be",
}
"""Events that Tipstaff understands without subscribing to them, and why."""

READS: Final[Mapping[str, str]] = {
    "members": "the owners of the organisation, for the roster, who it is that comments, and the "
    "live lists",
    "metadata": "which role a person who comments has in the repository",
    "organization_administration": "the organisation's settings, for the survey",
}
"""What is read besides: a permission, and what for."""


class Tier(StrEnum):
    """How much the App may do: everything, or only read and open issues."""

    FULL = "app.yml"
    READ_ONLY = "app-readonly.yml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a permission is needed at a level."""

    permission: str
    level: str
    why: str


def reasons(tier: Tier) -> tuple[Reason, ...]:
    """Return every reason for every permission of a tier, by permission."""
    return tuple(sorted(_reasons(tier), key=lambda each: (each.permission, each.level, each.why)))


def granted(tier: Tier) -> dict[str, str]:
    """Return a tier's permissions, each at the highest level something needs."""
    levels: dict[str, str] = {}
    for reason in reasons(tier):
        if levels.get(reason.permission) != "write":
            levels[reason.permission] = reason.level
    return levels


def _reasons(tier: Tier) -> Iterator[Reason]:
    for event, permission in EVENTS.items():
        yield Reason(permission=permission, level="read", why=f"the event `{event}`")
    for permission, why in READS.items():
        yield Reason(permission=permission, level="read", why=why)
    for action in ACTIONS.values():
        if action.changes and tier is Tier.READ_ONLY:
            continue
        if action.name != "revert":
            for permission, level in action.needs.items():
                yield Reason(permission=permission, level=level, why=f"the action `{action.name}`")
    if tier is Tier.FULL:
        for reverter in REVERTERS:
            for permission, level in reverter.needs.items():
                what = _listed(reverter.actions)
                yield Reason(permission=permission, level=level, why=f"`revert` of {what}")


def _listed(actions: Sequence[str]) -> str:
    """Return the first of some events; a reverter may answer dozens."""
    shown = ", ".join(f"`{action}`" for action in actions[:3])
    return shown + (f" and {len(actions) - 3} more" if len(actions) > 3 else "")
