"""When a step's turn comes: by the event alone, or by what came of others."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.playbook import After, Mode, Playbook, StepSpec, Unless
from bot.respond.alert import CaseFile, CaseState, Plan
from bot.respond.step import Receipt, Step, StepState
from bot.respond.turn import Fail, Go, Skip, judge, words
from tests.respond.story import NOW, PLACE, event, planned, playbook

OPENING = frozenset({"open-issue"})


def book(*steps: StepSpec, mode: Mode = Mode.ENFORCE) -> Playbook:
    """Return a playbook with these steps."""
    usual = playbook(mode=mode)
    return replace(usual, response=replace(usual.response, steps=steps))


def spec(action: str, condition: str = "", **more: Any) -> StepSpec:
    """Return a step as a playbook writes it."""
    return StepSpec(action=action, condition=condition, place=PLACE, **more)


def plan_of(*steps: StepSpec, mode: Mode = Mode.ENFORCE) -> Plan:
    """Return the plan of a playbook with these steps for the usual event."""
    return planned(book=book(*steps, mode=mode))


def came(made: Plan, **states: StepState) -> CaseFile:
    """Return the case with steps, by ``s`` and position, in these states."""
    steps = []
    for step in made.steps:
        state = states.get(f"s{step.position}", step.state)
        receipt = Receipt(state=state, summary="It <b>went</b> @so.", url="https://example.com/1")
        steps.append(replace(step, state=state, receipt=receipt))
    return CaseFile(case=made.case, alerts=(made.alert,), steps=tuple(steps))


def turn(made: Plan, position: int, file: CaseFile, **changed: Any) -> Go | Skip | Fail:
    """Return what becomes of a step."""
    step = replace(made.steps[position], **changed)
    return judge(step, made.alert, event(), file, OPENING)


def test_a_condition_on_the_event_is_judged_at_once() -> None:
    """A step that is not for this event is passed over, and says so; one that is begins."""
    made = plan_of(
        spec("revert", "event.repo == 'acme/other'"), spec("open-issue", "match.reasons")
    )
    assert [step.state for step in made.steps] == [StepState.SKIPPED, StepState.PLANNED]
    receipt = made.steps[0].receipt
    assert receipt is not None
    assert receipt.summary == "Not done: its condition is not true: event.repo == 'acme/other'"


def test_a_condition_that_cannot_be_told_fails_the_step_where_it_is_written() -> None:
    """It is not taken for false: somebody has to see it."""
    (step,) = plan_of(spec("revert", "event.nosuch > 3", condition_place=PLACE)).steps
    assert step.state is StepState.FAILED
    assert step.error.startswith(f"{PLACE}: 'if': UndefinedError")


def test_what_asks_about_others_waits_and_is_rendered_when_due() -> None:
    """Its text then holds what came of them, inert."""
    made = plan_of(
        spec("revert"),
        spec(
            "comment", "steps.revert.state == 'done'", params={"body": "{{steps.revert.summary}}"}
        ),
    )
    step = made.steps[1]
    assert (step.state, step.late, step.needs) == (StepState.WAITING, True, (0,))
    assert turn(made, 1, came(made, s0=StepState.DONE)) == Go(
        params={"body": "`It <b>went</b> @so.`"}
    )
    assert isinstance(turn(made, 1, came(made, s0=StepState.FAILED)), Skip)


@pytest.mark.parametrize(
    ("state", "made_then"),
    [
        (StepState.FAILED, True),
        (StepState.BLOCKED, True),
        (StepState.DONE, False),
        (StepState.UNCHANGED, False),
        (StepState.DENIED, False),
        (StepState.SKIPPED, False),
    ],
)
def test_a_step_for_a_failure_is_made_only_then(state: StepState, made_then: bool) -> None:
    """GitHub's or a guard's refusal is a failure; a person's no is not."""
    made = plan_of(spec("revert"), spec("notify", rescues=0), spec("comment"))
    assert isinstance(turn(made, 1, came(made, s0=state)), Go) is made_then
    assert made.steps[2].state is StepState.PLANNED


