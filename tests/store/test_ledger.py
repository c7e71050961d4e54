from dataclasses import replace
from datetime import timedelta

import pytest

from bot.respond.alert import Answer, CaseState, StepChange
from bot.respond.life import STEP_LIFE, ImpossibleTransition
from bot.respond.step import Issue, Receipt, StepState
from bot.store import Store
from tests.store.samples import (
    LATER,
    NOW,
    SOON,
    claim,
    make_plan,
    make_step,
    record,
    states,
)

LONG_AGO = NOW - timedelta(days=365)
DONE = Receipt(
    state=StepState.DONE,
    summary="Put back to member.",
    before={"role": "admin"},
    after={"role": "member"},
    effect="org-role:acme/carol=member",
    url="https://github.com/orgs/acme/people/carol",
    issue=Issue(repository="acme/security", number=3, url="https://github.com/acme/security/3"),
)


async def test_a_receipt_is_kept_with_its_step_and_its_case(store: Store) -> None:
    """What came of a step can be explained later, and the case knows its issue."""
    await record(store, make_plan())
    await claim(store)

    assert await store.finish_step(
        "a1:0", worker="w1", now=SOON, state=StepState.DONE, receipt=DONE
    )

    file = await store.case_file("case-a1")
    assert file is not None
    [step] = file.steps
    assert (step.state, step.receipt, step.finished_at) == (StepState.DONE, DONE, SOON)
    assert file.case.issue == DONE.issue


async def test_a_receipt_with_no_issue_leaves_the_cases_issue(store: Store) -> None:
    """Only the step that opened or found the issue says where it is."""
    await record(store, make_plan(steps=2))
    await claim(store)
    await store.finish_step("a1:0", worker="w1", now=NOW, state=StepState.DONE, receipt=DONE)
    await claim(store)
    plain = Receipt(state=StepState.UNCHANGED, summary="Already right.")
    await store.finish_step("a1:1", worker="w1", now=NOW, state=StepState.UNCHANGED, receipt=plain)

    file = await store.case_file("case-a1")
    assert file is not None
    assert file.case.issue == DONE.issue


async def test_the_last_effect_of_our_own_is_remembered(store: Store) -> None:
    """A source without an actor can recognise what Tipstaff itself did."""
    await record(store, make_plan(steps=2))
    for position, role in enumerate(("member", "admin")):
        await claim(store)
        receipt = Receipt(
            state=StepState.DONE, summary="Set.", effect=f"org-role:acme/carol={role}"
        )
        await store.finish_step(
            f"a1:{position}", worker="w1", now=NOW, state=StepState.DONE, receipt=receipt
        )
        assert await store.own_effect("org-role:acme/carol", since=LONG_AGO) == role
    assert await store.own_effect("org-role:acme/dave", since=LONG_AGO) is None
    assert await store.own_effect("org-role:acme/carol", since=SOON) is None
    assert await store.own_effect("org-role:acme/carol", since=LONG_AGO, until=LONG_AGO) is None
    assert await store.own_effect("org-role:acme/carol", since=LONG_AGO, until=NOW) == "admin"


async def test_a_worker_that_lost_its_step_writes_nothing(store: Store) -> None:
    """No state, no receipt, no issue, no effect, no follow-up."""
    await record(store, make_plan())
    await claim(store, "w1")
    await claim(store, "w2", now=LATER)

    assert not await store.finish_step(
        "a1:0",
        worker="w1",
        now=LATER,
        state=StepState.DONE,
        receipt=DONE,
        follow_ups=[make_step("a1", 1)],
    )

    file = await store.case_file("case-a1")
    assert file is not None
    [step] = file.steps
    assert (step.state, step.receipt) == (StepState.RUNNING, None)
    assert file.case.issue is None
    assert await store.own_effect("org-role:acme/carol", since=LONG_AGO) is None


async def test_a_step_is_finished_once(store: Store) -> None:
    """The second word about a step comes too late; an unknown step was never held."""
    await record(store, make_plan())
    await claim(store)

    assert await store.finish_step("a1:0", worker="w1", now=NOW, state=StepState.DONE)
    assert not await store.finish_step("a1:0", worker="w1", now=NOW, state=StepState.FAILED)
    assert not await store.finish_step("nowhere", worker="w1", now=NOW, state=StepState.DONE)


