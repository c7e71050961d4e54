"""The life cycles of steps and cases, as tables: what may follow what, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    WAIT_FOR_ROOM = "wait for room"  # GitHub's limits are used up: its call was not sent
    BE_HANDED_BACK = "be handed back"  # the worker stops, or dies
    APPROVE = "approve"
    APPROVE_IN_PART = "approve, one of several"
    DENY = "deny"
    RUN_OUT = "be left unanswered"  # nobody decided in time
    ASK_AGAIN = "ask again"
    FIND_ITS_CONDITION_FALSE = "find its condition false"
    BE_CALLED_OFF = "be called off"  # a person's word made it needless before its time
    UNDO = "undo"  # a step that undoes it took effect
    REDO = "redo"  # a step that makes it again took effect


class CaseEvent(StrEnum):
    """What can happen to a case."""

    ACKNOWLEDGE = "acknowledge"
    CLOSE = "close"
    BE_RIGHT_AGAIN = "be right again"  # put right, and nobody objected for a time
    BE_LEFT_ALONE = "be left alone"  # nothing was to be done, and nobody answered for a time
    REOPEN = "reopen"  # somebody opens its issue again
    HAPPEN_AGAIN = "happen again"  # the same, within a time


_S, _E = StepState, StepEvent
_C, _H = CaseState, CaseEvent

STEP_LIFE: Final[Mapping[tuple[StepState, StepEvent], StepState]] = {
    (_S.PLANNED, _E.CLAIM): _S.RUNNING,
    (_S.WAITING, _E.CLAIM): _S.RUNNING,
    (_S.RETRYING, _E.CLAIM): _S.RUNNING,
    (_S.RUNNING, _E.CLAIM): _S.RUNNING,
    (_S.RUNNING, _E.SUCCEED): _S.DONE,
    (_S.RUNNING, _E.FIND_NOTHING_TO_DO): _S.UNCHANGED,
    (_S.RUNNING, _E.FIND_ITS_CONDITION_FALSE): _S.SKIPPED,
    (_S.RUNNING, _E.HIT_A_GUARD): _S.BLOCKED,
    (_S.RUNNING, _E.ASK): _S.AWAITING,
    (_S.RUNNING, _E.FIND_THE_MODE_LOWERED): _S.OBSERVED,
    (_S.RUNNING, _E.BE_REFUSED): _S.FAILED,
    (_S.RUNNING, _E.MEET_AN_OUTAGE): _S.RETRYING,
    (_S.RUNNING, _E.WAIT_FOR_ROOM): _S.PLANNED,
    (_S.RUNNING, _E.BE_HANDED_BACK): _S.RETRYING,
    (_S.AWAITING, _E.APPROVE): _S.PLANNED,
    (_S.AWAITING, _E.APPROVE_IN_PART): _S.AWAITING,
    (_S.AWAITING, _E.DENY): _S.DENIED,
    (_S.AWAITING, _E.RUN_OUT): _S.EXPIRED,
    (_S.EXPIRED, _E.ASK_AGAIN): _S.AWAITING,
    (_S.WAITING, _E.APPROVE): _S.PLANNED,
    (_S.WAITING, _E.APPROVE_IN_PART): _S.WAITING,
    (_S.WAITING, _E.DENY): _S.DENIED,
    (_S.WAITING, _E.BE_CALLED_OFF): _S.SKIPPED,
    (_S.DONE, _E.UNDO): _S.UNDONE,
    (_S.FAILED, _E.UNDO): _S.UNDONE,
    (_S.UNDONE, _E.REDO): _S.DONE,
}
"""Every way a step can go; a pair that is not here cannot happen."""

CASE_LIFE: Final[Mapping[tuple[CaseState, CaseEvent], CaseState]] = {
    (_C.OPEN, _H.ACKNOWLEDGE): _C.ACKNOWLEDGED,
    (_C.OPEN, _H.CLOSE): _C.CLOSED,
    (_C.ACKNOWLEDGED, _H.CLOSE): _C.CLOSED,
    (_C.OPEN, _H.BE_RIGHT_AGAIN): _C.CLOSED,
    (_C.ACKNOWLEDGED, _H.BE_RIGHT_AGAIN): _C.CLOSED,
    (_C.OPEN, _H.BE_LEFT_ALONE): _C.EXPIRED,
    (_C.EXPIRED, _H.CLOSE): _C.CLOSED,
    (_C.CLOSED, _H.REOPEN): _C.OPEN,
    (_C.EXPIRED, _H.REOPEN): _C.OPEN,
    (_C.CLOSED, _H.HAPPEN_AGAIN): _C.OPEN,
    (_C.EXPIRED, _H.HAPPEN_AGAIN): _C.OPEN,
}
"""Every way a case can go. What happens opens one that ended only for a time (`bot.core.times`);
after that a new one refers to it."""

STEP_STARTS: Final = (
    StepState.PLANNED,
    StepState.WAITING,
    StepState.OBSERVED,
    StepState.AWAITING,
    StepState.SKIPPED,
    StepState.FAILED,
)
"""Where a step's life may begin, by mode; waiting for its time or for others; skipped when the
event makes its condition false, failed when its template could not be rendered."""

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


def require_way(life: Mapping[tuple[State, Happening], State], before: State, after: State) -> None:
    """Raise `ImpossibleTransition` unless something can happen that leads from one to the other."""
    if not any(state is before and to is after for (state, _), to in life.items()):
        raise ImpossibleTransition(f"nothing makes what is {before} {after}")


def can(life: Mapping[tuple[State, Happening], State], state: State, event: Happening) -> bool:
    """Tell whether ``event`` can happen in ``state``."""
    return (state, event) in life


def settled(state: StepState) -> bool:
    """Tell whether a step needs nothing more from a worker or a person."""
    return state is not StepState.AWAITING and not can(STEP_LIFE, state, StepEvent.CLAIM)


class Stage(StrEnum):
    """What people are told of where a case stands: its own state, or what its steps make of it."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    AWAITING = "awaiting approval"
    ACTED = "acted"
    FAILED = "failed"
    UNDONE = "undone"
    CLOSED = "closed"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True, slots=True)
