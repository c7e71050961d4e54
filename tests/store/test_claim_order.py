"""What is told in addition makes way for changes, on either database."""

from dataclasses import replace

from bot.core.playbook import Level
from bot.respond.step import Issue, Receipt, StepState
from bot.store import Store
from tests.store.samples import LATER, NOW, claim, make_plan, record


async def _with_an_issue(store: Store, action: str = "open-issue", installation: int = 7) -> str:
    """Let a case have its issue, and one more thing to tell in it; return that step's id."""
    await record(store, make_plan("told", key="told"))
    assert await claim(store) == ["told:0"]
    issue = Issue(repository="acme/site", number=1, url="https://github.com/acme/site/issues/1")
    receipt = Receipt(state=StepState.DONE, summary="Opened.", issue=issue)
    await store.finish_step("told:0", worker="w1", now=NOW, state=StepState.DONE, receipt=receipt)
    more = make_plan("more", key="told", level=Level.CRITICAL)
    step = replace(more.steps[0], action=action, installation=installation)
    await record(store, replace(more, steps=(step,)), name="d-more")
    return step.id


async def _with_changes(store: Store) -> None:
    """Let another case have two changes to make, one of them under way."""
    for number in range(2):
        change = make_plan(f"c{number}", key="changed", level=Level.LOW)
        change = replace(change, steps=(replace(change.steps[0], action="revert"),))
        await record(store, change, name=f"d-c{number}")
    assert await claim(store, limit=1) == ["c0:0"]


async def test_what_is_told_in_addition_waits_for_a_change_that_its_case_holds_up(
    store: Store,
) -> None:
    """A free worker does not take GitHub's room from it."""
    told = await _with_an_issue(store)
    await _with_changes(store)

    assert await claim(store) == []
    await _finish(store, "c0:0")
    assert await claim(store) == ["c1:0"]
    assert await claim(store) == [told]


async def test_what_is_told_in_addition_waits_for_a_change_that_waits_for_room(
    store: Store,
) -> None:
    """Room that is there before belongs to the change."""
    told = await _with_an_issue(store)
    await _with_changes(store)
    await store.finish_step("c0:0", worker="w1", now=NOW, state=StepState.PLANNED, next_at=LATER)
    await _finish(store, *await claim(store))

    assert await claim(store) == []
    assert await claim(store, now=LATER) == ["c0:0"]
    assert await claim(store, now=LATER) == [told]


async def test_what_is_told_in_addition_does_not_wait_for_a_change_that_failed_to_arrive(
    store: Store,
) -> None:
    """An outage of one call may last; people learn of the rest meanwhile."""
    told = await _with_an_issue(store)
    await _with_changes(store)
    await store.finish_step("c0:0", worker="w1", now=NOW, state=StepState.RETRYING, next_at=LATER)
    await _finish(store, *await claim(store))

    assert await claim(store) == [told]


async def test_what_takes_none_of_the_room_does_not_wait_for_it(store: Store) -> None:
    """A notice goes elsewhere, and another organisation has limits of its own."""
    told = await _with_an_issue(store, action="notify")
    await _with_changes(store)

    assert await claim(store) == [told]


async def test_one_organisations_changes_hold_up_no_other(store: Store) -> None:
    """Limits are counted for each installation."""
    told = await _with_an_issue(store, installation=8)
    await _with_changes(store)

    assert await claim(store) == [told]


async def test_what_is_less_grave_takes_no_room_that_a_graver_change_waits_for(
    store: Store,
) -> None:
    """It may need less; but then the graver one would wait for ever more."""
    for number, level in enumerate([Level.HIGH, Level.LOW, Level.CRITICAL]):
        change = make_plan(f"a{number}", level=level)
        change = replace(change, steps=(replace(change.steps[0], action="revert"),))
        await record(store, change, name=f"d{number}")
        if level is Level.HIGH:
            assert await claim(store) == ["a0:0"]
            await store.finish_step(
                "a0:0", worker="w1", now=NOW, state=StepState.PLANNED, next_at=LATER
            )

    assert await claim(store) == ["a2:0"]
    await _finish(store, "a2:0")
    assert await claim(store, now=LATER) == ["a0:0", "a1:0"]


async def test_what_is_told_makes_no_way_for_a_change_that_waits_for_its_case(
    store: Store,
) -> None:
    """Whoever told it died; its case goes on with it, or nothing there ever would."""
    told = await _with_an_issue(store)
    assert await claim(store) == [told]
    change = make_plan("c9", key="told")
    change = replace(change, steps=(replace(change.steps[0], action="revert"),))
    await record(store, change, name="d-c9")

    assert await claim(store, "w2") == []
    assert await claim(store, "w2", now=LATER) == [told]
    await _finish(store, told)
    assert await claim(store, "w2", now=LATER) == ["c9:0"]


async def _finish(store: Store, step_id: str) -> None:
    receipt = Receipt(state=StepState.DONE, summary="Done.")
    for worker in ("w1", "w2"):
        await store.finish_step(
            step_id, worker=worker, now=NOW, state=StepState.DONE, receipt=receipt
        )
