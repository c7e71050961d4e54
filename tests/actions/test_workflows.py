"""GitHub Actions switched off, workflows disabled, runs ended, runners removed, and put back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.errors import Forbidden, NotFound, Refused, Unavailable
from bot.core.event import Event
from bot.respond.alert import CaseFile
from bot.respond.step import Receipt, StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, open_bench, playbook, receipt_of
from tests.actions.scenes.workflows import (
    here,
    repository_on,
    repository_policy,
    workflow_on,
    workflow_state,
)


async def planned(
    bench: Bench, event: Event, action: str, params: Mapping[str, Any] | None = None
) -> CaseFile:
    """Return a case with one step, before anything was done."""
    return bench.case(event, playbook((action, params or {})))


async def played(bench: Bench, event: Event, action: str, **params: Any) -> Receipt:
    """Return the receipt of one step that was taken."""
    file = await planned(bench, event, action, params)
    return receipt_of(await bench.step(file, file.steps[0].id))


@pytest.mark.parametrize("known", [True, False])
async def test_what_nobody_recorded_is_not_switched_on_again(bench: Bench, known: bool) -> None:
    """Unseen what was allowed before, an undo could allow more; an earlier version knew no more."""
    file = await planned(bench, await repository_on(bench), "disable-actions")
    bench.lose("PUT", "/actions/permissions$")
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    if not known:
        bench.intents.clear()
    file = await bench.step(file, file.steps[0].id, sent=True)
    assert receipt_of(file).undoable is known
    if known:
        assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
        assert repository_policy(bench) == ("selected", ("acme/*",))


async def test_a_workflow_is_found_by_its_files_name(bench: Bench) -> None:
    """Also where the event names its path."""
    await bench.sim.by("mallory").add_workflow("widgets", ".github/workflows/deploy.yml")
    event = here(bench, path=".github/workflows/deploy.yml")
    assert (await played(bench, event, "disable-workflow")).state is StepState.DONE
    assert workflow_state(bench) == "disabled_manually"


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("disable-workflow", "which workflow"),
        ("cancel-run", "which run"),
        ("remove-runner", "which runner"),
    ],
)
async def test_an_event_that_does_not_say_which_is_a_persons_matter(
    bench: Bench, action: str, told: str
) -> None:
    """Nothing is guessed."""
    receipt = await played(bench, here(bench), action)
    assert receipt.state is StepState.BLOCKED
    assert told in receipt.summary
    assert bench.writes() == []


# Runs


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
    file = await planned(bench, event, "cancel-run")
    file = await bench.step(file, file.steps[0].id)
    assert receipt_of(file).state is StepState.DONE
    assert receipt_of(file).summary == f"Cancelled the run {run} of acme/widgets."
    assert status(bench, run) == ("completed", "cancelled")
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.BLOCKED


async def test_a_run_that_stays_is_cancelled_by_force(bench: Bench) -> None:
    """GitHub accepted (202), but the run goes on: the next try does not ask."""
    event, _ = await running(bench, stubborn=True)
    file = await planned(bench, event, "cancel-run")
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
    file = await planned(bench, event, "cancel-run", {"force": False})
    tired = replace(file.steps[0], attempts=5, sent=True)
    with pytest.raises(Refused, match="a person has to look"):
        await bench.act(file, tired)
    assert bench.writes()[-1].endswith("/cancel")


@pytest.mark.parametrize("conclusion", ["success", "cancelled"])
async def test_a_run_that_is_over_is_left_alone(bench: Bench, conclusion: str) -> None:
    """Whoever ended it, it was not us."""
    event, run = await running(bench)
    await bench.sim.by("mallory").finish_run("widgets", run, conclusion)
    receipt = await played(bench, event, "cancel-run")
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
    receipt = await played(bench, event, "cancel-run")
    assert receipt.state is StepState.UNCHANGED
    assert "failure" in receipt.summary


async def test_a_lost_answer_to_a_cancelling_is_settled_by_looking(bench: Bench) -> None:
    """The second try finds the run cancelled, and claims it."""
    event, _ = await running(bench)
    file = await planned(bench, event, "cancel-run")
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
        await played(bench, event, "cancel-run")
    assert status(bench, run)[0] == "in_progress"


async def test_a_run_that_was_deleted_is_nothing_to_do(bench: Bench) -> None:
    """Told as such."""
    receipt = await played(bench, here(bench, workflow_run_id=4711), "cancel-run")
    assert receipt.state is StepState.UNCHANGED
    assert "gone" in receipt.summary


# Runners


@pytest.mark.parametrize("place", ["widgets", None], ids=["repository", "organisation"])
@pytest.mark.parametrize("known_by", ["runner_id", "runner_name"])
async def test_a_runner_is_removed_wherever_it_is(
    bench: Bench, place: str | None, known_by: str
) -> None:
    """By its number or its name; nobody can bring it back from here."""
    number = await bench.sim.by("mallory").register_runner("box", place)
    fields: dict[str, Any] = {"runner_id": number, "runner_name": "box"}
    event = here(bench, **{known_by: fields[known_by]})
    receipt = await played(bench, event, "remove-runner")
    assert (receipt.state, receipt.undoable) == (StepState.DONE, False)
    where = bench.sim.world.repository(place).actions if place else bench.sim.world.actions
    assert where.runners == {}


async def test_a_runner_at_work_is_removed_later(bench: Bench) -> None:
    """GitHub answers 422 while it has a job: the step waits, and did nothing."""
    number = await bench.sim.by("mallory").register_runner("box", "widgets")
    await bench.sim.by("mallory").occupy_runner(number)
    file = await planned(bench, here(bench, runner_id=number), "remove-runner")
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
        await played(bench, here(bench, runner_id=number), "remove-runner")


async def test_a_runner_that_somebody_else_removes_at_that_moment_is_not_claimed(
    bench: Bench,
) -> None:
    """The 404 leads to another look, which finds nothing to do."""
    number = await bench.sim.by("mallory").register_runner("box", "widgets")
    runners = bench.sim.world.repository("widgets").actions.runners
    file = await planned(bench, here(bench, runner_id=number), "remove-runner")

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
    file = await planned(bench, here(bench, runner_id=number), "remove-runner")
    bench.lose("DELETE", "/runners/")
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    assert receipt_of(await bench.step(file, file.steps[0].id, sent=True)).state is StepState.DONE
    assert receipt_of(await bench.step(file, file.steps[0].id)).state is StepState.UNCHANGED


async def test_a_runner_of_the_same_number_is_not_taken_for_the_events(bench: Bench) -> None:
    """Repository and organisation, and GitHub's own machines, may count alike: the name tells."""
    number = await bench.sim.by("mallory").register_runner("other", "widgets")
    receipt = await played(bench, here(bench, runner_id=number, runner_name="box"), "remove-runner")
    assert receipt.state is StepState.UNCHANGED
    assert receipt.summary == "Nothing to do: the runner box of acme/widgets is gone already."
    assert bench.writes() == []


