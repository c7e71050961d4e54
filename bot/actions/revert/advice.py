"""What a person can do about events that Tipstaff has no way to put back."""

import re
from collections.abc import Mapping
from typing import Final

from bot.actions.revert.content import NO_CHANGE, OF_CONTENT, OF_FAMILY
from bot.actions.revert.organization_setting import TIGHTENED
from bot.respond.alert import Alert

_PRIVILEGES: Final = "in the organisation's settings under Member privileges"

_SETTINGS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "org.update_member_repository_invitation_permission",
            "members_can_delete_repos.enable",
            "members_can_delete_repos.disable",
            "repository_visibility_change.enable",
            "repository_visibility_change.disable",
            "issues.deletes_enabled",
            "issues.deletes_disabled",
            "members_can_view_dependency_insights.enable",
            "members_can_view_dependency_insights.disable",
            "org.enable_member_team_creation_permission",
            "org.disable_member_team_creation_permission",
            "org.enable_reader_discussion_creation_permission",
            "org.disable_reader_discussion_creation_permission",
        ),
        f"GitHub's API can't set this; an owner can set it as it was, {_PRIVILEGES}",
    ),
    **dict.fromkeys(
        TIGHTENED,
        "it was made stricter, and Tipstaff loosens it for nobody by itself; if that was wrong, an "
        f"owner can set it as it was, {_PRIVILEGES}",
    ),
    **dict.fromkeys(
        ("org.enable_two_factor_requirement", "org.disable_two_factor_requirement"),
        "GitHub's API can't set this; an owner can, in the organisation's settings under "
        "Authentication security, Two-factor authentication",
    ),
}

