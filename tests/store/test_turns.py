"""Steps that wait for their time or for others, and steps that turn one back, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.core.errors import Moved
from bot.respond.alert import Answer, Plan, StepChange
from bot.respond.step import Receipt, StepState
from bot.respond.undoing import by_operator, target
from bot.store import Store
from tests.store.samples import (
    BEYOND,
    LATER,
    LEASE,
    NOW,
    SOON,
    claim,
    make_delivery,
    make_plan,
    record,
    states,
)

DONE = Receipt(state=StepState.DONE, summary="Done.", undoable=True)


async def turn(store: Store, name: str) -> Answer:
    """Let the operator undo what was done, or do again what was undone."""
    file = await store.case_of_step(name)
    assert file is not None
    goal = target(name, file)
    assert not isinstance(goal, str), goal
    answer = by_operator(goal, file, by="root (operator)", now=SOON)
    await store.decide(answer, now=SOON)
    return answer


def waiting(*needs: tuple[int, ...], actions: tuple[str, ...] = ()) -> Plan:
    """Make a plan whose steps need those before them; what needs any waits for its turn."""
    plan = make_plan(steps=len(needs))
    steps = [
        replace(
            step,
            action=actions[step.position] if actions else "comment",
            needs=needed,
            late=bool(needed),
            state=StepState.WAITING if needed else StepState.PLANNED,
        )
        for step, needed in zip(plan.steps, needs, strict=True)
    ]
    return replace(plan, steps=tuple(steps))


async def end(store: Store, step: str, state: StepState = StepState.DONE, **more: Any) -> None:
    """Save what came of a claimed step."""
    assert await store.finish_step(step, worker="w1", now=SOON, state=state, **more)


@pytest.mark.parametrize(
    "state", [StepState.DONE, StepState.FAILED, StepState.SKIPPED, StepState.DENIED]
)
async def test_a_step_waits_until_those_it_needs_have_ended(store: Store, state: StepState) -> None:
    """However they end; a step beside it that needs nothing is not held up."""
    await record(store, waiting((), (0,), ()))
    assert await claim(store) == ["a1:0"]
    await end(store, "a1:0", StepState.RETRYING, next_at=LATER)
    assert await claim(store) == ["a1:2"]
    await end(store, "a1:2")
    assert await claim(store) == []
    assert await claim(store, now=LATER) == ["a1:0"]
    if state is StepState.DENIED:
        await end(store, "a1:0", StepState.AWAITING)
        asked = StepChange(step_id="a1:0", expected=StepState.AWAITING, state=state, by="olivia")
        await store.decide(Answer(case_id="case-a1", changes=(asked,)), now=SOON)
    else:
        await end(store, "a1:0", state)
    assert await claim(store, "w2") == ["a1:1"]


async def test_a_step_waits_for_every_one_it_needs(store: Store) -> None:
    """Positions of two digits are not taken for those of one."""
    plan = waiting(*[()] * 11, (1, 10))
    await record(store, plan)
    for position in range(11):
        assert await claim(store) == [f"a1:{position}"]
        await end(store, f"a1:{position}")
    [task] = await store.claim_steps("w1", now=SOON, lease=LEASE, limit=5)
    assert (task.step.id, task.step.needs, task.step.late) == ("a1:11", (1, 10), True)


async def test_an_issue_is_opened_while_what_it_needs_waits_for_approval(store: Store) -> None:
    """Without an issue nobody could approve; any other step waits for the answer."""
    actions = ("revert", "comment", "open-issue")
    await record(store, waiting((), (0,), (0,), actions=actions))
    await claim(store)
    await end(store, "a1:0", StepState.AWAITING)
    assert await claim(store) == ["a1:2"]
    await end(store, "a1:2")
    assert await claim(store) == []
    assert await store.settled()


async def test_a_delayed_step_holds_nobody_up_and_is_due_in_time(store: Store) -> None:
    """Two workers do not both take it, nor is anything left to do before."""
    plan = make_plan(steps=2)
    delayed = replace(plan.steps[0], state=StepState.WAITING, late=True, next_at=LATER)
    await record(store, replace(plan, steps=(delayed, plan.steps[1])))
    assert await claim(store) == ["a1:1"]
    await end(store, "a1:1")
    assert await claim(store, now=LATER - timedelta(microseconds=1)) == []
    assert await claim(store, now=LATER) == ["a1:0"]
    assert await claim(store, "w2", now=LATER) == []
    assert await claim(store, "w2", now=BEYOND) == ["a1:0"]


async def delayed_by(store: Store, span: timedelta) -> datetime:
    """Record a step that waits for its time; return when that is."""
    plan = make_plan()
    step = replace(plan.steps[0], state=StepState.WAITING, late=True, next_at=NOW + span)
    await record(store, replace(plan, steps=(step,)))
    return NOW + span


async def test_a_word_that_came_in_time_is_heard_before_a_delayed_step_is_made(
    store: Store,
) -> None:
    """An acknowledgement of the last second counts, however long it takes to be heard."""
    due = await delayed_by(store, timedelta(minutes=30))
    word = replace(make_delivery("said", at=due), event="issue_comment")
    await store.accept(word)
    await store.accept(make_delivery("other", at=due))
    await store.accept(replace(word, id="late", received_at=due + timedelta(seconds=1)))
    assert await claim(store, now=due) == []
    await store.claim_deliveries("w1", now=due, lease=LEASE, limit=9)
    assert await claim(store, now=due) == []
    await store.complete("said", worker="w1", now=due, action="", plans=())
    assert await claim(store, now=due) == ["a1:0"]


async def test_a_word_that_cannot_be_heard_holds_nothing_up_for_ever(store: Store) -> None:
    """After some tries the step is made."""
    due = await delayed_by(store, timedelta(minutes=30))
    await store.accept(replace(make_delivery("said", at=due), event="issue_comment"))
    for _ in range(6):
        assert await claim(store, now=due) == []
        await store.claim_deliveries("w1", now=due, lease=LEASE, limit=9)
        await store.postpone_delivery("said", worker="w1", error="503", next_at=due)
    assert await claim(store, now=due) == ["a1:0"]


async def test_what_is_long_overdue_is_put_off_once(store: Store) -> None:
    """Nobody was there to hear who called it off; what waits for other steps goes on."""
    due = await delayed_by(store, timedelta(minutes=30))
    await record(store, make_plan("a2", states=(StepState.WAITING,)), name="d2")
    start = due + timedelta(hours=3)
    until = start + timedelta(minutes=10)
    assert await store.put_off(overdue=due, until=until) == 0
    assert await store.put_off(overdue=start, until=until) == 1
    assert await store.put_off(overdue=start, until=until + LEASE) == 0
    assert await claim(store, now=start) == ["a2:0"]
    assert await claim(store, now=until, limit=1) == ["a1:0"]


async def test_what_was_found_when_its_turn_came_is_final(store: Store) -> None:
    """Only by the claim that found it; the next one sees it."""
    await record(store, waiting((), (0,)))
    await claim(store)
    await end(store, "a1:0")
    assert await claim(store) == ["a1:1"]
    found: dict[str, Any] = {"params": {"body": "so"}, "subject": "role|acme|||"}
    assert not await store.settle_step("a1:1", worker="w1", attempts=2, **found)
    assert not await store.settle_step("a1:1", worker="w2", attempts=1, **found)
    assert await store.settle_step("a1:1", worker="w1", attempts=1, **found)
    [task] = await store.claim_steps("w2", now=LATER + LEASE, lease=LEASE, limit=5)
    assert (task.resumed, task.step.late, task.step.params) == (False, False, {"body": "so"})
    assert task.step.subject == "role|acme|||"


async def test_a_word_calls_off_what_waits_and_only_once(store: Store) -> None:
    """A step that is being made meanwhile is not called off any more."""
    plan = make_plan()
    delayed = replace(plan.steps[0], state=StepState.WAITING, late=True)
    await record(store, replace(plan, steps=(delayed,)))
    off = StepChange(
        step_id="a1:0",
        expected=StepState.WAITING,
        state=StepState.SKIPPED,
        by="olivia",
        why="Called off: olivia looks after the case",
    )
    answer = Answer(case_id=plan.case.id, changes=(off,))
    assert await claim(store) == ["a1:0"]
    with pytest.raises(Moved):
        await store.decide(answer, now=SOON)
    await store.release("w1", now=SOON)
    with pytest.raises(Moved):  # it may have been made
        await store.decide(answer, now=SOON)


async def test_an_undo_and_its_undo_are_steps_of_their_own(store: Store) -> None:
    """The step is undone, then done again, and can be undone again; each is recorded."""
    plan = make_plan()
    made = replace(plan.steps[0], action="revert")
    await record(store, replace(plan, steps=(made,)))
    await claim(store)
    await end(store, "a1:0", receipt=DONE)
    names = ["a1:0", "undo:a1:0:1", "a1:0", "undo:a1:0:2"]
    expected = ["undo:a1:0:1", "redo:a1:0:1", "undo:a1:0:2", "redo:a1:0:2"]
    stands = [StepState.UNDONE, StepState.DONE, StepState.UNDONE, StepState.DONE]
    for name, turned, state in zip(names, expected, stands, strict=True):
        answer = await turn(store, name)
        with pytest.raises(Moved):
            await store.decide(answer, now=SOON)
        assert await claim(store, now=SOON) == [turned]
        await end(store, turned, receipt=replace(DONE, undoable=False))
        assert (await states(store))["a1:0"] is state
    [file] = await store.changed_cases(10)
    assert [step.kind for step in file.steps] == ["apply", "undo", "redo", "undo", "redo"]


async def test_doing_again_takes_back_what_the_undo_promised(store: Store) -> None:
    """Who accepts the invitation of an undo after that is not let through."""
    await record(store, make_plan())
    await claim(store)
    await end(store, "a1:0", receipt=DONE)
    for name, receipt in (
        ("a1:0", replace(DONE, effect="repo-invitation:acme/site/eve=admin")),
        ("undo:a1:0:1", Receipt(state=StepState.UNCHANGED, summary="It is so already.")),
    ):
        answer = await turn(store, name)
        await claim(store, now=SOON)
        await end(store, answer.steps[0].id, receipt.state, receipt=receipt)
    key = "repo-invitation:acme/site/eve"
    assert not await store.spend_effect(key, "admin", by="d9", since=NOW, now=LATER)


async def test_what_is_done_again_is_our_own_act(store: Store) -> None:
    """What the undo set is not promised any more; what is set now is, and is told as ours."""
    plan = make_plan()
    await record(store, replace(plan, steps=(replace(plan.steps[0], action="revert"),)))
    key, name = "org-setting:acme/default_repository_permission", "a1:0"
    await claim(store)
    await end(store, name, receipt=replace(DONE, effect=f"{key}=read"))
    for value in ("admin", "read", "admin"):
        answer = await turn(store, name)
        await claim(store, now=SOON)
        turned = answer.steps[0]
        await end(store, turned.id, receipt=replace(DONE, undoable=False, effect=f"{key}={value}"))
        assert await store.own_effect(key, since=NOW) == value
        name = turned.id if turned.kind == "undo" else "a1:0"


async def test_what_failed_half_way_is_undone_and_not_made_again(store: Store) -> None:
    """It is listed like what was done; half of it is nothing to go back to."""
    plan = make_plan()
    await record(store, replace(plan, steps=(replace(plan.steps[0], action="revert"),)))
    await claim(store)
    half = Receipt(state=StepState.FAILED, summary="GitHub said no.", undoable=True)
    await end(store, "a1:0", StepState.FAILED, receipt=half, sent=True)
    [file] = await store.changed_cases(10)
    goal = target("a1:0", file)
    assert not isinstance(goal, str), goal
    await store.decide(by_operator(goal, file, by="root (operator)", now=SOON), now=SOON)
    assert await claim(store, now=SOON) == ["undo:a1:0:1"]
    await end(store, "undo:a1:0:1", receipt=replace(DONE, undoable=False))
    assert (await states(store))["a1:0"] is StepState.UNDONE
    [file] = await store.changed_cases(10)
    assert target("undo:a1:0:1", file) == "what revert did can't be made again"


async def test_what_failed_before_it_wrote_anything_has_nothing_to_undo(store: Store) -> None:
    """It left no receipt, and is not listed."""
    plan = make_plan()
    await record(store, replace(plan, steps=(replace(plan.steps[0], action="revert"),)))
    await claim(store)
    await end(store, "a1:0", StepState.FAILED, error="GitHub said no.")
    assert await store.changed_cases(10) == []
    file = await store.case_of_step("a1:0")
    assert file is not None
    assert target("a1:0", file) == "revert can't be put back: it is failed"
