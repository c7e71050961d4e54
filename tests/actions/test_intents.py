"""What was there is known before the first write: whatever is lost after it, it can be undone."""

import re
from dataclasses import replace

import pytest

from bot.core.errors import Refused, Unavailable
from bot.core.event import Event
from bot.respond.alert import CaseFile
from bot.respond.step import Receipt, StepState
from bot.simulator import Fault
from bot.simulator.state.workflows import SelectedActions
from tests.actions import plays
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import planned
from tests.actions.scenes import branches, roles


@pytest.mark.parametrize("play", plays.CHANGES.values(), ids=plays.CHANGES)
async def test_a_write_whose_answer_and_look_were_lost_can_be_undone_like_any_other(
    bench: Bench, play: plays.Play
) -> None:
    """A later try sees it made; what it found before that was saved with its intent."""
    file = await plays.arranged(bench, play)
    heard, last = await plays.undisturbed(play)
    bench.lose(last.method, f"{re.escape(last.path)}$")
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    receipt = receipt_of(await bench.step(file, file.steps[0].id, sent=True))
    assert receipt.state in {StepState.DONE, StepState.UNCHANGED}
    if receipt.state is StepState.DONE:
        assert (receipt.before, receipt.undoable) == (heard.before, heard.undoable)


async def test_what_somebody_set_before_the_second_try_is_what_an_undo_brings_back(
    bench: Bench,
) -> None:
    """The first try's write never came to GitHub; what counts is what the second one found."""
    bench.sim.add_member("eve")
    bench.sim.add_collaborator("widgets", "eve", "admin")
    event = bench.made("git.push", repo="acme/widgets", user="eve")
    file = planned(bench, event, "set-collaborator-permission", permission="read")
    bench.sim.faults.add(Fault(method="PUT", path="/collaborators/eve$", kind="status", times=9))
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    bench.sim.faults.clear()
    bench.sim.add_collaborator("widgets", "eve", "maintain")
    file = await bench.step(file, file.steps[0].id, sent=True)
    assert receipt_of(file).before["label"] == "maintain"
    await bench.undo(file, file.steps[0].id)
    assert bench.sim.collaborator("widgets", "eve") == "maintain"


def failed(bench: Bench, file: CaseFile) -> CaseFile:
    """Return the case after a step was refused half-way, as the pipeline records that."""
    step = file.steps[0]
    intent = bench.intents[step.id]
    assert intent.undoable
    step = replace(step, state=StepState.FAILED, receipt=replace(intent, summary="No."), sent=True)
    return replace(file, steps=(step,))


async def refused(bench: Bench, event: Event, method: str, path: str) -> CaseFile:
    """Put an event back, with GitHub refusing the second call of it."""
    file = planned(bench, event, "revert")
    bench.sim.faults.add(Fault(method=method, path=path, kind="status", status=403))
    with pytest.raises(Refused):
        await bench.step(file, file.steps[0].id)
    return failed(bench, file)


async def undo(bench: Bench, file: CaseFile) -> Receipt:
    """Undo the step, and do so once more: then there is nothing left to do."""
    done = await bench.undo(file, file.steps[0].id)
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.UNCHANGED
    return done


async def test_a_description_put_back_without_its_topics_is_undone(bench: Bench) -> None:
    """Two calls, of which GitHub refused the second: neither state, but of our making."""
    widgets = bench.sim.world.repository("widgets")
    await bench.sim.by("olivia").describe("widgets", description="Cogs", topics=["cogs"])
    await bench.sim.by("mallory").describe("widgets", description="Free money", topics=["win"])
    file = await refused(bench, bench.event("repository.edited"), "PUT", "/topics$")
    assert (widgets.description, list(widgets.topics)) == ("Cogs", ["win"])
    assert (await undo(bench, file)).state is StepState.DONE
    assert (widgets.description, list(widgets.topics)) == ("Free money", ["win"])


async def test_what_somebody_else_set_since_is_left_alone(bench: Bench) -> None:
    """It is neither what the step found nor what it was to make."""
    widgets = bench.sim.world.repository("widgets")
    await bench.sim.by("olivia").describe("widgets", description="Cogs", topics=["cogs"])
    await bench.sim.by("mallory").describe("widgets", description="Free money", topics=["win"])
    file = await refused(bench, bench.event("repository.edited"), "PUT", "/topics$")
    await bench.sim.by("olivia").describe("widgets", description="Wheels")
    assert (await undo(bench, file)).state is StepState.UNCHANGED
    assert widgets.description == "Wheels"


async def test_a_protection_set_without_signatures_is_taken_away_again(bench: Bench) -> None:
    """That commits must be signed is a call of its own."""
    event = await branches.laid_open(bench)
    file = await refused(bench, event, "POST", "/required_signatures$")
    protections = bench.sim.world.repository("widgets").protections
    assert "main" in protections
    assert (await undo(bench, file)).state is StepState.DONE
    assert "main" not in protections


async def test_a_policy_half_set_is_as_it_was_found(bench: Bench) -> None:
    """Its label is the same; what it allows is not."""
    actions, widgets = bench.sim.world.actions, bench.sim.world.repository("widgets")
    actions.enabled, actions.allowed = "selected", "selected"
    actions.repositories = {widgets.id}
    actions.selected = SelectedActions(
        github_owned_allowed=False, verified_allowed=True, patterns_allowed=("acme/*",)
    )
    event = bench.made("git.clone", repo="acme/widgets")
    file = planned(bench, event, "disable-actions", scope="organization")
    await bench.step(file, file.steps[0].id)
    file = failed(bench, file)
    # The label of before, with nothing of what belongs to it.
    actions.enabled, actions.allowed, actions.repositories = "selected", "selected", set()
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
    assert actions.repositories == {widgets.id}


async def test_a_change_that_never_took_effect_needs_no_undo(bench: Bench) -> None:
    """The present is still as the event left it."""
    event = await roles.raised(bench)
    file = planned(bench, event, "revert")
    bench.sim.faults.add(Fault(method="PUT", path="/collaborators/", kind="status", status=403))
    with pytest.raises(Refused):
        await bench.step(file, file.steps[0].id)
    receipt = await bench.undo(failed(bench, file), file.steps[0].id)
    assert (receipt.state, receipt.right) == (StepState.UNCHANGED, True)