async def test_a_machine_of_githubs_own_is_left_alone(bench: Bench) -> None:
    """The job's event says so."""
    number = await bench.sim.by("mallory").register_runner("box", "widgets")
    fields = {"runner_name": "box", "runner_group_name": "GitHub Actions"}
    event = here(bench, runner_id=number, **fields)
    receipt = await played(bench, event, "remove-runner")
    assert (receipt.state, bench.writes()) == (StepState.BLOCKED, [])
    assert "GitHub's own" in receipt.summary


async def test_of_two_runners_of_one_name_none_is_removed(bench: Bench) -> None:
    """A name alone does not say which."""
    await bench.sim.by("mallory").register_runner("box")
    await bench.sim.by("mallory").register_runner("box")
    event = bench.made("org.self_hosted_runner_online", runner_name="box")
    receipt = await played(bench, event, "remove-runner")
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
        receipt = await played(bench, here(bench, runner_id=number), action, **params)
        assert receipt.state is StepState.DONE


# Putting back


async def test_a_disabled_workflow_is_enabled_again(bench: Bench) -> None:
    """Such as the one that scans the code."""
    number = await bench.sim.by("mallory").add_workflow("widgets")
    await bench.sim.by("mallory").set_workflow("widgets", number, active=False)
    event = here(bench, "workflows.disable_workflow", workflow_id=number)
    assert (await played(bench, event, "revert")).state is StepState.DONE
    assert workflow_state(bench) == "active"


