from dataclasses import replace

import pytest

from bot.core.errors import Moved
from bot.respond.alert import Answer, CaseState, StepChange
from bot.respond.step import Issue, Receipt, StepState
from bot.store import Store
from tests.store.samples import (
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

ISSUE = Issue(repository="Acme/Security", number=12, url="https://github.com/Acme/Security/12")


async def test_a_plan_is_recorded_whole(store: Store) -> None:
    """The case file holds the case, the alert and the steps as planned."""
    plan = make_plan(steps=3)

    await record(store, plan)

    file = await store.case_file("case-a1")
    assert file is not None
    assert file.case == plan.case
    assert file.alerts == (plan.alert,)
    assert file.steps == plan.steps


async def test_a_lost_claim_records_nothing(store: Store) -> None:
    """What a delivery leads to is saved with its completion, or not at all."""
    await store.accept(make_delivery())

    assert not await store.complete("d1", worker="w1", now=NOW, action="x", plans=[make_plan()])

    assert await store.alerts() == []
    assert await store.case_file("case-a1") is None


async def test_an_alert_that_is_there_stays_as_it_is(store: Store) -> None:
    """The same delivery judged again gives no second alert, step or case."""
    await record(store, make_plan())
    again = make_plan(key="another key", steps=4)
    again = replace(again, case=replace(again.case, id="another case"))

    await record(store, again, name="d2")

    assert len(await store.alerts()) == 1
    assert len(await store.steps()) == 1
    assert await store.case_file("another case") is None


async def test_a_standing_case_takes_the_alerts_with_its_key(store: Store) -> None:
    """A burst joins one case; ids of the case are rewritten everywhere."""
    await record(store, make_plan("a1", key="k"))
    await record(store, make_plan("a2", key="k", at=SOON), name="d2")

    file = await store.case_file("case-a1")
    assert file is not None
    assert [alert.id for alert in file.alerts] == ["a1", "a2"]
    assert {alert.case_id for alert in file.alerts} == {"case-a1"}
    assert {step.case_id for step in file.steps} == {"case-a1"}
    assert await store.case_file("case-a2") is None


async def test_two_plans_of_one_delivery_may_share_a_case(store: Store) -> None:
    """The first plan opens the case that the second joins."""
    await record(store, make_plan("a1", key="k"), make_plan("a2", key="k"))

    assert (await store.overview()).open_cases == 1


async def test_after_a_case_is_closed_a_new_one_opens(store: Store) -> None:
    """A closed case takes nothing more."""
    await record(store, make_plan("a1", key="k"))
    assert await store.set_case_state("case-a1", CaseState.CLOSED)

    await record(store, make_plan("a2", key="k"), name="d2")

    second = await store.case_file("case-a2")
    assert second is not None
    assert [alert.id for alert in second.alerts] == ["a2"]


async def test_a_closed_case_stays_closed_while_another_stands(store: Store) -> None:
    """At most one case with a key is not closed."""
    await record(store, make_plan("a1", key="k"))
    await store.set_case_state("case-a1", CaseState.CLOSED)
    await record(store, make_plan("a2", key="k"), name="d2")

    assert not await store.set_case_state("case-a1", CaseState.OPEN)
    await store.set_case_state("case-a2", CaseState.CLOSED)
    assert await store.set_case_state("case-a1", CaseState.OPEN)
    assert not await store.set_case_state("nowhere", CaseState.OPEN)


async def test_a_case_is_found_by_its_issue_in_any_case_of_letters(store: Store) -> None:
    """GitHub's names compare without case; number and repository must both fit."""
    await record(store, make_plan())
    [step_id] = await claim(store)
    receipt = Receipt(state=StepState.DONE, summary="Opened.", issue=ISSUE)
    await store.finish_step(step_id, worker="w1", now=NOW, state=StepState.DONE, receipt=receipt)

    found = await store.case_of_issue("acme/SECURITY", 12)

    assert found is not None
    assert found.case.issue == ISSUE
    assert await store.case_of_issue("acme/security", 13) is None
    assert await store.case_of_issue("acme/other", 12) is None


async def test_a_file_lists_steps_by_alert_and_position(store: Store) -> None:
    """Whatever was recorded later for an earlier alert stands with it."""
    await record(store, make_plan("b", key="k", steps=2))
    await record(store, make_plan("a", key="k", at=SOON, steps=2), name="d2")
    await _answer(
        store,
        Answer(
            case_id="case-b",
            steps=(
                make_step(None, id="reply"),
                make_step("b", 0, id="undo:b:0", kind="undo", undo_of="b:0"),
            ),
        ),
    )

    file = await store.case_file("case-b")

    assert file is not None
    assert [step.id for step in file.steps] == ["b:0", "undo:b:0", "b:1", "a:0", "a:1", "reply"]


async def test_an_approval_makes_a_waiting_step_due(store: Store) -> None:
    """The step remembers who allowed it, and is due from that moment."""
    await record(store, make_plan(states=(StepState.AWAITING,)))
    assert await claim(store) == []

    await _answer(store, Answer(case_id="case-a1", changes=(_change(StepState.PLANNED),)))

    [step] = await store.steps()
    assert (step.state, step.approved_by, step.next_at) == (StepState.PLANNED, "carol", SOON)
    assert await claim(store, now=SOON) == ["a1:0"]


async def test_a_denial_ends_a_waiting_step(store: Store) -> None:
    """It is finished, and nobody approved it."""
    await record(store, make_plan(states=(StepState.AWAITING,)))

    await _answer(store, Answer(case_id="case-a1", changes=(_change(StepState.DENIED),)))

    [step] = await store.steps()
    assert (step.state, step.approved_by, step.finished_at) == (StepState.DENIED, None, SOON)


async def test_a_word_that_comes_too_late_changes_nothing(store: Store) -> None:
    """When a step is no longer what the person saw, nothing is saved: the word is heard again."""
    await record(store, make_plan(states=(StepState.PLANNED,)))
    reply = make_step(None, id="reply", action="comment")
    answer = Answer(case_id="case-a1", changes=(_change(StepState.DENIED),), steps=(reply,))

    with pytest.raises(Moved):
        await _answer(store, answer)

    assert await states(store) == {"a1:0": StepState.PLANNED}
    assert (await store.overview()).deliveries == {"done": 1, "claimed": 1}


async def test_a_case_that_was_closed_meanwhile_is_not_reopened(store: Store) -> None:
    """An acknowledgement that was decided while the case stood does not bring it back."""
    await record(store, make_plan())
    await store.set_case_state("case-a1", CaseState.CLOSED)

    with pytest.raises(Moved):
        await _answer(
            store,
            Answer(
                case_id="case-a1",
                expected=CaseState.OPEN,
                case_state=CaseState.ACKNOWLEDGED,
            ),
        )

    file = await store.case_file("case-a1")
    assert file is not None
    assert file.case.state is CaseState.CLOSED


async def test_two_undos_at_once_are_one(store: Store) -> None:
    """The second finds the step of the first, and is heard again."""
    await record(store, make_plan(states=(StepState.DONE,)))
    undo = make_step(None, id="undo:a1:0:1", kind="undo", undo_of="a1:0")
    answer = Answer(case_id="case-a1", holds=(("a1:0", StepState.DONE),), steps=(undo,))

    await _answer(store, answer)
    with pytest.raises(Moved):
        await _answer(store, answer, name="answer2")


async def test_an_approval_after_a_reinstall_goes_by_the_new_installation(store: Store) -> None:
    """The one the step was planned for is gone."""
    await record(store, make_plan(states=(StepState.AWAITING,)))

    change = replace(_change(StepState.PLANNED), installation=8)
    await _answer(store, Answer(case_id="case-a1", changes=(change,)))

    [step] = await store.steps()
    assert step.installation == 8


async def test_a_case_is_found_by_its_issues_id(store: Store) -> None:
    """Under any name; another issue in a repository of the former name is not the case's."""
    await record(store, make_plan())
    await store.move_issue("case-a1", replace(ISSUE, id=77))

    found = await store.case_of_issue("acme/renamed", 12, 77)

    assert found is not None
    assert found.case.issue == replace(ISSUE, id=77)
    assert await store.case_of_issue("acme/security", 12, 78) is None


async def test_cases_follow_a_renamed_repository(store: Store) -> None:
    """Their issues are where they were, under the new name."""
    await record(store, make_plan())
    await store.move_issue("case-a1", ISSUE)

    await store.rename_repository("Acme/Security", "Acme/Guard")

    found = await store.case_of_issue("acme/guard", 12)
    assert found is not None
    assert found.case.issue == replace(
        ISSUE, repository="Acme/Guard", url="https://github.com/Acme/Guard/12"
    )


async def test_a_case_whose_issue_is_gone_has_none(store: Store) -> None:
    """Until another one is opened."""
    await record(store, make_plan())
    await store.move_issue("case-a1", ISSUE)

    await _answer(store, Answer(case_id="case-a1", issue_gone=True))

    file = await store.case_file("case-a1")
    assert file is not None
    assert file.case.issue is None


async def test_an_answer_moves_the_case_and_adds_steps(store: Store) -> None:
    """All of it, or nothing."""
    await record(store, make_plan())
    answer = Answer(
        case_id="case-a1",
        expected=CaseState.OPEN,
        case_state=CaseState.ACKNOWLEDGED,
        steps=(make_step(None, id="reply", action="comment"),),
    )

    await _answer(store, answer)

    file = await store.case_file("case-a1")
    assert file is not None
    assert file.case.state is CaseState.ACKNOWLEDGED
    assert [step.id for step in file.steps] == ["a1:0", "reply"]


def _change(state: StepState) -> StepChange:
    return StepChange(step_id="a1:0", expected=StepState.AWAITING, state=state, by="carol")


async def _answer(store: Store, answer: Answer, name: str = "answer1") -> None:
    assert await store.accept(make_delivery(name))
    await store.claim_deliveries("w9", now=SOON, lease=LEASE, limit=1)
    assert await store.complete(
        name, worker="w9", now=SOON, action="issue_comment.created", answer=answer
    )


async def test_a_case_is_found_by_the_issue_it_left(store: Store) -> None:
    """By its id, or by its names where no id is known; also after the repository was renamed."""
    await record(store, make_plan())
    await store.move_issue("case-a1", ISSUE)
    second = replace(ISSUE, number=13, id=77)
    await store.move_issue("case-a1", second)
    await store.move_issue("case-a1", replace(ISSUE, repository="acme/guard", number=1, id=78))
    await store.rename_repository("Acme/Security", "Acme/Vault")

    for left in (("acme/VAULT", 12), ("acme/vault", 12, 76), ("acme/elsewhere", 5, 77)):
        assert await store.case_of_issue(*left) is None
        found = await store.case_of_former_issue(*left)
        assert found is not None
        assert found.case.id == "case-a1"
    assert await store.case_of_former_issue("acme/vault", 13, 79) is None
    assert await store.case_of_former_issue("acme/guard", 1, 78) is None


async def test_an_issue_moved_by_hand_is_not_left(store: Store) -> None:
    """It is the same issue under another number; nor is one that is told again."""
    await record(store, make_plan())
    await store.move_issue("case-a1", replace(ISSUE, id=77))
    await store.move_issue("case-a1", replace(ISSUE, id=77))
    await store.move_issue("case-a1", replace(ISSUE, repository="acme/guard", number=1, id=77))

    assert await store.case_of_former_issue("acme/security", 12, 77) is None
    assert await store.case_of_former_issue("acme/security", 12) is None
