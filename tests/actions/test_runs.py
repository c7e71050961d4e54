"""Runs of workflows that are cancelled, and seen to end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.errors import Forbidden, Refused, Unavailable
from bot.core.event import Event
from bot.respond.step import StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, playbook, receipt_of
from tests.actions.cases import done
from tests.actions.scenes.workflows import (
    here,
)


async def running(bench: Bench, *, stubborn: bool = False) -> tuple[Event, int]:
    """Let a workflow run, and return the event of it."""
    workflow = await bench.sim.by("mallory").add_workflow("widgets")
    run = await bench.sim.by("mallory").run_workflow("widgets", workflow, stubborn=stubborn)
    return here(bench, "workflows.created_workflow_run", workflow_run_id=run), run


def status(bench: Bench, run: int) -> tuple[str, str | None]:
    """Return how a run stands."""
    known = bench.sim.world.repository("widgets").actions.runs[run]
    return known.status, known.conclusion


async def test_a_run_is_cancelled_and_seen_to_end(bench: Bench) -> None:
    """A receipt with a link; there is no way back but to run it again."""
    event, run = await running(bench)
    file = bench.case(event, playbook("cancel-run"))
    file = await bench.step(file, file.steps[0].id)
    assert receipt_of(file).state is StepState.DONE
    assert receipt_of(file).summary == f"Cancelled the run {run} of acme/widgets."
    assert status(bench, run) == ("completed", "cancelled")
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.BLOCKED


async def test_a_run_that_stays_is_cancelled_by_force(bench: Bench) -> None:
    """GitHub accepted (202), but the run goes on: the next try does not ask."""
    event, _ = await running(bench, stubborn=True)
    file = bench.case(event, playbook("cancel-run"))
    with pytest.raises(Unavailable, match="still goes on") as caught:
        await bench.step(file, file.steps[0].id)
    assert caught.value.sent
    assert caught.value.retry_at == bench.clock() + timedelta(seconds=30)
    receipt = receipt_of(await bench.step(file, file.steps[0].id, sent=True))
    assert (receipt.state, "by force" in receipt.summary) == (StepState.DONE, True)
    assert [call.rpartition("/")[2] for call in bench.writes()] == ["cancel", "force-cancel"]


async def test_a_run_without_force_is_given_to_a_person_in_the_end(bench: Bench) -> None:
    """After some looks, with the reason."""
    event, _ = await running(bench, stubborn=True)
    file = bench.case(event, playbook(("cancel-run", {"force": False})))
    tired = replace(file.steps[0], attempts=5, sent=True)
    with pytest.raises(Refused, match="a person has to look"):
        await bench.act(file, tired)
    assert bench.writes()[-1].endswith("/cancel")


@pytest.mark.parametrize("conclusion", ["success", "cancelled"])
async def test_a_run_that_is_over_is_left_alone(bench: Bench, conclusion: str) -> None:
    """Whoever ended it, it was not us."""
    event, run = await running(bench)
    await bench.sim.by("mallory").finish_run("widgets", run, conclusion)
    receipt = await done(bench, event, "cancel-run")
    assert receipt.state is StepState.UNCHANGED
    assert conclusion in receipt.summary


async def test_a_run_that_ends_while_it_is_cancelled_is_not_claimed(bench: Bench) -> None:
    """GitHub answers 409, and the run says how it ended."""
    event, run = await running(bench)
    world = bench.sim.world.repository("widgets").actions.runs[run]

    def finish(call: object, _: object) -> None:
        """Let the run end by itself right after the first look."""
        if str(getattr(call, "path", "")).endswith(f"/runs/{run}"):
            world.status, world.conclusion = "completed", "failure"

    bench.sim.observers.append(finish)
    receipt = await done(bench, event, "cancel-run")
    assert receipt.state is StepState.UNCHANGED
    assert "failure" in receipt.summary


async def test_a_lost_answer_to_a_cancelling_is_settled_by_looking(bench: Bench) -> None:
    """The second try finds the run cancelled, and claims it."""
    event, _ = await running(bench)
    file = bench.case(event, playbook("cancel-run"))
    bench.sim.faults.add(Fault(method="POST", path="/cancel$", kind="reset_after_effect"))
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    receipt = receipt_of(await bench.step(file, file.steps[0].id, sent=True))
    assert receipt.state is StepState.DONE
    assert len(bench.writes()) == 1


@pytest.mark.parametrize(("status_code", "error"), [(403, Forbidden), (422, Refused)])
async def test_a_refused_cancelling_is_told(
    bench: Bench, status_code: int, error: type[Exception]
) -> None:
    """In GitHub's words."""
    event, run = await running(bench)
    bench.sim.faults.add(Fault(method="POST", path="/cancel$", kind="status", status=status_code))
    with pytest.raises(error, match=str(status_code)):
        await done(bench, event, "cancel-run")
    assert status(bench, run)[0] == "in_progress"


async def test_a_run_that_was_deleted_is_nothing_to_do(bench: Bench) -> None:
    """Told as such."""
    receipt = await done(bench, here(bench, workflow_run_id=4711), "cancel-run")
    assert receipt.state is StepState.UNCHANGED
    assert "gone" in receipt.summary