@pytest.mark.parametrize("state", [StepState.FAILED, StepState.BLOCKED, StepState.DONE])
def test_a_step_that_stops_the_rest_does_so_only_when_it_fails(state: StepState) -> None:
    """What comes after it then says which one failed."""
    made = plan_of(spec("revert", stops=True), spec("comment"))
    found = turn(made, 1, came(made, s0=state))
    if state is StepState.DONE:
        assert isinstance(found, Go)
    else:
        assert found == Skip(
            reason="Not done: the step revert failed, and nothing is to be done after that."
        )


def after(*unless: Unless) -> After:
    """Return half an hour, unless something happens."""
    return After(span=timedelta(minutes=30), unless=unless)


def test_a_delayed_step_is_due_when_its_time_has_passed() -> None:
    """Counted from the alert; others do not wait for it."""
    made = plan_of(spec("revert", after=after()), spec("open-issue"))
    assert made.steps[0].state is StepState.WAITING
    assert made.steps[0].next_at == NOW + timedelta(minutes=30)
    assert made.steps[1].state is StepState.PLANNED


def test_a_delayed_step_is_not_made_on_a_closed_case() -> None:
    """Whoever may close it has decided; a person's approval of the step itself counts more."""
    made = plan_of(spec("revert", after=after()), spec("open-issue"))
    file = came(made)
    closed = replace(file, case=replace(file.case, state=CaseState.CLOSED))
    assert isinstance(turn(made, 0, closed), Skip)
    assert isinstance(turn(made, 0, closed, approved_by="olivia"), Go)


def test_a_delayed_step_is_needless_once_another_was_decided() -> None:
    """By approval or denial, as the playbook says."""
    unless = after(Unless.APPROVED, Unless.DENIED)
    made = plan_of(spec("revert"), spec("escalate", after=unless))
    file = came(made, s0=StepState.DENIED)
    assert turn(made, 1, file) == Skip(reason="Not done: a step was denied before its time came.")
    file = came(made, s0=StepState.DONE)
    first = replace(file.steps[0], approved_by="olivia")
    approved = replace(file, steps=(first, *file.steps[1:]))
    assert isinstance(turn(made, 1, approved), Skip)
    assert isinstance(turn(made, 1, came(made, s0=StepState.AWAITING)), Go)


def test_an_issue_is_opened_whatever_its_condition_while_something_waits_for_approval() -> None:
    """Or nobody could be asked."""
    made = plan_of(spec("revert"), spec("open-issue", "steps.revert.state == 'failed'"))
    assert isinstance(turn(made, 1, came(made, s0=StepState.AWAITING)), Go)
    assert isinstance(turn(made, 1, came(made, s0=StepState.DONE)), Skip)


def test_to_observe_is_to_wait_for_nothing() -> None:
    """Late steps are recorded as what would have been done, and never judged."""
    made = plan_of(spec("revert"), spec("comment", "steps.revert.url"), mode=Mode.OBSERVE)
    assert {step.state for step in made.steps} == {StepState.OBSERVED}
    assert not any(step.late for step in made.steps)


def test_a_step_the_playbook_did_not_ask_for_is_made_as_it_is() -> None:
    """Such as an issue that is opened anew."""
    made = plan_of(spec("revert"))
    more = Step(
        **{
            **{
                name: getattr(made.steps[0], name)
                for name in ("case_id", "alert_id", "installation")
            },
            "id": "retell:1",
            "position": 1,
            "action": "open-issue",
            "params": {"repository": "security"},
            "next_at": NOW,
        }
    )
    assert judge(more, made.alert, event(), came(made), OPENING) == Go(
        params={"repository": "security"}
    )


def test_when_a_step_is_made_is_told_in_words() -> None:
    """As `tipstaff explain` shows it."""
    first = spec("revert", stops=True, after=after(Unless.ACKNOWLEDGED, Unless.CLOSED))
    second = spec("notify", "event.repo", rescues=0)
    assert words(first) == (
        "after 30 minutes unless acknowledged or closed, and when it fails, nothing after it"
    )
    assert words(second, (first, second)) == "only when revert fails, if event.repo"
