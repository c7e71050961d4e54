"""Puts back what the event changed, whatever that was."""

from collections.abc import Mapping
from typing import ClassVar, Final

from bot.actions.base import NoParameters, Situation, alert_of
from bot.actions.change import CannotChange, Change
from bot.actions.changing import ChangingAction
from bot.actions.revert.actions_settings import ActionsSettingsReverter
from bot.actions.revert.advice import advise
from bot.actions.revert.archive import ArchiveReverter
from bot.actions.revert.base_permission import BasePermissionReverter
from bot.actions.revert.block import BlockReverter
from bot.actions.revert.branch_protection import BranchProtectionReverter
from bot.actions.revert.chain import followed
from bot.actions.revert.collaborator import CollaboratorReverter
from bot.actions.revert.custom_property import CustomPropertyReverter
from bot.actions.revert.deploy_key import DeployKeyReverter, RemovedKeyReverter
from bot.actions.revert.finding import FindingReverter
from bot.actions.revert.invitation import (
    OrganizationInvitationReverter,
    RepositoryInvitationReverter,
)
from bot.actions.revert.organization_role import OrganizationRoleReverter
from bot.actions.revert.organization_setting import OrganizationSettingReverter
from bot.actions.revert.owner import OwnerReverter
from bot.actions.revert.removed_member import RemovedMemberReverter
from bot.actions.revert.repository_details import RepositoryDetailsReverter
from bot.actions.revert.repository_setting import RepositorySettingReverter
from bot.actions.revert.reverter import Reverter
from bot.actions.revert.ruleset import RulesetReverter
from bot.actions.revert.runner import RunnerReverter
from bot.actions.revert.security_feature import SecurityFeatureReverter
from bot.actions.revert.team_member import TeamMemberReverter
from bot.actions.revert.team_repository import TeamRepositoryReverter
from bot.actions.revert.team_setting import TeamSettingReverter
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
    OrganizationSettingReverter(),
    BlockReverter(),
    TeamMemberReverter(),
    TeamRepositoryReverter(),
    TeamSettingReverter(),
    VisibilityReverter(),
    ArchiveReverter(),
    RepositorySettingReverter(),
    RepositoryDetailsReverter(),
    SecurityFeatureReverter(),
    DeployKeyReverter(),
    RemovedKeyReverter(),
    WebhookReverter(),
    BranchProtectionReverter(),
    RulesetReverter(),
    CustomPropertyReverter(),
    FindingReverter(),
    ActionsSettingsReverter(),
    WorkflowReverter(),
    RunnerReverter(),
)

BY_EVENT: Final[Mapping[str, Reverter]] = {
    action: reverter for reverter in REVERTERS for action in reverter.actions
}
"""Who puts back which event."""

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
        "afterwards. Several quick edits of one thing lead back to before the first."
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

        async def change_of(alert: Alert) -> Change:
            return await _reverter(alert).change(situation, alert)

        alert = situation.subject()
        return await followed(situation, alert, await change_of(alert), change_of)


def _reverter(alert: Alert) -> Reverter:
    reverter = BY_EVENT.get(alert.action)
    if reverter is None:
        raise CannotChange(f"Tipstaff can't put back {alert.action}: {advise(alert)}.")
    return reverter
