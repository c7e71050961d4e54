from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.playbook import Level
from bot.respond.alert import Answer
from bot.respond.step import Issue, Receipt, StepState
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
    make_step,
    record,
    states,
)


async def test_a_claim_is_the_saved_intent(store: Store) -> None:
    """The step is running, counted and dated, in the task and in its file alike."""
    await record(store, make_plan())

    [task] = await store.claim_steps("w1", now=SOON, lease=LEASE, limit=5)

    step = task.step
    assert (step.state, step.attempts, step.intent_at) == (StepState.RUNNING, 1, SOON)
    assert task.file.steps == (step,)
    assert task.file.alerts[0].id == "a1"
    assert not task.resumed


async def test_a_case_has_one_running_step(store: Store) -> None:
    """The second alert of a case waits until the first one's step is finished."""
    await record(store, make_plan("a1", key="k"))
    await record(store, make_plan("a2", key="k"), name="d2")

    assert await claim(store, "w1") == ["a1:0"]
    assert await claim(store, "w2") == []
    await _finish(store, "a1:0")
    assert await claim(store, "w2") == ["a2:0"]


async def test_steps_of_an_alert_are_made_in_order(store: Store) -> None:
    """Each waits for the one before it."""
    await record(store, make_plan(steps=3))

    for position in range(3):
        assert await claim(store) == [f"a1:{position}"]
        await _finish(store, f"a1:{position}")
    assert await claim(store) == []
    assert await store.settled()


@pytest.mark.parametrize(
    "state",
    [StepState.AWAITING, StepState.OBSERVED, StepState.BLOCKED, StepState.DENIED, StepState.DONE],
)
async def test_a_step_that_nobody_is_about_to_make_holds_up_none(
    store: Store, state: StepState
) -> None:
    """The next one goes ahead of one that waits for a person, or is settled."""
    await record(store, make_plan(states=(state, StepState.PLANNED)))

    assert await claim(store) == ["a1:1"]


async def test_a_step_to_be_tried_again_waits_for_its_time_and_holds_up_none(
    store: Store,
) -> None:
    """When it is due, it comes before what was recorded later."""
    await record(store, make_plan(steps=3))
    await claim(store)
    await store.finish_step(
        "a1:0", worker="w1", now=NOW, state=StepState.RETRYING, error="502", next_at=SOON
    )

    assert await claim(store, now=NOW) == ["a1:1"]
    await _finish(store, "a1:1")
    assert await claim(store, now=SOON) == ["a1:0"]


async def test_a_dead_workers_step_is_resumed(store: Store) -> None:
    """After the lease another worker has it, told that the outcome is unknown."""
    await record(store, make_plan(steps=2))
    await claim(store, "w1")
    assert await store.begin_write("a1:0", worker="w1", attempts=1)

    assert await claim(store, "w2", now=SOON) == []
    [task] = await store.claim_steps("w2", now=LATER, lease=LEASE, limit=5)

    assert task.step.id == "a1:0"
    assert task.resumed
    assert task.step.attempts == 2


async def test_who_died_before_writing_has_changed_nothing(store: Store) -> None:
    """Nobody then takes what somebody else did meanwhile for Tipstaff's deed."""
    await record(store, make_plan("a1"), make_plan("a2"))
    await claim(store, "w1", limit=1)
    [task] = await store.claim_steps("w2", now=LATER, lease=LEASE, limit=1)
    assert (task.step.id, task.resumed, task.step.sent) == ("a1:0", False, False)
    await store.release("w2", now=LATER)
    [task] = await store.claim_steps("w3", now=LATER, lease=LEASE, limit=1)
    assert (task.step.id, task.resumed, task.step.sent) == ("a1:0", False, False)


async def test_a_write_is_begun_only_under_the_claim(store: Store) -> None:
    """And is no question any more once its end is saved, whatever became of it."""
    await record(store, make_plan())
    await claim(store, "w1")
    assert not await store.begin_write("a1:0", worker="w2", attempts=1)
    assert not await store.begin_write("a1:0", worker="w1", attempts=2)
    assert await store.begin_write("a1:0", worker="w1", attempts=1)
    await store.finish_step("a1:0", worker="w1", now=NOW, state=StepState.RETRYING, next_at=SOON)
    [task] = await store.claim_steps("w1", now=SOON, lease=LEASE, limit=1)
    assert not task.resumed


async def test_a_heartbeat_keeps_a_running_step(store: Store) -> None:
    """A worker that is alive keeps its step beyond the first lease."""
    await record(store, make_plan())
    await claim(store, "w1")

    await store.extend("w1", deliveries=[], steps=["a1:0"], now=SOON, lease=LEASE)

    assert await claim(store, "w2", now=LATER) == []
    assert await claim(store, "w2", now=BEYOND) == ["a1:0"]