class StageRule:
    """A case in ``state`` (any, when ``None``) with a step in one of ``steps`` is at ``stage``."""

    stage: Stage
    when: str
    state: CaseState | None = None
    steps: frozenset[StepState] | None = None


STAGES: Final = (
    StageRule(stage=Stage.CLOSED, state=_C.CLOSED, when="it was closed, by a person or by time"),
    StageRule(stage=Stage.EXPIRED, state=_C.EXPIRED, when="nobody answered, and time closed it"),
    StageRule(
        stage=Stage.AWAITING, steps=frozenset({_S.AWAITING}), when="a step waits for approval"
    ),
    StageRule(
        stage=Stage.ACKNOWLEDGED,
        state=_C.ACKNOWLEDGED,
        when="somebody said that they look after it",
    ),
    StageRule(
        stage=Stage.FAILED,
        steps=frozenset({_S.FAILED}),
        when="a change could not be made, and no guard meant it so",
    ),
    StageRule(stage=Stage.ACTED, steps=frozenset({_S.DONE}), when="something was changed"),
    StageRule(
        stage=Stage.UNDONE, steps=frozenset({_S.UNDONE}), when="what was changed was put back"
    ),
    StageRule(stage=Stage.OPEN, when="none of these is so"),
)
"""At which stage a case is: the first rule that fits."""


def stage_of(state: CaseState, steps: Iterable[StepState]) -> Stage:
    """Return the stage of a case from its state and those of the steps that change something."""
    present = frozenset(steps)
    return next(
        rule.stage
        for rule in STAGES
        if rule.state in {None, state} and (rule.steps is None or rule.steps & present)
    )


def stages() -> str:
    """Return the rules of the stages as a Markdown table."""
    rows = [f"| {rule.stage} | {rule.when} |" for rule in STAGES]
    return "\n".join(["| A case is told to be | when |", "|---|---|", *rows])


def diagram() -> str:
    """Return both life cycles as Mermaid state diagrams, drawn from the tables."""
    steps = [f"    [*] --> {state}" for state in STEP_STARTS]
    steps += [f"    {state} --> {after}: {event}" for (state, event), after in STEP_LIFE.items()]
    cases = [f"    [*] --> {CaseState.OPEN}"]
    cases += [f"    {state} --> {after}: {event}" for (state, event), after in CASE_LIFE.items()]
    return "\n".join(["stateDiagram-v2", *steps]) + "\n\n" + "\n".join(["stateDiagram-v2", *cases])
