"""Keeps one workflow from running."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.actions.changing import ChangingAction
from bot.actions.people.subject import repository_of
from bot.actions.repository.place import RepositoryParameters
from bot.actions.workflows.workflow import OFF, WORKFLOW_NEEDS, workflow_change
from bot.respond.alert import Alert


class DisableWorkflowParameters(RepositoryParameters):
    """Parameters of ``disable-workflow``."""

    workflow: str = Field(
        default="",
        description="The name of its file, such as `deploy.yml`, or its number; left out, the "
        "event's.",
        max_length=200,
    )


class DisableWorkflow(ChangingAction[DisableWorkflowParameters]):
    """Disables a workflow, as the button in the Actions tab does."""

    name = "disable-workflow"
    summary = (
        "Disables one workflow of a repository; its file stays. What runs already goes on; "
        "`cancel-run` ends it."
    )
    Params = DisableWorkflowParameters
    needs: ClassVar[Mapping[str, str]] = WORKFLOW_NEEDS
    undo_note = "`/undo` enables it again."
    example = """\
- action: disable-workflow
  with:
    workflow: deploy.yml
"""

    async def change(self, situation: Situation, params: DisableWorkflowParameters) -> Change:
        """Return the disabling."""
        workflow = params.workflow.strip() or workflow_of(situation.subject())
        repo = await repository_of(situation, params.repository)
        return workflow_change(situation, repo, workflow.rpartition("/")[2], wanted=OFF)


def workflow_of(alert: Alert) -> str:
    """Return the event's workflow: its number, or its file; raise `CannotChange` without one."""
    for field in ("workflow_id", "path"):
        value = alert.fields.get(field)
        if isinstance(value, int | str) and not isinstance(value, bool) and value:
            return str(value)
    raise CannotChange("The event does not say which workflow it was; please look by hand.")