async def test_a_heartbeat_keeps_only_what_is_in_hand(store: Store) -> None:
    """What a worker holds without being at it, for want of a receipt, falls to another."""
    await record(store, make_plan("a1"), make_plan("a2"))
    await claim(store, "w1")

    await store.extend("w1", deliveries=[], steps=["a2:0"], now=SOON, lease=LEASE)

    assert await claim(store, "w2", now=LATER) == ["a1:0"]


async def test_a_worker_learns_that_its_step_was_taken_over(store: Store) -> None:
    """By another worker, or by itself in a later claim."""
    await record(store, make_plan())
    await claim(store, "w1")
    assert await store.holds("a1:0", worker="w1", attempts=1)

    await claim(store, "w2", now=LATER)

    assert not await store.holds("a1:0", worker="w1", attempts=1)
    assert await store.holds("a1:0", worker="w2", attempts=2)
    await claim(store, "w1", now=BEYOND)
    assert not await store.holds("a1:0", worker="w1", attempts=1)


async def test_a_step_handed_back_is_due_at_once_and_its_outcome_unknown(store: Store) -> None:
    """Stopping in the middle of a call leaves the question whether it was made."""
    await record(store, make_plan())
    await claim(store, "w1")
    await store.begin_write("a1:0", worker="w1", attempts=1)

    await store.release("w1", now=SOON)

    assert await states(store) == {"a1:0": StepState.RETRYING}
    [task] = await store.claim_steps("w2", now=SOON, lease=LEASE, limit=5)
    assert task.resumed


async def test_a_known_failure_is_not_resumed(store: Store) -> None:
    """Trying again after an answer is not the same as not knowing."""
    await record(store, make_plan())
    await claim(store)
    await store.finish_step(
        "a1:0", worker="w1", now=NOW, state=StepState.RETRYING, error="502", next_at=SOON
    )

    [task] = await store.claim_steps("w1", now=SOON, lease=LEASE, limit=5)

    assert not task.resumed
    assert task.step.error == "502"


async def test_steps_of_one_lane_are_made_one_at_a_time(store: Store) -> None:
    """Whatever their cases and whoever asks; others go ahead."""
    await record(store, *[make_plan(f"a{number}", lane="owners:acme") for number in range(2)])
    await record(store, make_plan("b", lane="owners:other"), make_plan("c"), name="d2")

    assert await claim(store, "w1") == ["a0:0", "b:0", "c:0"]
    assert await claim(store, "w2") == []
    await _finish(store, "a0:0")
    assert await claim(store, "w2") == ["a1:0"]


@pytest.mark.parametrize("sent", [True, False])
async def test_a_write_that_may_yet_take_effect_keeps_its_lane(store: Store, sent: bool) -> None:
    """The next step of the lane would count on a state that is about to change."""
    await record(store, *[make_plan(f"a{number}", lane="owners:acme") for number in range(2)])
    assert await claim(store) == ["a0:0"]
    await store.finish_step(
        "a0:0", worker="w1", now=NOW, state=StepState.RETRYING, next_at=LATER, sent=sent
    )

    assert await claim(store) == ([] if sent else ["a1:0"])
    if sent:
        assert await claim(store, now=LATER) == ["a0:0"]


async def test_what_may_have_taken_effect_is_remembered_until_the_step_ends(store: Store) -> None:
    """A later try that sent nothing does not hide that an earlier one may have."""
    await record(store, make_plan())
    for sent in (True, False):
        await claim(store, now=NOW)
        await store.finish_step(
            "a1:0", worker="w1", now=NOW, state=StepState.RETRYING, next_at=NOW, sent=sent
        )

    [task] = await store.claim_steps("w1", now=NOW, lease=LEASE, limit=5)

    assert task.step.sent


async def test_an_unknown_outcome_stays_unknown_through_a_try_that_sent_nothing(
    store: Store,
) -> None:
    """The first worker died; the second only met an outage; the third still has to look."""
    await record(store, make_plan())
    await claim(store, "w1")
    await store.begin_write("a1:0", worker="w1", attempts=1)
    await claim(store, "w2", now=LATER)
    await store.finish_step("a1:0", worker="w2", now=LATER, state=StepState.RETRYING, next_at=LATER)

    [task] = await store.claim_steps("w3", now=LATER, lease=LEASE, limit=5)

    assert task.step.sent