_EXACTLY: Final[Mapping[str, str]] = {
    "org.rename": "only an owner can: the organisation's settings, General, Rename organization; "
    "the former name may be taken by anybody meanwhile",
    "org.delete": "nobody can put it together again but GitHub: an owner can ask its support "
    "(https://support.github.com) within 90 days",
    "team.create": "it may do nothing yet, and deleting it would take with it what it was given "
    "since: an owner can, on the team's page, Settings, Delete this team; what it is given comes "
    "as `team.add_repository`, `team.add_member`",
    "team.destroy": "who was in it, and what it might do, went with it, and no event tells: an "
    "owner can make it again (New team, the same name), add its members and repositories, and "
    "find both in the audit log",
    "repo.create": "deleting it would lose what is in it: an administrator can, in the "
    "repository's settings, General, Danger Zone; the actions `set-visibility` and "
    "`archive-repository` are gentler",
    "repo.fork": "the copy belongs to whoever made it; an owner can forbid copies of private "
    "repositories, in the organisation's settings under Member privileges, and removing the "
    "person from the repository deletes their private copy",
    "branch.create": "whoever may push can delete it: `git push origin --delete BRANCH`",
    "tag.create": "whoever may push can delete it: `git push origin --delete TAG`",
    "branch.destroy": "the push of the same moment tells its last commit ('before'): whoever may "
    "push can bring it back by `git push origin BEFORE:refs/heads/BRANCH`, and so does Restore "
    "branch on its pull request",
    "tag.destroy": "the push of the same moment tells its commit ('before'): whoever may push can "
    "bring it back by `git push origin BEFORE:refs/tags/TAG`",
    "repository_branch_protection_evaluation.enable": "GitHub's API can't switch it off again: an "
    "administrator can look at the repository's settings under Branches and Rules",
    "installation_target.renamed": "an owner can give the account its former name again: its "
    "settings, General or Account, while nobody has taken it",
    "github_app_authorization.revoked": "only the person can allow the App again, when they next "
    "sign in by it",
    "repo.transfer": "only a person can: ask the new owner to open the repository's settings, "
    "General, Danger Zone, Transfer ownership, and give it back",
    "repo.destroy": "an owner can restore it for 90 days: the organisation's settings, Deleted "
    "repositories, Restore",
    "hook.destroy": "if it was wrong, an administrator can add the webhook again, with a new "
    "secret: GitHub never shows the former one",
    "hook.config_changed": "an administrator can set the former address in the settings under "
    "Webhooks; a new secret is wise, for the other address may have learned it",
    "repository_branch_protection_evaluation.disable": "GitHub's API can't switch it on again: an "
    "administrator can look at the repository's settings under Branches and Rules",
    "protected_branch.policy_override": "what was pushed past the protection stays: whoever may "
    "push can take it back by `git revert`, and an administrator can look at who may bypass it",
    "org.set_default_workflow_permissions": "an owner can set what workflows may do by default: "
    "the organisation's settings, Actions, General, Workflow permissions, Read",
    "repo.set_default_workflow_permissions": "an administrator can set what workflows may do by "
    "default: the repository's settings, Actions, General, Workflow permissions, Read",
    "org.set_workflow_permission_can_approve_pr": "an owner can forbid workflows to approve pull "
    "requests: the organisation's settings, Actions, General, Workflow permissions",
    "repo.set_workflow_permission_can_approve_pr": "an administrator can forbid workflows to "
    "approve pull requests: the repository's settings, Actions, General, Workflow permissions",
    "integration_installation.create": "an owner can take the App out: the organisation's "
    "settings, GitHub Apps, Configure, Uninstall (or Suspend, to keep its settings)",
    "integration_installation.repositories_added": "an owner can take the repositories away from "
    "the App again: the organisation's settings, GitHub Apps, Configure, Repository access",
    "integration_installation.version_updated": "an owner accepted it, and it can't be taken "
    "back but by uninstalling the App: the organisation's settings, GitHub Apps, Configure",
    "integration_installation.destroy": "an owner can install the App again, from its page",
    "integration_installation.repositories_removed": "an owner can give the repositories to the "
    "App again: the organisation's settings, GitHub Apps, Configure, Repository access",
    "integration_installation.suspend": "an owner can let the App in again: the organisation's "
    "settings, GitHub Apps, Configure, Unsuspend",
    "integration_installation.unsuspend": "an owner can suspend the App again: the organisation's "
    "settings, GitHub Apps, Configure, Suspend",
    "personal_access_token.access_granted": "the action `revoke-token` takes the access away",
    "personal_access_token.request_created": "the action `deny-token-request` denies it",
    "org_credential_authorization.grant": "the action `deauthorize-sso-credential` takes it away",
    "secret_scanning_alert.create": "the action `revoke-leaked-credential` has GitHub revoke a "
    "token of its own; any other is revoked where it was made",
    "secret_scanning_alert.public_leak": "the action `revoke-leaked-credential` has GitHub revoke "
    "a token of its own; any other is revoked where it was made",
    "workflows.created_workflow_run": "the action `cancel-run` ends the run",
    "workflows.prepared_workflow_job": "the action `cancel-run` ends the run",
    "repo.self_hosted_runner_online": "the action `remove-runner` removes the runner",
    "org.self_hosted_runner_online": "the action `remove-runner` removes the runner",
    "repo.update_actions_access_settings": "the event does not say who could use the repository's "
    "workflows before: an administrator can set it, in its settings, Actions, General, Access",
    "repo.set_actions_fork_pr_approvals_policy": "an administrator can choose whose pull requests "
    "run workflows unasked: the repository's settings, Actions, General",
    "org.set_actions_fork_pr_approvals_policy": "an owner can choose whose pull requests run "
    "workflows unasked: the organisation's settings, Actions, General",
    "repo.set_fork_pr_workflows_policy": "an administrator can choose what workflows of forks may "
    "do: the repository's settings, Actions, General",
    "org.set_fork_pr_workflows_policy": "an owner can choose what workflows of forks may do: the "
    "organisation's settings, Actions, General",
    "org.oauth_app_access_approved": "an owner can deny the app again: the organisation's "
    "settings, OAuth app policy",
    "repo.remove_self_hosted_runner": "a runner is registered again on its own machine: Settings, "
    "Actions, Runners, New self-hosted runner",
    "org.remove_self_hosted_runner": "a runner is registered again on its own machine: Settings, "
    "Actions, Runners, New runner",
    "organization_role.revoke": "if it was wrong, an owner can assign the role again, in the "
    "organisation's settings under Organization roles",
    "git.push": "the former commit is in the event as 'before': whoever may push there can bring "
    "it back by `git push --force-with-lease origin BEFORE:BRANCH`, or take single commits back "
    "by `git revert`",
}

ADVICE: Final[Mapping[str, str]] = {**_SETTINGS, **_EXACTLY, **OF_CONTENT}
"""What a person can do about events that Tipstaff does not put back."""


_NAME: Final = re.compile(r"[A-Za-z0-9_][\w./-]{0,199}", re.ASCII)

_BLANKS: Final[Mapping[str, tuple[str, re.Pattern[str]]]] = {
    "BEFORE": ("before", re.compile(r"(?!0+\Z)[0-9a-f]{40,64}")),
    "BRANCH": ("branch", _NAME),
    "TAG": ("tag", _NAME),
}
"""Words of advice in place of which an event's field says it, where that is safe to type."""


def advise(alert: Alert) -> str:
    """Return what a person can do about an event, with the names and commits that it tells."""
    advice = advice_on(alert.action)
    for blank, (field, form) in _BLANKS.items():
        told = alert.fields.get(field)
        if isinstance(told, str) and form.fullmatch(told):
            advice = advice.replace(blank, told)
    return advice


def advice_on(action: str) -> str:
    """Return what a person can do about an event that is not put back, as a part of a sentence."""
    if tells_no_change(action):
        return "it tells of nothing that was changed"
    return ADVICE.get(action) or OF_FAMILY.get(family_of(action)) or "please look at it by hand"


def tells_no_change(action: str) -> bool:
    """Tell whether an event only says that something was found, asked for, or run."""
    return action in NO_CHANGE or family_of(action) in NO_CHANGE


def family_of(action: str) -> str:
    """Return the first word of an event's action, which many have in common."""
    return action.partition(".")[0]
