"""What people write and run: how a person puts it right, and what changes nothing at all.

None of it says who may do what, so Tipstaff tells of it and leaves it to those who work there.
"""

from collections.abc import Mapping
from typing import Final

_WATCHMEN: Final = "the alert's page under Security"

OF_CONTENT: Final[Mapping[str, str]] = {
    "issue.destroy": "GitHub keeps no deleted issue; whoever had it by mail can open it again",
    "issue.transfer": "whoever may write in both repositories can move it back: the issue's page, "
    "Transfer issue",
    "pull_request.merge": "whoever may push can take it back: the pull request's page, Revert, or "
    "`git revert -m 1 COMMIT`",
    "pull_request.close": "whoever may write can open it again: the pull request's page, Reopen",
    "pull_request.reopen": "whoever may write can close it again, on the pull request's page",
    "pull_request.synchronize": "the former commit is in the event as 'before': whoever may push "
    "to the branch can bring it back",
    "pull_request_review.submit": "an administrator can dismiss it: the review on the pull "
    "request's page, Dismiss review",
    "pull_request_review.dismiss": "the reviewer can review again, on the pull request's page",
    "issue_comment.destroy": "GitHub keeps no deleted comment; its writer can write it again",
    "pull_request_review_comment.delete": "GitHub keeps no deleted comment; its writer can write "
    "it again",
    "secret_scanning_alert.reopen": f"whoever looks after it can close it again: {_WATCHMEN}",
    "secret_scanning_alert.assigned": f"whoever looks after it can assign another: {_WATCHMEN}",
    "secret_scanning_alert.unassigned": f"whoever looks after it can assign one: {_WATCHMEN}",
    "code_scanning.alert_reopened_by_user": f"whoever looks after it can dismiss it: {_WATCHMEN}",
    "repository_vulnerability_alert.auto_dismiss": "a rule did it: whoever looks after it can "
    f"open it again ({_WATCHMEN}), or change the rule, in the settings under Advanced Security",
    "repository_vulnerability_alert.reopen": "whoever looks after it can dismiss it again: "
    f"{_WATCHMEN}",
    "deployment.created": "whoever may write can deploy the former version again",
    "deployment_review.approved": "whoever may write can cancel its run (the action `cancel-run`) "
    "and deploy the former version again",
    "deployment_review.rejected": "whoever may write can run the workflow again, on its page",
}
"""By the event's action."""

OF_FAMILY: Final[Mapping[str, str]] = {
    "issue": "whoever may write in the repository can change it back, on the issue's page",
    "issues": "whoever may triage in the repository can change it back, on the issue's page",
    "issue_comment": "its writer, or whoever may write, can edit or delete it; its mark "
    "'edited' shows how it was",
    "issue_dependencies": "whoever may triage can change it back, on the issue's page",
    "sub_issues": "whoever may triage can change it back, on the issue's page",
    "pull_request": "whoever may write can change it back, on the pull request's page",
    "pull_request_review": "the reviewer can change it, on the pull request's page",
    "pull_request_review_comment": "its writer, or whoever may write, can edit or delete it; its "
    "mark 'edited' shows how it was",
    "pull_request_review_thread": "whoever may write can change it back, on the pull request's "
    "page",
    "commit_comment": "its writer, or whoever may write, can delete it, on the commit's page",
    "discussion": "whoever may triage can change it back, on the discussion's page",
    "discussion_comment": "its writer, or whoever may triage, can edit or delete it",
    "gollum": "whoever may write can bring the former page back: the page, its revisions, Revert",
    "label": "whoever may write can change it back, on the repository's page of labels; the "
    "event's payload tells how it was",
    "milestone": "whoever may write can change it back, on the repository's page of milestones",
    "merge_group": "whoever may write can take it out of the merge queue, or put it in again",
    "project": "its administrator can change it back, in the project's settings",
    "project_card": "whoever may write in the project can change it back, on its board",
    "project_column": "whoever may write in the project can change it back, on its board",
    "release": "whoever may write can change or delete it, on the repository's page of releases; "
    "what was loaded meanwhile stays so",
    "package": "its administrator can delete the version: the package's page, Package settings",
    "registry_package": "its administrator can delete the version: the package's page, Package "
    "settings",
    "repository_advisory": "an administrator can look at it: the repository's Security, Advisories",
    "custom_property": "an owner can change it back: the organisation's settings, Repository, "
    "Custom properties",
    "organization_custom_property_values": "an owner of the enterprise can set the former value, "
    "in its settings under Custom properties",
    "bypass_request_secret_scanning": "whoever reviews such requests can look at it: the "
    "repository's Security, Push protection bypass; what was pushed stays",
    "dismissal_request_code_scanning": f"whoever reviews such requests can answer it: {_WATCHMEN}",
    "dismissal_request_secret_scanning": "whoever reviews such requests can answer it: "
    f"{_WATCHMEN}",
    "exemption_request_push_ruleset": "whoever reviews such requests can look at it, in the "
    "repository's settings under Rules; what was pushed stays",
    "star": "it is the person's own; nobody else can take it back",
    "watch": "it is the person's own; nobody else can take it back",
}
"""By the first word of the event's action, where the action itself has nothing."""

NO_CHANGE: Final = frozenset(
    {
        "check_run",
        "check_suite",
        "create",
        "delete",
        "deployment_protection_rule",
        "deployment_review.requested",
        "deployment_status",
        "code_scanning.alert_created",
        "code_scanning.alert_appeared_in_branch",
        "code_scanning.alert_closed_became_fixed",
        "code_scanning.alert_reappeared",
        "page_build",
        "personal_access_token.request_cancelled",
        "personal_access_token.request_denied",
        "ping",
        "repository_dispatch",
        "repository_vulnerability_alert.auto_reopen",
        "repository_vulnerability_alert.create",
        "repository_vulnerability_alert.reintroduce",
        "repository_vulnerability_alert.resolve",
        "secret_scanning_alert.validate",
        "secret_scanning_alert_location",
        "secret_scanning_scan",
        "security_advisory",
        "security_and_analysis",
        "status",
        "workflow_dispatch",
        "workflow_job",
        "workflow_run",
        "workflows.completed_workflow_run",
    }
)
"""Events, by action or its first word, that only say what was found, asked for, or run."""
