"""A simulated organisation with Tipstaff's actions at work in it: real parts throughout."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.actions.base import Situation, alert_of
from bot.actions.catalogue import ACTIONS, CHANGING
from bot.core.delivery import Delivery
from bot.core.event import Event
from bot.core.normalise import normalise
from bot.core.playbook import Level, Match, Mode, Playbook, Reason, Response, StepSpec
from bot.core.problem import Place
from bot.github import GitHubApp
from bot.respond.alert import Alert, CaseFile, Plan
from bot.respond.plan import plan
from bot.respond.step import Receipt, Step, StepState
from bot.respond.told import Told
from bot.simulator import Attempt, Call, Fault, Simulator
from tests.actions.parts import Clock, Outbox

OWN_LOGIN = "tipstaff[bot]"


def playbook(*steps: str | tuple[str, Mapping[str, Any]], level: Level = Level.HIGH) -> Playbook:
    """Return an enforcing playbook with these steps."""
    place = Place(path="playbooks/example.yml")
    specs = [(step, {}) if isinstance(step, str) else step for step in steps]
    return Playbook(
        id="9d2c1c52-0000-4000-8000-000000000001",
        title="An example",
        level=level,
        place=place,
        description="Somebody can do more than they should.",
        tags=("attack.persistence", "attack.t1098"),
        response=Response(
            mode=Mode.ENFORCE,
            steps=tuple(StepSpec(action=name, params=dict(p), place=place) for name, p in specs),
        ),
    )


@dataclass
class Bench:
    """The organisation ``acme``, owned by ``olivia``, with Tipstaff's actions."""

    sim: Simulator
    app: GitHubApp
    clock: Clock
    protected: frozenset[str] = frozenset()
    security: str = "acme/security"
    problems: list[str] = field(default_factory=list)
    outbox: Outbox = field(default_factory=Outbox)
    recorded: dict[str, Event] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    intents: dict[str, Receipt] = field(default_factory=dict)

    def event(self, action: str) -> Event:
        """Return the latest event with this audit-log action, as its webhook told it."""
        for attempt in reversed(self.sim.deliveries):
            event = self._heard(attempt)
            if event.action == action:
                return self.keep(event)
        raise AssertionError(f"no webhook became {action}")

    def latest(self) -> Event:
        """Return the event of the last webhook, whatever became of it."""
        return self.keep(self._heard(self.sim.deliveries[-1]))

    def _heard(self, attempt: Attempt) -> Event:
        return normalise(
            Delivery(
                id=attempt.guid,
                source="webhook",
                event=attempt.event,
                received_at=self.clock(),
                body=attempt.body,
                headers={},
            )
        )

    def roster(self, user: str) -> Event:
        """Return the event of somebody found to be an owner."""
        return self.made("org.update_member", user=user, permission="admin")

    def made(self, action: str, **fields: Any) -> Event:
        """Return an event as another source than a webhook would tell it."""
        return self.keep(
            Event(
                id=f"made:{action}",
                source="made",
                kind="made",
                at=self.clock(),
                installation=self.sim.installation_id,
                fields={"action": action, "org": "acme", **fields},
                raw={},
            )
        )

    def keep(self, event: Event) -> Event:
        """Keep an event as it came in, and return it."""
        self.recorded[event.id] = event
        return event

    def plan(self, event: Event, book: Playbook) -> Plan:
        """Return what the playbook does about the event."""
        why = Reason(selection="selection", field="action", value=event.action, test="action: x")
        planned = plan(
            event,
            Match(playbook=book, event_id=event.id, reasons=(why,)),
            own_login=OWN_LOGIN,
            ceiling=Mode.ENFORCE,
            now=self.clock(),
            changing=CHANGING,
        )
        assert planned is not None
        return planned

    def case(self, event: Event, book: Playbook) -> CaseFile:
        """Return the case as it is planned, before anything was done."""
        planned = self.plan(event, book)
        return CaseFile(case=planned.case, alerts=(planned.alert,), steps=planned.steps)

    async def play(self, event: Event, book: Playbook) -> CaseFile:
        """Plan, take every step once in its order, and return the case with its receipts."""
        file = self.case(event, book)
        for step in file.steps:
            file = await self.step(file, step.id)
        return file

    async def step(
        self, file: CaseFile, step_id: str, *, resumed: bool = False, sent: bool = False
    ) -> CaseFile:
        """Take one step and return the case as it then is recorded.

        ``sent`` makes it a second try, after one whose write may have taken effect.
        """
        step = next(each for each in file.steps if each.id == step_id)
        attempts = step.attempts + (2 if sent else 1)
        step = replace(
            step,
            state=StepState.RUNNING,
            attempts=attempts,
            sent=sent,
            intent=self.intents.get(step_id),
        )
        receipt = await self.act(file, step, resumed=resumed)
        return recorded(file, replace(step, finished_at=self.clock()), receipt)

    async def act(self, file: CaseFile, step: Step, *, resumed: bool = False) -> Receipt:
        """Let a step's action act, with a token for just what it needs."""
        action = ACTIONS[step.action]
        client = self.app.installation(self.sim.installation_id)
        alert = alert_of(step, file)

        async def original() -> Event | None:
            return self.recorded.get(alert.delivery_id) if alert is not None else None

        async def told(thing: str, _: Alert) -> Told | None:
            return self.told.get(thing)

        situation = Situation(
            step=step,
            alert=next((alert for alert in file.alerts if alert.id == step.alert_id), None),
            file=file,
            gh=client.narrowed(action.permissions(step, file)),
            view=client.narrowed,
            anonymous=self.app.anonymous(),
            notifier=self.outbox,
            original=original,
            told=told,
            intend=lambda receipt: self.intents.update({step.id: receipt}),
            own_login=OWN_LOGIN,
            security_repository=self.security,
            protected=self.protected,
            now=self.clock(),
            resumed=resumed,
        )
        params = action.Params.model_validate(step.params)
        if step.kind == "apply":
            return await action.apply(situation, params)
        done = next(each for each in file.steps if each.id == step.undo_of)
        assert done.receipt is not None
        return await action.undo(situation, params, done.receipt)

    async def undo(self, file: CaseFile, step_id: str, *, sent: bool = False) -> Receipt:
        """Undo a done step, as an owner's ``/undo`` would; ``sent`` as for `step`."""
        step = next(each for each in file.steps if each.id == step_id)
        back = replace(
            step,
            id=f"undo:{step.id}:1",
            intent=self.intents.get(f"undo:{step.id}:1"),
            alert_id=None,
            kind="undo",
            undo_of=step.id,
            attempts=2 if sent else 1,
            sent=sent,
            receipt=None,
            state=StepState.RUNNING,
            approved_by="olivia",
        )
        return await self.act(file, back)

    def lose(self, method: str, path: str) -> None:
        """Let the next such call take effect unheard, and GitHub be silent at the look after it."""
        self.sim.faults.add(Fault(method=method, path=path, kind="reset_after_effect"))

        def fall_silent(call: Call, _: Any) -> None:
            if call.method == method and not call.status and re.search(path, call.path):
                self.sim.observers.remove(fall_silent)
                self.sim.faults.add(Fault(method="GET", path="", kind="status", times=3))

        self.sim.observers.append(fall_silent)

    def writes(self) -> list[str]:
        """Return every call that was meant to change something, in order."""
        return [
            f"{call.method} {call.path}"
            for call in self.sim.calls
            if call.writes and call.token_kind == "installation"
        ]


def recorded(file: CaseFile, step: Step, receipt: Receipt) -> CaseFile:
    """Return the case after a step's receipt was saved."""
    done = replace(step, state=receipt.state, receipt=receipt)
    steps = tuple(done if each.id == step.id else each for each in file.steps)
    case = replace(file.case, issue=receipt.issue) if receipt.issue else file.case
    return replace(file, case=case, steps=steps)


def receipt_of(file: CaseFile, position: int = 0) -> Receipt:
    """Return the receipt of the step at a position."""
    found = file.steps[position].receipt
    assert found is not None
    return found
