"""Making a step with its action, or only looking whether an earlier try of it was made."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from pydantic import ValidationError

from bot.actions.base import AnyAction, Parameters, Situation, alert_of
from bot.actions.catalogue import action_of, describe
from bot.actions.notice import Notifier
from bot.core.errors import InstallationGone, Refused
from bot.core.event import Event
from bot.core.normalise import normalise
from bot.pipeline.noted import Halted, Noted, NotedNotifier, Trail
from bot.pipeline.policy import Policy
from bot.pipeline.ports import Apps, Records, StepTask
from bot.respond.alert import Alert
from bot.respond.render import Readers
from bot.respond.step import Receipt, StepState
from bot.respond.told import Told
from bot.respond.undoing import BEFORE, undone_by

_FOUND: Final = frozenset({StepState.DONE, StepState.UNCHANGED})
"""What a look alone can tell of a step."""

_UNSEEN: Final = Receipt(state=StepState.AWAITING, summary="It was not made by an earlier try.")


class Maker:
    """Gives an action what it may know and use, and returns its receipt; guards nothing."""

    def __init__(
        self,
        *,
        records: Records,
        apps: Apps,
        policy: Policy,
        notifier: Notifier,
        own_login: str,
        readers: Callable[[], Readers],
        clock: Callable[[], datetime],
    ) -> None:
        self._records = records
        self._apps = apps
        self._policy = policy
        self._notifier = notifier
        self._own_login = own_login
        self._readers = readers
        self._clock = clock

    async def make(self, task: StepTask, action: AnyAction, trail: Trail) -> Receipt:
        """Make a step; raise `Halted` for a write that ``trail`` does not let through."""
        situation = self._situation(task, action, trail)
        try:
            params = action.Params.model_validate(task.step.params)
        except ValidationError as error:
            raise Refused(describe(error, action)) from None
        if task.step.kind == "apply":
            return await action.apply(situation, params)
        return await self._turn(task, action, situation, params)

    async def made_before(self, task: StepTask) -> Receipt | None:
        """Return the receipt of a step that an earlier try made; ``None`` when none is seen to.

        What holds a step back must not hide what it did. Writes nothing. Raises `Unavailable`
        when it can't be looked at now: the outcome stays unknown until it can.
        """
        step, action = task.step, action_of(task.step.action)
        if action is None or step.late or not (task.resumed or step.sent):
            return None

        async def gate(_: bool) -> None:
            raise Halted(_UNSEEN)

        try:
            receipt = await self.make(task, action, Trail(gate))
        except InstallationGone:
            raise
        except (Halted, Refused):
            return None
        return receipt if receipt.state in _FOUND else None

    async def _turn(
        self, task: StepTask, action: AnyAction, situation: Situation, params: Parameters
    ) -> Receipt:
        """Put a step back, or make it again after that."""
        step = task.step
        done = next((each for each in task.file.steps if each.id == step.undo_of), None)
        if done is None or done.receipt is None:
            raise Refused("the step to undo left no receipt")
        redo = step.kind == "redo"
        if done.state not in BEFORE["redo" if redo else "undo"] and not task.resumed:
            summary = "It was done again already." if redo else "It was put back already."
            return Receipt(state=StepState.UNCHANGED, summary=summary)
        if not redo:
            return await action.undo(situation, params, done.receipt)
        undone = undone_by(done, task.file)
        if undone is None or undone.receipt is None:
            raise Refused("nothing is recorded of how it was put back")
        return await action.redo(situation, params, undone.receipt)

    def _situation(self, task: StepTask, action: AnyAction, trail: Trail) -> Situation:
        """Return what the action may know and use; nothing is fetched yet."""
        step, file = task.step, task.file
        view = self._apps.installation(step.installation).narrowed

        async def original() -> Event | None:
            alert = alert_of(step, file)
            kept = await self._records.delivery(alert.delivery_id) if alert is not None else None
            return None if kept is None else normalise(kept)

        async def told(thing: str, alert: Alert) -> Told | None:
            return await self._records.last_told(
                thing, until=alert.happened_at, but=alert.delivery_id, own=self._own_login
            )

        return Situation(
            step=step,
            alert=next((alert for alert in file.alerts if alert.id == step.alert_id), None),
            file=file,
            gh=Noted(
                view(action.permissions(step, file)),
                trail,
                spared=self._policy.protected_repositories if action.changes else frozenset(),
            ),
            view=view,
            anonymous=Noted(self._apps.anonymous(), trail),
            notifier=NotedNotifier(self._notifier, trail),
            original=original,
            told=told,
            own_login=self._own_login,
            security_repository=f"{file.case.org}/{self._policy.security_repository}",
            protected=self._policy.protected,
            readers=self._readers(),
            now=self._clock(),
            resumed=task.resumed,
            intend=trail.intend,
        )


def unsure(task: StepTask, stop: Receipt) -> Receipt:
    """Return the receipt of a step that is held back, telling what nobody knows of it."""
    if not (task.resumed or task.step.sent):
        return stop
    return replace(
        stop, summary=f"{stop.summary} An earlier try may have taken effect all the same: look."
    )
