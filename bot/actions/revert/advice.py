"""What a person can do about events that Tipstaff has no way to put back."""

from collections.abc import Mapping
from typing import Final

ADVICE: Final[Mapping[str, str]] = {
    "team.remove_repository": "give the team the repository again if it was wrong",
    "repo.transfer": "only a person can: ask the new owner to open the repository's settings, "
    "General, Danger Zone, Transfer ownership, and give it back",
    "repo.destroy": "an owner can restore it for 90 days: the organisation's settings, Deleted "
    "repositories, Restore",
    "public_key.delete": "if it was wrong, an administrator can add the key again: the "
    "repository's settings, Deploy keys",
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
    "integration_installation.version_updated": "an owner accepted what the App may do: the "
    "organisation's settings, GitHub Apps, Configure show it; only uninstalling takes it back",
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
"""What a person can do about events that Tipstaff does not put back."""
