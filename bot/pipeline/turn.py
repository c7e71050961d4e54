"""Judging a step whose turn has come: what it depends on is known only now."""

from collections.abc import Container
from dataclasses import dataclass, replace

from bot.core.errors import Refused, Unavailable
from bot.core.event import Event
from bot.core.normalise import normalise
from bot.pipeline.ports import Records, StepTask
from bot.respond.alert import Alert, CaseFile
from bot.respond.step import Receipt, Step, StepState
from bot.respond.subject import subject_of
from bot.respond.turn import Fail, Skip, judge


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """A claimed step with what was found when its turn came."""

    step: Step
    file: CaseFile
    resumed: bool


class Turns:
    """Judges late steps, once: what was found is saved before anything is done.

    So a step that was begun is not found needless after a crash, and what a person approves is
    what is then made.
    """

    def __init__(
        self, *, records: Records, worker: str, changing: Container[str], opening: Container[str]
    ) -> None:
        self._records = records
        self._worker = worker
        self._changing = changing
        self._opening = opening

    async def take(self, task: StepTask) -> StepTask | Receipt:
        """Return the step as it is to be made, or the receipt of one that is not.

        Raises `Refused` when it cannot be told, and `Unavailable` when the claim was lost.
        """
        step, file = task.step, task.file
        alert = next((each for each in file.alerts if each.id == step.alert_id), None)
        if not step.late or alert is None:
            return task
        found = judge(step, alert, await self._event(alert), file, self._opening)
        if isinstance(found, Skip):
            return Receipt(state=StepState.SKIPPED, summary=found.reason)
        if isinstance(found, Fail):
            raise Refused(found.error)
        subject = step.subject
        if step.action in self._changing:
            subject = subject_of(step.action, found.params, alert).key
        held = await self._records.settle_step(
            step.id,
            worker=self._worker,
            attempts=step.attempts,
            params=found.params,
            subject=subject,
        )
        if not held:
            raise Unavailable("another worker has taken this step over")
        ready = replace(step, params=found.params, subject=subject, late=False)
        return Ready(step=ready, file=file, resumed=task.resumed)

    async def _event(self, alert: Alert) -> Event:
        """Return the event as it was recorded; what the alert keeps of it, when it is gone."""
        kept = await self._records.delivery(alert.delivery_id)
        if kept is not None:
            return normalise(kept)
        return Event(
            id=alert.delivery_id,
            source="record",
            kind=alert.action,
            at=alert.happened_at,
            installation=alert.installation,
            fields={**alert.fields, "action": alert.action},
            raw={},
        )
