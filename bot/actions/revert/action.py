"""Puts back what the event changed, whatever that was."""

from collections.abc import Mapping
from typing import ClassVar, Final

from bot.actions.base import NoParameters, Situation, alert_of
from bot.actions.change import CannotChange, Change
from bot.actions.changing import ChangingAction
from bot.actions.revert.actions_settings import ActionsSettingsReverter
from bot.actions.revert.archive import ArchiveReverter
from bot.actions.revert.base_permission import BasePermissionReverter
from bot.actions.revert.block import BlockReverter
from bot.actions.revert.branch_protection import BranchProtectionReverter
from bot.actions.revert.collaborator import CollaboratorReverter
from bot.actions.revert.deploy_key import DeployKeyReverter
from bot.actions.revert.invitation import (
    OrganizationInvitationReverter,
    RepositoryInvitationReverter,
)
from bot.actions.revert.organization_role import OrganizationRoleReverter
from bot.actions.revert.owner import OwnerReverter
from bot.actions.revert.removed_member import RemovedMemberReverter
from bot.actions.revert.reverter import Reverter
from bot.actions.revert.ruleset import RulesetReverter
from bot.actions.revert.runner import RunnerReverter
from bot.actions.revert.team_member import TeamMemberReverter
from bot.actions.revert.team_repository import TeamRepositoryReverter
from bot.actions.revert.visibility import VisibilityReverter
from bot.actions.revert.webhook import WebhookReverter
from bot.actions.revert.workflow import WorkflowReverter
from bot.respond.alert import Alert, CaseFile
from bot.respond.step import Step

REVERTERS: Final[tuple[Reverter, ...]] = (
    CollaboratorReverter(),
    OwnerReverter(),
    RemovedMemberReverter(),
    OrganizationInvitationReverter(),
    RepositoryInvitationReverter(),
    OrganizationRoleReverter(),
    BasePermissionReverter(),
    BlockReverter(),
    TeamMemberReverter(),
    TeamRepositoryReverter(),
    VisibilityReverter(),
    ArchiveReverter(),
    DeployKeyReverter(),
    WebhookReverter(),
    BranchProtectionReverter(),
    RulesetReverter(),
    ActionsSettingsReverter(),
    WorkflowReverter(),
    RunnerReverter(),
)

BY_EVENT: Final[Mapping[str, Reverter]] = {
    action: reverter for reverter in REVERTERS for action in reverter.actions
}
"""Who puts back which event."""

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

_NEEDS: Final[Mapping[str, str]] = {
    permission: max(
        reverter.needs[permission] for reverter in REVERTERS if permission in reverter.needs
    )
    for permission in sorted({each for reverter in REVERTERS for each in reverter.needs})
}
"""What any reverter needs, each at its highest level: ``read`` or ``write``, as letters go."""


class Revert(ChangingAction[NoParameters]):
    """Looks up who puts back the event, and lets them."""

    name = "revert"
    summary = (
        "Puts back what the event changed, from what it was before. It looks at the present "
        "first, does nothing when that is right already or has changed since, and looks again "
        "afterwards."
    )
    Params = NoParameters
    needs: ClassVar[Mapping[str, str]] = _NEEDS
    example = "- action: revert\n"

    def permissions(self, step: Step, file: CaseFile) -> Mapping[str, str]:
        """Return what this event's own reverter needs: often less than all of them together."""
        alert = alert_of(step, file)
        reverter = BY_EVENT.get(alert.action) if alert is not None else None
        if alert is None or reverter is None:
            return {"metadata": "read"}
        return reverter.permissions(alert)

    async def change(
        self,
        situation: Situation,
        params: NoParameters,  # noqa: ARG002 - there are none
    ) -> Change:
        """Return the event's change, to be put back."""
        alert = situation.subject()
        return await _reverter(alert).change(situation, alert)


def _reverter(alert: Alert) -> Reverter:
    reverter = BY_EVENT.get(alert.action)
    if reverter is None:
        advice = ADVICE.get(alert.action, "please look at it by hand")
        raise CannotChange(f"Tipstaff can't put back {alert.action}: {advice}.")
    return reverter
