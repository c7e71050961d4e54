"""A workflow that was switched on or off: switched back."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from bot.actions.base import Situation
from bot.actions.change import Change
from bot.actions.revert.reverter import Reverter, repository
from bot.actions.workflows.disable_workflow import workflow_of
from bot.actions.workflows.workflow import WORKFLOW_NEEDS, workflow_change
from bot.respond.alert import Alert


class WorkflowReverter(Reverter):
    """Answers a workflow that was enabled or disabled."""

    actions = ("workflows.enable_workflow", "workflows.disable_workflow")
    needs: ClassVar[Mapping[str, str]] = WORKFLOW_NEEDS
    puts_back = "The workflow is disabled, or enabled, again."

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the switching of a workflow."""
        enabled = alert.action == "workflows.enable_workflow"
        wanted: Literal["active", "disabled"] = "disabled" if enabled else "active"
        repo = await repository(situation, alert)
        workflow = workflow_of(alert).rpartition("/")[2]
        return workflow_change(situation, repo, workflow, wanted=wanted)