async def test_a_step_that_awaits_approval_is_not_finished(store: Store) -> None:
    """A guard may ask a person although the playbook did not."""
    await record(store, make_plan())
    await claim(store)
    receipt = Receipt(state=StepState.AWAITING, summary="More than ten in an hour.")

    await store.finish_step("a1:0", worker="w1", now=NOW, state=StepState.AWAITING, receipt=receipt)

    [step] = await store.steps()
    assert (step.state, step.finished_at, step.receipt) == (StepState.AWAITING, None, receipt)
    assert await store.settled()


async def test_trying_again_needs_a_time(store: Store) -> None:
    """The store invents no waiting time."""
    with pytest.raises(ValueError, match="give next_at"):
        await store.finish_step("a1:0", worker="w1", now=NOW, state=StepState.RETRYING)


@pytest.mark.parametrize(
    ("came_of_it", "original"),
    [
        (StepState.DONE, StepState.UNDONE),
        (StepState.UNCHANGED, StepState.DONE),
        (StepState.FAILED, StepState.DONE),
    ],
)
async def test_a_step_is_undone_when_its_undoing_took_effect(
    store: Store, came_of_it: StepState, original: StepState
) -> None:
    """Anything else leaves it done."""
    await record(store, make_plan())
    await claim(store)
    undo = make_step("a1", 0, id="undo:a1:0:1", kind="undo", undo_of="a1:0")
    await store.finish_step(
        "a1:0", worker="w1", now=NOW, state=StepState.DONE, receipt=DONE, follow_ups=[undo]
    )
    assert await claim(store) == ["undo:a1:0:1"]

    await store.finish_step("undo:a1:0:1", worker="w1", now=NOW, state=came_of_it)

    assert await states(store) == {"a1:0": original, "undo:a1:0:1": came_of_it}


async def test_text_that_postgresql_refuses_is_kept_legible(store: Store) -> None:
    """U+0000 in what GitHub or an attacker wrote stops nothing; in JSON it even survives."""
    await record(store, make_plan())
    await claim(store)
    receipt = Receipt(
        state=StepState.FAILED, summary="a\0b", before={"title": "x\0\u2028\U0001f600"}
    )

    await store.finish_step(
        "a1:0", worker="w1", now=NOW, state=StepState.FAILED, receipt=receipt, error="no\0pe"
    )

    [step] = await store.steps()
    assert step.error == "no\ufffdpe"
    assert step.receipt == receipt


async def test_a_promise_is_kept_once(store: Store) -> None:
    """The first delivery that asks hears yes, and again when it is handled again."""
    await record(store, make_plan())
    await claim(store)
    invited = replace(DONE, effect="repo-invitation:acme/site/zed=admin", issue=None)
    await store.finish_step("a1:0", worker="w1", now=NOW, state=StepState.DONE, receipt=invited)

    async def spend(by: str, value: str = "admin") -> bool:
        key = "repo-invitation:acme/site/zed"
        return await store.spend_effect(key, value, by=by, since=LONG_AGO, now=SOON)

    assert not await spend("d1", value="push")
    assert [await spend("d1"), await spend("d1"), await spend("d2")] == [True, True, False]


async def test_a_step_may_have_several_effects(store: Store) -> None:
    """One a line, each found by itself."""
    await record(store, make_plan())
    await claim(store)
    receipt = replace(
        DONE, effect="repo-invitation:acme/a/eve=read\nrepo-invitation:acme/b/eve=write"
    )
    await store.finish_step("a1:0", worker="w1", now=NOW, state=StepState.DONE, receipt=receipt)
    assert await store.own_effect("repo-invitation:acme/a/eve", since=NOW) == "read"
    assert await store.own_effect("repo-invitation:acme/b/eve", since=NOW) == "write"


async def test_a_setting_that_is_just_being_changed_is_known(store: Store) -> None:
    """While a step of the organisation's settings runs, and no longer."""
    await record(store, make_plan(lane="settings:acme"))
    assert not await store.settings_in_question("Acme")
    await claim(store)
    assert await store.settings_in_question("Acme")
    assert not await store.settings_in_question("other")
    await store.finish_step("a1:0", worker="w1", now=NOW, state=StepState.DONE, receipt=DONE)
    assert not await store.settings_in_question("acme")


