"""The life cycles, as tables."""

import pytest

from bot.respond.alert import CaseState
from bot.respond.life import (
    CASE_LIFE,
    STEP_LIFE,
    STEP_STARTS,
    CaseEvent,
    ImpossibleTransition,
    StepEvent,
    advance,
    diagram,
    settled,
)
from bot.respond.step import StepState


def test_every_state_can_be_reached() -> None:
    """No state of a step is there for nothing."""
    reached = set(STEP_STARTS)
    while more := {after for (state, _), after in STEP_LIFE.items() if state in reached} - reached:
        reached |= more
    assert reached == set(StepState)


def test_everything_that_can_happen_happens_somewhere() -> None:
    """No event of a step or case is there for nothing."""
    assert {event for _, event in STEP_LIFE} == set(StepEvent)
    assert {event for _, event in CASE_LIFE} == set(CaseEvent)


def test_an_approved_step_is_planned_and_a_denied_one_is_over() -> None:
    """A person's word moves a waiting step, and nothing else does."""
    assert advance(STEP_LIFE, StepState.AWAITING, StepEvent.APPROVE) is StepState.PLANNED
    assert advance(STEP_LIFE, StepState.AWAITING, StepEvent.DENY) is StepState.DENIED


@pytest.mark.parametrize("state", [StepState.DENIED, StepState.BLOCKED, StepState.OBSERVED])
@pytest.mark.parametrize("event", StepEvent)
def test_nothing_happens_to_what_is_over(state: StepState, event: StepEvent) -> None:
    """What was denied, blocked or only observed never comes alive."""
    with pytest.raises(ImpossibleTransition):
        advance(STEP_LIFE, state, event)


def test_nobody_looks_after_a_closed_case() -> None:
    """It has to be opened again first."""
    with pytest.raises(ImpossibleTransition):
        advance(CASE_LIFE, CaseState.CLOSED, CaseEvent.ACKNOWLEDGE)


def test_only_work_and_questions_are_unsettled() -> None:
    """Settled means that neither a worker nor a person is waited for."""
    unsettled = {state for state in StepState if not settled(state)}
    assert unsettled == {
        StepState.PLANNED,
        StepState.WAITING,
        StepState.RUNNING,
        StepState.RETRYING,
        StepState.AWAITING,
    }


def test_the_diagram_shows_every_transition() -> None:
    """It is drawn from the tables, so it cannot lie."""
    drawn = diagram()
    for (state, event), after in [*STEP_LIFE.items(), *CASE_LIFE.items()]:
        assert f"    {state} --> {after}: {event}\n" in f"{drawn}\n"
