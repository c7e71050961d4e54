"""A case as time sees it: since when it is silent, what was put right, and whom it waits for."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.core.times import Times
from bot.respond.alert import CaseFile, CaseState
from bot.respond.life import Stage, settled, stage_of
from bot.respond.step import Step, StepState

_PUT_RIGHT: Final = frozenset(
    {StepState.DONE, StepState.UNCHANGED, StepState.UNDONE, StepState.DENIED}
)
# What a step that was only watched, or passed over, leaves as it was.
_NEUTRAL: Final = frozenset({"observed", "skipped"})


LABELLED: Final = (
    Stage.ACKNOWLEDGED,
    Stage.AWAITING,
    Stage.ACTED,
    Stage.FAILED,
    Stage.UNDONE,
)
"""The stages that an issue has a label of; whether it is open, it says itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asks:
    """What a look goes by: the times of the case's level, and which actions are of which kind.

    ``changing`` alter the organisation, ``opening`` open the case's issue; ``team`` is the slug
    of who is called when nobody answers.
    """

    times: Times
    changing: Container[str]
    opening: Container[str]
    team: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """What one look at a case leads to, saved in one transaction.

    ``next_at`` is when to look again (``None``: not before something happens); ``state`` the
    case's next state (``None``: as it is); ``reminded`` and ``escalated`` say that this is done
    now.
    """

    next_at: datetime | None = None
    steps: tuple[Step, ...] = ()
    state: CaseState | None = None
    reminded: bool = False
    escalated: bool = False


class View:
    """A case as the rules see it."""

    def __init__(self, file: CaseFile, asks: Asks) -> None:
        self.file, self.case, self.asks, self.times = file, file.case, asks, asks.times
        self.changes = [
            step for step in file.steps if step.kind == "apply" and step.action in asks.changing
        ]
        self.stage = stage_of(file.case.state, case_states(file, asks.changing))

    @property
    def silent_since(self) -> datetime:
        """When something last happened on the case, or was said."""
        moments = [self.case.opened_at, *(alert.created_at for alert in self.file.alerts)]
        moments += [step.finished_at for step in self.changes if step.finished_at is not None]
        if self.case.heard_at is not None:
            moments.append(self.case.heard_at)
        return max(moments)

    def since_then(self, moment: datetime | None) -> datetime | None:
        """Return a moment if it came after the last sign of life."""
        return moment if moment is not None and moment >= self.silent_since else None

    @property
    def label(self) -> str | None:
        """The label that says on the case's issue where it stood when somebody looked last."""
        begin = f"round:{self.case.id}:stage:"
        shown = [step for step in self.file.steps if step.id.startswith(begin)]
        if not shown or self._is_elsewhere(shown[-1]):
            return None
        return next((str(each) for each in shown[-1].params["labels"]), None)

    def _is_elsewhere(self, step: Step) -> bool:
        """Whether a step wrote in another issue than the case has now."""
        wrote = step.receipt.issue if step.receipt is not None else None
        here = self.case.issue
        return (
            wrote is not None
            and here is not None
            and (wrote.id, wrote.number)
            != (
                here.id,
                here.number,
            )
        )

    @property
    def person(self) -> str | None:
        """Whom to mention: the person concerned, unless a playbook wants nobody mentioned."""
        opening = (step for step in self.file.steps if step.action in self.asks.opening)
        if not self.file.alerts or any(step.params.get("mention") is False for step in opening):
            return None
        return self.file.alerts[-1].person

    @property
    def is_right(self) -> bool:
        """Whether everything about it was put right, or left so by a person's word."""
        states = [step.state for step in self.changes if step.state not in _NEUTRAL]
        return bool(states) and all(state in _PUT_RIGHT for state in states)

    @property
    def was_right(self) -> bool:
        """Whether all was right again already when Tipstaff came to put it right."""
        receipts = [step.receipt for step in self.changes if step.state not in _NEUTRAL]
        return self.is_right and all(receipt and receipt.right for receipt in receipts)

    @property
    def needs_people(self) -> bool:
        """Whether it waits for somebody's word."""
        return self.stage in {Stage.AWAITING, Stage.FAILED} or (
            self.stage is Stage.OPEN and not self.is_right
        )


def case_states(file: CaseFile, changing: Container[str]) -> Iterator[StepState]:
    """Yield the states of the steps that say at which stage a case is."""
    for step in file.steps:
        if step.action in changing and (step.kind == "apply" or step.state is StepState.AWAITING):
            yield step.state


def is_due(step: Step, file: CaseFile, now: datetime) -> bool:
    """Tell whether a worker is about to take a step, or has it in hand.

    What waits for approval, for a later hour, or for another step to end, does not stop the clock.
    """
    if settled(step.state) or step.state is StepState.AWAITING or step.next_at > now:
        return False
    return step.state is not StepState.WAITING or not any(
        each.alert_id == step.alert_id
        and each.kind == "apply"
        and each.position in step.needs
        and not settled(each.state)
        for each in file.steps
    )


def nth(view: View, kind: str) -> int:
    """Count: the same look at the same case gives the same id, and the next one another."""
    before = "retell:" if kind == "retell" else f"round:{view.case.id}:{kind}:"
    return sum(step.id.startswith(before) for step in view.file.steps) + 1
