"""The life cycles of steps and cases, as tables: what may follow what, and why."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from bot.respond.alert import CaseState
from bot.respond.step import StepState


class StepEvent(StrEnum):
    """What can happen to a step."""

    CLAIM = "claim"  # a worker takes it: the intent is saved
    SUCCEED = "succeed"  # it took effect, and was seen to
    FIND_NOTHING_TO_DO = "find nothing to do"  # already right, or moved on
    HIT_A_GUARD = "hit a guard"  # a guard, or the thing itself, forbids it
    ASK = "ask"  # a guard wants a person's approval first
    FIND_THE_MODE_LOWERED = "find the mode lowered"  # the settings allow only to watch by now
    BE_REFUSED = "be refused"  # GitHub said no, or the tries ran out
    MEET_AN_OUTAGE = "meet an outage"  # GitHub was not available
    BE_HANDED_BACK = "be handed back"  # the worker stops, or dies
    APPROVE = "approve"
    DENY = "deny"
    UNDO = "undo"  # a step that undoes it took effect


class CaseEvent(StrEnum):
    """What can happen to a case."""

    ACKNOWLEDGE = "acknowledge"
    CLOSE = "close"


_S, _E = StepState, StepEvent

STEP_LIFE: Final[Mapping[tuple[StepState, StepEvent], StepState]] = {
    (_S.PLANNED, _E.CLAIM): _S.RUNNING,
    (_S.RETRYING, _E.CLAIM): _S.RUNNING,
    (_S.RUNNING, _E.CLAIM): _S.RUNNING,
    (_S.RUNNING, _E.SUCCEED): _S.DONE,
    (_S.RUNNING, _E.FIND_NOTHING_TO_DO): _S.UNCHANGED,
    (_S.RUNNING, _E.HIT_A_GUARD): _S.BLOCKED,
    (_S.RUNNING, _E.ASK): _S.AWAITING,
    (_S.RUNNING, _E.FIND_THE_MODE_LOWERED): _S.OBSERVED,
    (_S.RUNNING, _E.BE_REFUSED): _S.FAILED,
    (_S.RUNNING, _E.MEET_AN_OUTAGE): _S.RETRYING,
    (_S.RUNNING, _E.BE_HANDED_BACK): _S.RETRYING,
    (_S.AWAITING, _E.APPROVE): _S.PLANNED,
    (_S.AWAITING, _E.DENY): _S.DENIED,
    (_S.DONE, _E.UNDO): _S.UNDONE,
}
"""Every way a step can go; a pair that is not here cannot happen."""

CASE_LIFE: Final[Mapping[tuple[CaseState, CaseEvent], CaseState]] = {
    (CaseState.OPEN, CaseEvent.ACKNOWLEDGE): CaseState.ACKNOWLEDGED,
    (CaseState.OPEN, CaseEvent.CLOSE): CaseState.CLOSED,
    (CaseState.ACKNOWLEDGED, CaseEvent.CLOSE): CaseState.CLOSED,
}
"""Every way a case can go. A closed case stays closed: what happens next opens a new one."""

STEP_STARTS: Final = (StepState.PLANNED, StepState.OBSERVED, StepState.AWAITING, StepState.FAILED)
"""Where a step's life may begin, by mode; failed when its template could not be rendered."""

State = TypeVar("State", bound=StrEnum)
Happening = TypeVar("Happening", bound=StrEnum)


class ImpossibleTransition(ValueError):
    """Something was said to happen to a step or a case that cannot happen to it now."""


def advance(life: Mapping[tuple[State, Happening], State], state: State, event: Happening) -> State:
    """Return the state after ``event``; raise `ImpossibleTransition` when the table has none."""
    try:
        return life[state, event]
    except KeyError:
        raise ImpossibleTransition(f"'{event}' cannot happen to what is {state}") from None


def can(life: Mapping[tuple[State, Happening], State], state: State, event: Happening) -> bool:
    """Tell whether ``event`` can happen in ``state``."""
    return (state, event) in life


def settled(state: StepState) -> bool:
    """Tell whether a step needs nothing more from a worker or a person."""
    return state is not StepState.AWAITING and not can(STEP_LIFE, state, StepEvent.CLAIM)


def diagram() -> str:
    """Return both life cycles as Mermaid state diagrams, drawn from the tables."""
    steps = [f"    [*] --> {state}" for state in STEP_STARTS]
    steps += [f"    {state} --> {after}: {event}" for (state, event), after in STEP_LIFE.items()]
    cases = [f"    [*] --> {CaseState.OPEN}"]
    cases += [f"    {state} --> {after}: {event}" for (state, event), after in CASE_LIFE.items()]
    return "\n".join(["stateDiagram-v2", *steps]) + "\n\n" + "\n".join(["stateDiagram-v2", *cases])
