"""GitHub Actions switched off, workflows disabled, and put back."""

from dataclasses import replace

import pytest

from bot.core.errors import Unavailable
from bot.respond.step import StepState
from tests.actions.bench import Bench, playbook, receipt_of
from tests.actions.cases import done
from tests.actions.scenes.workflows import (
    here,
    repository_on,
    repository_policy,
    workflow_on,
    workflow_state,
)


@pytest.mark.parametrize("known", [True, False])
async def test_what_nobody_recorded_is_not_switched_on_again(bench: Bench, known: bool) -> None:
    """Unseen what was allowed before, an undo could allow more; an earlier version knew no more."""
    file = bench.case(await repository_on(bench), playbook("disable-actions"))
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
    assert (await done(bench, event, "disable-workflow")).state is StepState.DONE
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
    receipt = await done(bench, here(bench), action)
    assert receipt.state is StepState.BLOCKED
    assert told in receipt.summary
    assert bench.writes() == []


# Putting back


async def test_a_disabled_workflow_is_enabled_again(bench: Bench) -> None:
    """Such as the one that scans the code."""
    number = await bench.sim.by("mallory").add_workflow("widgets")
    await bench.sim.by("mallory").set_workflow("widgets", number, active=False)
    event = here(bench, "workflows.disable_workflow", workflow_id=number)
    assert (await done(bench, event, "revert")).state is StepState.DONE
    assert workflow_state(bench) == "active"


async def test_an_enabled_workflow_is_disabled_again(bench: Bench) -> None:
    """As it was before."""
    event = replace(await workflow_on(bench))
    event = here(bench, "workflows.enable_workflow", workflow_id=event.fields["workflow_id"])
    assert (await done(bench, event, "revert")).state is StepState.DONE
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
    receipt = await done(bench, event, "revert")
    assert receipt.state is StepState.DONE
    assert str(realm.allowed) == "local_only"


@pytest.mark.parametrize("policy", [None, "something new"])
async def test_a_choice_in_unknown_words_is_a_persons_matter(
    bench: Bench, policy: str | None
) -> None:
    """With where to look."""
    fields = {} if policy is None else {"old_policy": policy, "new_policy": "all"}
    event = here(bench, "repo.update_actions_settings", **fields)
    receipt = await done(bench, event, "revert")
    assert receipt.state is StepState.BLOCKED
    assert "Settings, Actions, General" in receipt.summary


async def test_actions_that_were_off_everywhere_are_not_switched_on_by_guessing(
    bench: Bench,
) -> None:
    """Nobody knows for which repositories."""
    bench.sim.world.actions.enabled = "none"
    event = here(bench, "org.update_actions_settings", old_policy="all", new_policy="disabled")
    receipt = await done(bench, event, "revert")
    assert (receipt.state, bench.writes()) == (StepState.BLOCKED, [])


@pytest.mark.parametrize("where", ["repo", "org"])
async def test_a_registered_runner_is_removed(bench: Bench, where: str) -> None:
    """Where the event names it; GitHub's own list of fields has neither name nor number."""
    number = await bench.sim.by("mallory").register_runner(
        "box", "widgets" if where == "repo" else None
    )
    event = here(bench, f"{where}.register_self_hosted_runner")
    receipt = await done(bench, event, "revert")
    assert receipt.state is StepState.BLOCKED
    assert "Settings, Actions, Runners" in receipt.summary
    event = here(bench, f"{where}.register_self_hosted_runner", runner_id=number)
    assert (await done(bench, event, "revert")).state is StepState.DONE


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
    receipt = await done(bench, here(bench, action), "revert")
    assert receipt.state is StepState.BLOCKED
    assert advice in receipt.summary