async def test_an_enabled_workflow_is_disabled_again(bench: Bench) -> None:
    """As it was before."""
    event = replace(await workflow_on(bench))
    event = here(bench, "workflows.enable_workflow", workflow_id=event.fields["workflow_id"])
    assert (await played(bench, event, "revert")).state is StepState.DONE
    assert workflow_state(bench) == "disabled_manually"


async def test_actions_switched_on_are_switched_off(bench: Bench) -> None:
    """And on again by an undo, with the same choice."""
    await repository_on(bench)
    file = await bench.play(here(bench, "repo.actions_enabled"), playbook("revert"))
    assert receipt_of(file).state is StepState.DONE
    assert repository_policy(bench) == "off"
    await bench.undo(file, file.steps[0].id)
    assert repository_policy(bench) == ("selected", ("acme/*",))


@pytest.mark.parametrize("where", ["repo", "org"])
async def test_another_choice_of_actions_is_put_back(bench: Bench, where: str) -> None:
    """Where the event says what it was."""
    world = bench.sim.world
    realm = world.actions if where == "org" else world.repository("widgets").actions
    realm.allowed = "all"
    event = here(
        bench, f"{where}.update_actions_settings", old_policy="local_only", new_policy="all"
    )
    receipt = await played(bench, event, "revert")
    assert receipt.state is StepState.DONE
    assert str(realm.allowed) == "local_only"


@pytest.mark.parametrize("policy", [None, "something new"])
async def test_a_choice_in_unknown_words_is_a_persons_matter(
    bench: Bench, policy: str | None
) -> None:
    """With where to look."""
    fields = {} if policy is None else {"old_policy": policy, "new_policy": "all"}
    event = here(bench, "repo.update_actions_settings", **fields)
    receipt = await played(bench, event, "revert")
    assert receipt.state is StepState.BLOCKED
    assert "Settings, Actions, General" in receipt.summary


async def test_actions_that_were_off_everywhere_are_not_switched_on_by_guessing(
    bench: Bench,
) -> None:
    """Nobody knows for which repositories."""
    bench.sim.world.actions.enabled = "none"
    event = here(bench, "org.update_actions_settings", old_policy="all", new_policy="disabled")
    receipt = await played(bench, event, "revert")
    assert (receipt.state, bench.writes()) == (StepState.BLOCKED, [])


@pytest.mark.parametrize("where", ["repo", "org"])
async def test_a_registered_runner_is_removed(bench: Bench, where: str) -> None:
    """Where the event names it; GitHub's own list of fields has neither name nor number."""
    number = await bench.sim.by("mallory").register_runner(
        "box", "widgets" if where == "repo" else None
    )
    event = here(bench, f"{where}.register_self_hosted_runner")
    receipt = await played(bench, event, "revert")
    assert receipt.state is StepState.BLOCKED
    assert "Settings, Actions, Runners" in receipt.summary
    event = here(bench, f"{where}.register_self_hosted_runner", runner_id=number)
    assert (await played(bench, event, "revert")).state is StepState.DONE


@pytest.mark.parametrize(
    ("action", "advice"),
    [
        ("integration_installation.create", "Uninstall"),
        ("org.set_default_workflow_permissions", "Workflow permissions"),
    ],
)
async def test_what_github_gives_no_way_to_put_back_says_what_a_person_can_do(
    bench: Bench, action: str, advice: str
) -> None:
    """In the case."""
    receipt = await played(bench, here(bench, action), "revert")
    assert receipt.state is StepState.BLOCKED
    assert advice in receipt.summary
