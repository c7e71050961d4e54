"""Approvals, open questions and exemptions: kept on both databases, and ended once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.errors import Moved
from bot.core.playbook import Mode
from bot.respond.alert import Answer, CaseState, StepChange
from bot.respond.exempting import announcement
from bot.respond.exemption import Exemption
from bot.respond.step import Approval, Issue, Receipt, StepState
from bot.respond.term import term
from bot.store import Store
from tests.store.samples import LEASE, NOW, SOON, claim, make_delivery, make_plan, record, states

DAY = timedelta(days=1)
ISSUE = Issue(repository="acme/site", number=3, url="https://github.com/acme/site/issues/3")
OLIVIA = Approval(by="olivia", comment=11, text="ab", edited_at="2026-03-01T12:00:00Z", at=NOW)
OMAR = Approval(by="omar", comment=12, text="cd", at=NOW)


def approval(*approvals: Approval, had: tuple[Approval, ...] = (), **more: Any) -> Answer:
    """Return the answer that gives the waiting step these approvals."""
    state = more.pop("state", StepState.AWAITING)
    change = StepChange(
        step_id="a1:0",
        expected=StepState.AWAITING,
        state=state,
        by=approvals[-1].by,
        had=had,
        approvals=approvals,
        ask_until=NOW + DAY,
    )
    return Answer(case_id="case-a1", expected=CaseState.OPEN, changes=(change,))


def exemption(name: str = "e1", **changes: Any) -> Exemption:
    """Return an exemption of thirty days on the usual case."""
    usual: dict[str, Any] = {
        "id": name,
        "case_id": "case-a1",
        "installation": 7,
        "org": "acme",
        "playbook_id": "p1",
        "playbook": "Somebody was made admin",
        "actor": "mallory",
        "action": "repo.add_member",
        "subject": {"repo": "acme/site", "user": "eve"},
        "reason": "agreed",
        "by": "olivia",
        "delivery_id": "d9",
        "since": NOW,
        "until": NOW + 30 * DAY,
        "announce_at": NOW + 27 * DAY,
    }
    return Exemption(**{**usual, **changes})


async def _waiting(store: Store) -> None:
    plan = make_plan(states=(StepState.AWAITING,))
    (step,) = plan.steps
    await record(store, replace(plan, steps=(replace(step, ask_until=NOW + DAY),)))


async def _answer(store: Store, answer: Answer, name: str = "answer1") -> None:
    assert await store.accept(make_delivery(name))
    await store.claim_deliveries("w9", now=SOON, lease=LEASE, limit=1)
    assert await store.complete(
        name, worker="w9", now=SOON, action="issue_comment.create", answer=answer
    )


async def test_approvals_are_kept_with_their_comments(store: Store) -> None:
    """And with when each was heard; the step goes on waiting until the last one."""
    first = replace(OLIVIA, heard_at=SOON)
    await _waiting(store)
    await _answer(store, approval(OLIVIA))
    file = await store.case_file("case-a1")
    assert file is not None
    assert file.steps[0].approvals == (first,)
    assert (file.steps[0].state, file.steps[0].approved_by) == (StepState.AWAITING, None)

    last = approval(first, OMAR, had=(first,), state=StepState.PLANNED)
    await _answer(store, last, "answer2")

    (step,) = await store.steps()
    assert step.approvals == (first, replace(OMAR, heard_at=SOON))
    assert step.approved_by == "omar"


async def test_two_approvals_at_once_do_not_lose_one(store: Store) -> None:
    """The second was decided from a past in which nobody had approved."""
    await _waiting(store)
    await _answer(store, approval(OLIVIA))
    with pytest.raises(Moved):
        await _answer(store, approval(OMAR), "answer2")


async def test_a_step_that_is_asked_again_keeps_what_still_stands(store: Store) -> None:
    """And has an end again; nobody has allowed it."""
    await _waiting(store)
    await _answer(store, approval(OLIVIA, OMAR, state=StepState.PLANNED))
    await claim(store, now=SOON)
    receipt = Receipt(state=StepState.AWAITING, summary="Asked again.")
    assert await store.finish_step(
        "a1:0",
        worker="w1",
        now=SOON,
        state=StepState.AWAITING,
        receipt=receipt,
        ask_until=NOW + 2 * DAY,
        approvals=(OMAR,),
    )
    (step,) = await store.steps()
    assert (step.approvals, step.approved_by) == ((OMAR,), None)
    assert step.ask_until == NOW + 2 * DAY


async def test_a_denial_is_kept_with_its_reason(store: Store) -> None:
    """For whoever reads the record later."""
    await _waiting(store)
    change = StepChange(
        step_id="a1:0",
        expected=StepState.AWAITING,
        state=StepState.DENIED,
        by="omar",
        why="Denied by omar: keep it",
    )
    await _answer(store, Answer(case_id="case-a1", changes=(change,)))
    (step,) = await store.steps()
    assert (step.state, step.error) == (StepState.DENIED, "Denied by omar: keep it")


async def test_a_question_ends_once(store: Store) -> None:
    """Whichever of several workers looks; and the case is told once."""
    await _waiting(store)
    await store.move_issue("case-a1", ISSUE)

    def look(now: Any) -> Any:
        return store.end_questions(now=now, limit=9, look=lambda file: term(file, now))

    assert await look(NOW + DAY - timedelta(seconds=1)) == 0
    ended = await asyncio.gather(*(look(NOW + DAY) for _ in range(4)))
    assert sum(ended) == 1
    told = await states(store)
    assert told["a1:0"] is StepState.EXPIRED
    assert len(told) == 2
    assert await look(NOW + 9 * DAY) == 0


async def test_an_exemption_is_found_by_actor_and_organisation(store: Store) -> None:
    """In any case of letters, while it is in force."""
    await record(store, make_plan())
    given = exemption()
    await _answer(store, Answer(case_id="case-a1", exempts=(given,)))
    assert await store.exemptions("ACME", "Mallory", now=SOON) == [given]
    assert await store.exemptions("acme", "bob", now=SOON) == []
    assert await store.exemptions("other", "mallory", now=SOON) == []
    assert await store.exemptions("acme", "mallory", now=NOW + 30 * DAY) == []


async def test_a_new_exemption_takes_the_place_of_the_former(store: Store) -> None:
    """Of the same act only."""
    await record(store, make_plan())
    other = exemption("e0", subject={"repo": "acme/other"})
    await _answer(store, Answer(case_id="case-a1", exempts=(exemption(), other)))
    longer = exemption("e2", until=NOW + 60 * DAY)
    await _answer(store, Answer(case_id="case-a1", exempts=(longer,)), "answer2")
    found = await store.exemptions("acme", "mallory", now=SOON)
    assert {each.id for each in found} == {"e0", "e2"}


async def test_an_exemption_ends_early_by_a_word_or_the_operator(store: Store) -> None:
    """Once; it stays in the record with who ended it."""
    await record(store, make_plan())
    await store.move_issue("case-a1", ISSUE)
    await _answer(store, Answer(case_id="case-a1", exempts=(exemption(), exemption("e2"))))
    file = await store.case_of_issue("acme/site", 3)
    assert file is not None
    assert [each.id for each in file.exemptions] == ["e2"]  # e2 took the place of e1
    ends = Answer(case_id="case-a1", ends=("e2",), by="omar")
    await _answer(store, ends, "answer2")
    assert await store.end_exemptions(["e2"], by="op", now=SOON) == []
    listed = await store.all_exemptions(now=SOON, ended=True)
    assert {each.id: each.ended_by for each, _ in listed} == {"e1": "olivia", "e2": "omar"}
    assert await store.all_exemptions(now=SOON, ended=False) == []


async def test_an_exemption_is_announced_once(store: Store) -> None:
    """Whichever of several workers looks."""
    await record(store, make_plan())
    await store.move_issue("case-a1", ISSUE)
    await _answer(store, Answer(case_id="case-a1", exempts=(exemption(),)))

    def look(now: Any) -> Any:
        return store.announce_ends(
            now=now, limit=9, tell=lambda each, file: announcement(each, file, now)
        )

    assert await look(NOW + 26 * DAY) == 0
    assert sum(await asyncio.gather(*(look(NOW + 27 * DAY) for _ in range(4)))) == 1
    assert "exemption:e1:ends" in await states(store)
    assert await look(NOW + 31 * DAY) == 0


async def test_covered_alerts_share_one_closed_case(store: Store) -> None:
    """They open nothing, also where a case with the usual key stands; they are counted."""
    await record(store, make_plan())
    await _answer(store, Answer(case_id="case-a1", exempts=(exemption(),)))
    for number in (2, 3):
        plan = make_plan(f"a{number}", key="exempt:e1", states=(StepState.OBSERVED,))
        case = replace(plan.case, id="aside", state=CaseState.CLOSED, closed_at=NOW)
        alert = replace(plan.alert, mode=Mode.OBSERVE, exemption="e1")
        await record(store, replace(plan, case=case, alert=alert), name=f"d{number}")
    file = await store.case_file("aside")
    assert file is not None
    assert [alert.exemption for alert in file.alerts] == ["e1", "e1"]
    assert file.case.state is CaseState.CLOSED
    ((_, covered),) = await store.all_exemptions(now=SOON, ended=False)
    assert covered == 2
