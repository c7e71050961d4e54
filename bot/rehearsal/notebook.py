"""Records kept in memory for as long as one rehearsal lasts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from bot.core.delivery import Delivery
from bot.core.event import Event
from bot.detect.recall import Memory
from bot.respond.alert import Answer, CaseFile, Plan
from bot.respond.conduct import Conduct, Inquiry
from bot.respond.exemption import Exemption
from bot.respond.pause import Pause
from bot.respond.step import Approval, Issue, Receipt, Step, StepState
from bot.respond.told import Told


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One step about to be taken, with its case as it stands."""

    step: Step
    file: CaseFile
    resumed: bool = False


class Notebook:
    """What the pipeline needs of the state database, for one plan; see `pipeline.Records`."""

    def __init__(self, plan: Plan, event: Event) -> None:
        self._event = event
        self._case = plan.case
        self._alert = plan.alert
        self._steps = {step.id: step for step in plan.steps}

    def turn(self, step_id: str, now: datetime) -> Turn:
        """Claim a step: its intent is noted, as a worker's claim does."""
        step = self._steps[step_id]
        asked = step.state is StepState.AWAITING
        running = replace(
            step,
            state=StepState.RUNNING,
            attempts=step.attempts + 1,
            intent_at=now,
            approved_by="a person" if asked else step.approved_by,
        )
        self._steps[step_id] = running
        return Turn(step=running, file=self.file())

    def file(self) -> CaseFile:
        """Return the case as it stands."""
        return CaseFile(case=self._case, alerts=(self._alert,), steps=tuple(self._steps.values()))

    async def complete(
        self,
        delivery_id: str,
        *,
        worker: str,
        now: datetime,
        action: str,
        plans: Sequence[Plan] = (),
        answer: Answer | None = None,
        conclude: Callable[[Memory], Sequence[Plan]] | None = None,
        tells: Sequence[Told] = (),
    ) -> bool:
        """Refuse: a rehearsal begins after the plan, there is no delivery to complete."""
        del delivery_id, worker, now, action, plans, answer, conclude, tells
        return False

    async def complete_window(
        self, number: int, *, worker: str, conclude: Callable[[Memory], Sequence[Plan]]
    ) -> bool:
        """Refuse: in a rehearsal no time passes."""
        del number, worker, conclude
        return False

    async def keep(self, delivery_id: str, *, worker: str, plans: Sequence[Plan]) -> bool:
        """Refuse, as `complete` does."""
        del delivery_id, worker, plans
        return False

    async def finish_step(
        self,
        step_id: str,
        *,
        worker: str,
        now: datetime,
        state: StepState,
        receipt: Receipt | None = None,
        error: str = "",
        next_at: datetime | None = None,
        sent: bool = False,
        follow_ups: Sequence[Step] = (),
        ask_until: datetime | None = None,
        approvals: Sequence[Approval] = (),
    ) -> bool:
        """Note what came of a step, and the steps that follow from it."""
        del worker, sent
        self._steps[step_id] = replace(
            self._steps[step_id],
            state=state,
            receipt=receipt,
            error=error,
            finished_at=now,
            next_at=next_at or now,
            ask_until=ask_until,
            approvals=tuple(approvals),
        )
        self._steps |= {step.id: step for step in follow_ups}
        if receipt is not None and receipt.issue is not None:
            self._case = replace(self._case, issue=receipt.issue)
        return True

    async def settle_step(
        self,
        step_id: str,
        *,
        worker: str,
        attempts: int,
        params: Mapping[str, Any],
        subject: str | None,
    ) -> bool:
        """Note what a step is made with whose turn has come."""
        del worker, attempts
        step = self._steps[step_id]
        self._steps[step_id] = replace(step, params=params, subject=subject, late=False)
        return True

    async def exemptions(self, org: str, actor: str, *, now: datetime) -> Sequence[Exemption]:
        """Nothing is exempt in a rehearsal: it shows what the playbook does."""
        del org, actor, now
        return ()

    async def holds(self, step_id: str, *, worker: str, attempts: int) -> bool:
        """Nobody else takes a step."""
        del step_id, worker, attempts
        return True

    async def first_seen(self, edition: str, *, now: datetime) -> datetime:
        """Everything is new in a rehearsal, which minds it not."""
        del edition
        return now

    async def begin_write(
        self, step_id: str, *, worker: str, attempts: int, intent: Receipt | None = None
    ) -> bool:
        """No write of a rehearsal is ever in doubt."""
        del step_id, worker, attempts, intent
        return True

    async def delivery(self, delivery_id: str) -> Delivery | None:
        """Return the event of the test, as if it had come in so."""
        event = self._event
        if event.id != delivery_id:
            return None
        return Delivery(
            id=event.id,
            source=event.source,
            event=event.kind,
            received_at=event.at,
            body=orjson.dumps({**event.fields, **event.raw}, default=str),
            headers={},
        )

    async def last_told(self, thing: str, *, until: datetime, but: str, own: str) -> Told | None:
        """No event came before the one of the test."""
        del thing, until, but, own
        return None

    async def case_of_issue(
        self, repository: str, number: int, issue_id: int | None = None
    ) -> CaseFile | None:
        """Nobody answers during a rehearsal."""
        del repository, number, issue_id
        return None

    async def case_of_former_issue(
        self, repository: str, number: int, issue_id: int | None = None
    ) -> CaseFile | None:
        """No case lived anywhere before this one."""
        del repository, number, issue_id
        return None

    async def rename_repository(self, old: str, new: str) -> None:
        """Nothing is renamed during a rehearsal."""

    async def tell_cases_in(self, repository: str, tell: Callable[[CaseFile], Step]) -> None:
        """No case lived anywhere before this one."""

    async def move_issue(self, case_id: str, issue: Issue) -> None:
        """Nor moved."""

    async def resume(self, installation: int, *, now: datetime) -> None:
        """Nothing waits longer than the rehearsal."""

    async def spend_effect(
        self, key: str, value: str, *, by: str, since: datetime, now: datetime
    ) -> bool:
        """Nothing was promised."""
        del key, value, by, since, now
        return False

    async def in_question(self, subject: str) -> bool:
        """Nothing is under way: a rehearsal hears of no event."""
        del subject
        return False

    async def conduct(self, asked: Inquiry) -> Conduct:
        """Count the changes of this one plan; nobody else changes anything."""
        made = {StepState.DONE, StepState.RUNNING}
        return Conduct(
            by_playbook=sum(
                step.subject is not None and step.state in made and step.id != asked.step.id
                for step in self._steps.values()
            )
        )

    async def pauses(self) -> Sequence[Pause]:
        """Nobody stops a rehearsal."""
        return ()

    def due(self) -> Step | None:
        """Return the next step to take.

        One that waits for approval is taken as approved, and one that waits for its time as if
        that had passed.
        """
        takeable = {
            StepState.PLANNED,
            StepState.WAITING,
            StepState.AWAITING,
            StepState.OBSERVED,
        }
        return next((step for step in self._steps.values() if step.state in takeable), None)