async def test_the_gravest_case_comes_first_then_the_oldest(store: Store) -> None:
    """The rank is the level of the alert's playbook."""
    for number, level in enumerate(
        [Level.LOW, Level.CRITICAL, Level.MEDIUM, Level.CRITICAL, Level.INFORMATIONAL]
    ):
        await record(store, make_plan(f"a{number}", level=level), name=f"d{number}")

    assert await claim(store) == ["a1:0", "a3:0", "a2:0", "a0:0", "a4:0"]


async def test_what_an_issue_is_told_in_addition_comes_after_changes(store: Store) -> None:
    """Of the same case and of others, whatever their level; opening an issue keeps its place."""
    graver = make_plan("a1", key="k", level=Level.CRITICAL, steps=2)
    told = replace(graver, steps=(graver.steps[0], replace(graver.steps[1], action="open-issue")))
    await record(store, told)
    await _finish(store, *await claim(store))
    assert await claim(store) == ["a1:1"]
    issue = Issue(repository="acme/site", number=1, url="https://github.com/acme/site/issues/1")
    receipt = Receipt(state=StepState.DONE, summary="Opened.", issue=issue)
    await store.finish_step("a1:1", worker="w1", now=NOW, state=StepState.DONE, receipt=receipt)
    more = make_plan("a2", key="k", level=Level.CRITICAL, steps=1)
    await record(
        store, replace(more, steps=(replace(more.steps[0], action="open-issue"),)), name="d2"
    )
    change = make_plan("a3", key="k", level=Level.CRITICAL)
    change = replace(change, steps=(replace(change.steps[0], action="revert"),))
    await record(store, change, name="d3")
    await record(store, make_plan("a4", level=Level.LOW), name="d4")

    assert await claim(store) == ["a3:0", "a4:0"]
    await _finish(store, "a3:0")
    assert await claim(store) == ["a2:0"]


async def test_what_a_person_asked_for_counts_as_high(store: Store) -> None:
    """An answer comes after critical alerts and before those of medium level."""
    await record(store, make_plan("low", level=Level.LOW, states=(StepState.DONE,)))
    await record(store, make_plan("medium"), name="d2")
    await record(store, make_plan("critical", level=Level.CRITICAL), name="d3")
    await store.accept(make_delivery("d4"))
    await store.claim_deliveries("w9", now=NOW, lease=LEASE, limit=1)
    await store.complete(
        "d4",
        worker="w9",
        now=NOW,
        action="issue_comment.created",
        answer=Answer(
            case_id="case-low",
            steps=(make_step("low", 0, id="undo:low:0", kind="undo", undo_of="low:0"),),
        ),
    )

    assert await claim(store) == ["critical:0", "undo:low:0", "medium:0"]


async def test_no_more_than_asked_for_are_claimed(store: Store) -> None:
    """The limit holds; the rest is for others."""
    await record(store, *[make_plan(f"a{number}") for number in range(5)])

    assert len(await claim(store, "w1", limit=2)) == 2
    assert len(await claim(store, "w2", limit=9)) == 3


async def test_a_step_planned_for_later_waits(store: Store) -> None:
    """A follow-up may be due tomorrow."""
    await record(store, make_plan())
    await claim(store)
    tomorrow = NOW + timedelta(days=1)
    reminder = make_step("a1", 5, action="comment", next_at=tomorrow)
    await store.finish_step(
        "a1:0", worker="w1", now=NOW, state=StepState.DONE, follow_ups=[reminder]
    )

    assert await claim(store, now=BEYOND) == []
    assert await claim(store, now=tomorrow) == ["a1:5"]


async def _finish(store: Store, step_id: str) -> None:
    receipt = Receipt(state=StepState.DONE, summary="Done.")
    for worker in ("w1", "w2"):
        await store.finish_step(
            step_id, worker=worker, now=NOW, state=StepState.DONE, receipt=receipt
        )


async def test_what_is_about_to_be_written_is_saved_before_it_is(store: Store) -> None:
    """Whoever takes the step over knows what was there; a later try's word replaces it."""
    await record(store, make_plan())
    await claim(store)
    intent = Receipt(
        state=StepState.FAILED,
        summary="",
        before={"label": "admin", "details": {"of": ["acme/site"]}},
        after={"label": None},
        undoable=True,
    )
    assert await store.begin_write("a1:0", worker="w1", attempts=1, intent=intent)
    [task] = await store.claim_steps("w2", now=LATER, lease=LEASE, limit=1)
    assert (task.resumed, task.step.intent) == (True, intent)
    later = replace(intent, before={"label": "write", "details": {}})
    assert not await store.begin_write("a1:0", worker="w1", attempts=1, intent=later)
    assert await store.begin_write("a1:0", worker="w2", attempts=2, intent=later)
    assert await store.begin_write("a1:0", worker="w2", attempts=2)
    [step] = await store.steps()
    assert step.intent == later