async def test_a_subject_is_in_question_while_a_step_is_at_it(store: Store) -> None:
    """And while that step is put back."""
    plan = make_plan()
    steps = tuple(replace(step, subject="block|acme||eve|") for step in plan.steps)
    await record(store, replace(plan, steps=steps))
    assert not await store.in_question("block|acme||eve|")
    await claim(store)
    assert await store.in_question("block|acme||eve|")
    assert not await store.in_question("block|acme||bob|")
    undo = make_step(None, id="u1", kind="undo", undo_of="a1:0", action="block-user")
    undo = replace(undo, case_id=(await store.steps())[0].case_id)
    await store.finish_step(
        "a1:0", worker="w1", now=NOW, state=StepState.DONE, receipt=DONE, follow_ups=(undo,)
    )
    assert not await store.in_question("block|acme||eve|")
    await claim(store)
    assert await store.in_question("block|acme||eve|")


async def test_whoever_a_step_names_itself_is_in_question_too(store: Store) -> None:
    """A playbook may say whom to remove; the event then tells of somebody else."""
    plan = make_plan(lane="owners:acme")
    alert = replace(plan.alert, fields={"user": "Carol"})
    steps = tuple(replace(step, params={"user": " @Dora"}) for step in plan.steps)
    await record(store, replace(plan, alert=alert, steps=steps))
    await claim(store)
    assert await store.owners_in_question("acme") == {"carol", "dora"}


async def test_whose_owner_role_is_just_being_changed_is_known(store: Store) -> None:
    """While it runs, and as long as its outcome is unknown; for an undo too."""
    plan = make_plan(lane="owners:acme")
    alert = replace(plan.alert, fields={"user": "Carol", "user_id": 12})
    await record(store, replace(plan, alert=alert))
    carol = {"carol", 12}

    assert await store.owners_in_question("Acme") == frozenset()
    await claim(store)
    assert await store.owners_in_question("Acme") == carol
    assert await store.owners_in_question("other") == frozenset()
    await store.begin_write("a1:0", worker="w1", attempts=1)
    await store.release("w1", now=NOW)
    assert await store.owners_in_question("acme") == carol
    await claim(store)
    await store.finish_step(
        "a1:0",
        worker="w1",
        now=NOW,
        state=StepState.DONE,
        receipt=DONE,
        follow_ups=[
            make_step(None, id="undo:a1:0:1", kind="undo", undo_of="a1:0", lane="owners:acme")
        ],
    )
    assert await store.owners_in_question("acme") == frozenset()
    await claim(store)
    assert await store.owners_in_question("acme") == carol


async def test_the_steps_of_an_installation_go_on_at_once(store: Store) -> None:
    """Of this one only."""
    await record(store, make_plan())
    await claim(store)
    await store.finish_step(
        "a1:0", worker="w1", now=NOW, state=StepState.RETRYING, next_at=LATER, error="suspended"
    )

    await store.resume(8, now=SOON)
    assert await claim(store, now=SOON) == []
    await store.resume(7, now=SOON)
    assert await claim(store, now=SOON) == ["a1:0"]


IMPOSSIBLE = sorted(
    set(StepState)
    - {after for (before, _), after in STEP_LIFE.items() if before is StepState.RUNNING}
)


@pytest.mark.parametrize("state", IMPOSSIBLE)
async def test_a_running_step_comes_to_no_state_that_the_table_does_not_know(
    store: Store, state: StepState
) -> None:
    """Nothing is written then; the step can still come to its real end."""
    await record(store, make_plan())
    await claim(store)
    undo = make_step(None, 9, id="undo:a1:0:1", kind="undo", undo_of="a1:0")
    with pytest.raises(ImpossibleTransition, match=f"what is running {state}"):
        await store.finish_step(
            "a1:0", worker="w1", now=NOW, state=state, receipt=DONE, follow_ups=[undo]
        )
    assert await states(store) == {"a1:0": StepState.RUNNING}
    assert await store.finish_step("a1:0", worker="w1", now=NOW, state=StepState.DONE)


async def test_a_persons_word_leads_only_where_the_table_says(store: Store) -> None:
    """What waits for approval is not done by being approved of."""
    await record(store, make_plan(states=(StepState.AWAITING,)))
    change = StepChange(
        step_id="a1:0", expected=StepState.AWAITING, state=StepState.DONE, by="olivia"
    )
    answer = Answer(case_id="case-a1", expected=CaseState.OPEN, changes=(change,))
    with pytest.raises(ImpossibleTransition, match="what is awaiting done"):
        await store.decide(answer, now=NOW)
    assert await states(store) == {"a1:0": StepState.AWAITING}
