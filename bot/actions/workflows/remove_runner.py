"""Removes a self-hosted runner."""

from collections.abc import Mapping
from typing import ClassVar, Final, Literal

from pydantic import Field

from bot.actions.base import Situation, alert_of
from bot.actions.change import CannotChange, Change
from bot.actions.changing import ChangingAction
from bot.actions.people.subject import repository_of
from bot.actions.repository.place import RepositoryParameters, whole
from bot.actions.workflows.runner import (
    ORGANIZATION_NEEDS,
    REPOSITORY_NEEDS,
    Pool,
    find,
    of_organization,
    of_repository,
    runner_removal,
)
from bot.respond.alert import Alert, CaseFile
from bot.respond.step import Step

_GITHUBS_OWN: Final = "GitHub Actions"
"""The group of GitHub's own machines, as `workflow_job` calls it."""

Scope = Literal["auto", "repository", "organization"]


class RemoveRunnerParameters(RepositoryParameters):
    """Parameters of ``remove-runner``."""

    runner_id: int | None = Field(
        default=None, description="The runner's number; left out, the event's `runner_id`."
    )
    name: str = Field(
        default="",
        description="Its name, where there is no number; left out, the event's `runner_name`.",
        max_length=200,
    )
    scope: Scope = Field(
        default="auto",
        description="Where it is registered; `auto`: as the event says, else looked for in the "
        "repository and then in the organisation.",
    )


class RemoveRunner(ChangingAction[RemoveRunnerParameters]):
    """Takes a self-hosted runner's registration away."""

    name = "remove-runner"
    summary = (
        "Removes a self-hosted runner from a repository or from the organisation: it gets no more "
        "jobs. One that is at a job goes when that is over; `cancel-run` ends it. The audit log's "
        "events of a runner's registration do not say which it was; those of a job do."
    )
    Params = RemoveRunnerParameters
    needs: ClassVar[Mapping[str, str]] = {**REPOSITORY_NEEDS, **ORGANIZATION_NEEDS}
    undo_note = "It has to be registered again, on its own machine, with a new token."
    example = """\
- action: remove-runner
  with:
    scope: organization
"""

    def permissions(self, step: Step, file: CaseFile) -> Mapping[str, str]:
        """Return only what the scope needs."""
        scope = _scope(alert_of(step, file), step.params.get("scope", "auto"))
        if scope == "auto":
            return self.needs
        return ORGANIZATION_NEEDS if scope == "organization" else REPOSITORY_NEEDS

    async def change(self, situation: Situation, params: RemoveRunnerParameters) -> Change:
        """Return the removal."""
        alert = situation.subject()
        number = params.runner_id
        name = params.name.strip()
        if number is None and not name:
            if alert.fields.get("runner_group_name") == _GITHUBS_OWN:
                raise CannotChange("The job ran on a machine of GitHub's own: nothing to remove.")
            number = whole(alert.fields.get("runner_id"))
            name = str(alert.fields.get("runner_name") or "")
        if number is None and not name:
            raise CannotChange(
                "The event does not say which runner it was. An administrator can look under "
                "Settings, Actions, Runners, and remove what nobody knows."
            )
        pools = await self._pools(situation, params, alert)
        found = await find(situation, pools, number=number, name=name)
        pool, known = found or (pools[0], None)
        return runner_removal(situation, pool, known, name or str(number))

    async def _pools(
        self, situation: Situation, params: RemoveRunnerParameters, alert: Alert
    ) -> tuple[Pool, ...]:
        scope = _scope(alert, params.scope)
        pools = []
        if scope == "repository" or (scope == "auto" and (params.repository or alert.repo)):
            pools.append(of_repository(await repository_of(situation, params.repository)))
        if scope != "repository":
            pools.append(of_organization(alert.org))
        return tuple(pools)


def _scope(alert: Alert | None, given: object) -> object:
    """Return where a runner is registered, as the parameter or the event's action says."""
    if given != "auto" or alert is None:
        return given
    family = alert.action.partition(".")[0]
    return {"repo": "repository", "org": "organization"}.get(family, "auto")
