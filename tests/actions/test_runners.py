"""Runners that are removed, the right one and no other."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.core.errors import Forbidden, NotFound, Refused, Unavailable
from bot.respond.step import StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, playbook, receipt_of
from tests.actions.cases import done
from tests.actions.opening import open_bench
from tests.actions.scenes.workflows import (
    here,
)


@pytest.mark.parametrize("place", ["widgets", None], ids=["repository", "organisation"])
@pytest.mark.parametrize("known_by", ["runner_id", "runner_name"])
async def test_a_runner_is_removed_wherever_it_is(
    bench: Bench, place: str | None, known_by: str
) -> None:
    """By its number or its name; nobody can bring it back from here."""
    number = await bench.sim.by("mallory").register_runner("box", place)
    fields: dict[str, Any] = {"runner_id": number, "runner_name": "box"}
    event = here(bench, **{known_by: fields[known_by]})
    receipt = await done(bench, event, "remove-runner")
    assert (receipt.state, receipt.undoable) == (StepState.DONE, False)
    where = bench.sim.world.repository(place).actions if place else bench.sim.world.actions
    assert where.runners == {}


async def test_a_runner_at_work_is_removed_later(bench: Bench) -> None:
    """GitHub answers 422 while it has a job: the step waits, and did nothing."""
    number = await bench.sim.by("mallory").register_runner("box", "widgets")
    await bench.sim.by("mallory").occupy_runner(number)
    file = bench.case(here(bench, runner_id=number), playbook("remove-runner"))
    with pytest.raises(Unavailable, match="at a job"):
        await bench.step(file, file.steps[0].id)
    await bench.sim.by("mallory").occupy_runner(number, busy=False)
    assert receipt_of(await bench.step(file, file.steps[0].id)).state is StepState.DONE


@pytest.mark.parametrize(
    ("status_code", "error"), [(403, Forbidden), (404, NotFound), (409, Refused), (422, Refused)]
)
async def test_a_refused_removal_is_told(
    bench: Bench, status_code: int, error: type[Exception]
) -> None:
    """Whatever else GitHub says."""
    number = await bench.sim.by("mallory").register_runner("box", "widgets")
    bench.sim.faults.add(
        Fault(method="DELETE", path="/runners/", kind="status", status=status_code)
    )
    with pytest.raises(error, match=str(status_code)):
        await done(bench, here(bench, runner_id=number), "remove-runner")


async def test_a_runner_that_somebody_else_removes_at_that_moment_is_not_claimed(
    bench: Bench,
) -> None:
    """The 404 leads to another look, which finds nothing to do."""
    number = await bench.sim.by("mallory").register_runner("box", "widgets")
    runners = bench.sim.world.repository("widgets").actions.runners
    file = bench.case(here(bench, runner_id=number), playbook("remove-runner"))

    def remove(call: object, _: object) -> None:
        """Let somebody be quicker."""
        if getattr(call, "method", "") == "GET" and str(getattr(call, "path", "")).endswith(
            f"/runners/{number}"
        ):
            seen.append(call)
            if len(seen) == 2:
                runners.clear()

    seen: list[object] = []
    bench.sim.observers.append(remove)
    with pytest.raises(Unavailable, match="at the same moment"):
        await bench.step(file, file.steps[0].id)
    assert receipt_of(await bench.step(file, file.steps[0].id)).state is StepState.UNCHANGED


async def test_a_runner_that_is_gone_is_nothing_to_do(bench: Bench) -> None:
    """A lost answer, too, is settled so."""
    number = await bench.sim.by("mallory").register_runner("box", "widgets")
    file = bench.case(here(bench, runner_id=number), playbook("remove-runner"))
    bench.lose("DELETE", "/runners/")
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    assert receipt_of(await bench.step(file, file.steps[0].id, sent=True)).state is StepState.DONE
    assert receipt_of(await bench.step(file, file.steps[0].id)).state is StepState.UNCHANGED


async def test_a_runner_of_the_same_number_is_not_taken_for_the_events(bench: Bench) -> None:
    """Repository and organisation, and GitHub's own machines, may count alike: the name tells."""
    number = await bench.sim.by("mallory").register_runner("other", "widgets")
    receipt = await done(bench, here(bench, runner_id=number, runner_name="box"), "remove-runner")
    assert receipt.state is StepState.UNCHANGED
    assert receipt.summary == "Nothing to do: the runner box of acme/widgets is gone already."
    assert bench.writes() == []


async def test_a_machine_of_githubs_own_is_left_alone(bench: Bench) -> None:
    """The job's event says so."""
    number = await bench.sim.by("mallory").register_runner("box", "widgets")
    fields = {"runner_name": "box", "runner_group_name": "GitHub Actions"}
    event = here(bench, runner_id=number, **fields)
    receipt = await done(bench, event, "remove-runner")
    assert (receipt.state, bench.writes()) == (StepState.BLOCKED, [])
    assert "GitHub's own" in receipt.summary


async def test_of_two_runners_of_one_name_none_is_removed(bench: Bench) -> None:
    """A name alone does not say which."""
    await bench.sim.by("mallory").register_runner("box")
    await bench.sim.by("mallory").register_runner("box")
    event = bench.made("org.self_hosted_runner_online", runner_name="box")
    receipt = await done(bench, event, "remove-runner")
    assert (receipt.state, bench.writes()) == (StepState.BLOCKED, [])


@pytest.mark.parametrize(
    ("action", "params", "needs"),
    [
        ("disable-actions", {}, {"administration": "write", "metadata": "read"}),
        (
            "disable-actions",
            {"scope": "organization"},
            {"organization_administration": "write", "metadata": "read"},
        ),
        ("remove-runner", {"scope": "repository"}, {"administration": "write", "metadata": "read"}),
        (
            "remove-runner",
            {"scope": "organization"},
            {"organization_self_hosted_runners": "write", "metadata": "read"},
        ),
    ],
)
async def test_a_step_asks_for_no_more_than_its_scope_needs(
    action: str, params: Mapping[str, Any], needs: Mapping[str, str]
) -> None:
    """An App that was granted only that much does it."""
    async with open_bench(needs) as bench:
        number = await bench.sim.by("mallory").register_runner(
            "box", None if params.get("scope") == "organization" else "widgets"
        )
        receipt = await done(bench, here(bench, runner_id=number), action, **params)
        assert receipt.state is StepState.DONE
