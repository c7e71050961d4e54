"""Every action on repositories keeps the same promises."""

import re

import pytest

from bot.core.errors import Forbidden, NotFound, Refused, Unavailable
from bot.respond.alert import CaseFile
from bot.respond.step import StepState
from bot.simulator import Call, Fault
from tests.actions.bench import Bench, playbook, receipt_of
from tests.actions.repository_scenes import SCENES
from tests.actions.scenes import RepositoryScene

every_scene = pytest.mark.parametrize("scene", SCENES, ids=[scene.name for scene in SCENES])
undoable = pytest.mark.parametrize(
    "scene", [scene for scene in SCENES if scene.undoable], ids=lambda scene: scene.name
)


async def planned(bench: Bench, scene: RepositoryScene) -> CaseFile:
    """Return the case of a scene with its one step, before anything was done."""
    event = await scene.prepare(bench)
    assert scene.look(bench) == scene.before
    plan = bench.plan(event, playbook((scene.action, scene.params)))
    return CaseFile(case=plan.case, alerts=(plan.alert,), steps=plan.steps)


async def played(bench: Bench, scene: RepositoryScene) -> CaseFile:
    """Return the case of a scene with its one step taken."""
    file = await planned(bench, scene)
    return await bench.step(file, file.steps[0].id)


def tries(bench: Bench, scene: RepositoryScene) -> list[Call]:
    """Return every try at the scene's own write, whatever came of it."""
    method, path = scene.write
    return [
        call for call in bench.sim.calls if call.method == method and re.search(path, call.path)
    ]


@every_scene
async def test_it_does_what_it_says_and_sees_it(bench: Bench, scene: RepositoryScene) -> None:
    """Done is told with what was before; no more is written than it takes."""
    file = await played(bench, scene)
    receipt = receipt_of(file)
    said = re.sub(r"webhook \d+", "webhook HOOK", receipt.summary)
    said = re.sub(r"alert \d+", "alert NUMBER", said)
    assert (receipt.state, said[: len(scene.summary)]) == (StepState.DONE, scene.summary)
    assert receipt.undoable is scene.undoable
    assert scene.look(bench) == scene.after
    assert len(bench.writes()) == scene.writes


@every_scene
async def test_it_finds_nothing_to_do(bench: Bench, scene: RepositoryScene) -> None:
    """What is right already is not written again, and not claimed."""
    file = await played(bench, scene)
    receipt = receipt_of(await bench.step(file, file.steps[0].id))
    assert receipt.state is StepState.UNCHANGED
    assert receipt.summary.startswith("Nothing to do")
    assert len(bench.writes()) == scene.writes


@undoable
async def test_an_undo_brings_back_what_was_found(bench: Bench, scene: RepositoryScene) -> None:
    """As it was recorded before the change."""
    file = await played(bench, scene)
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.state is StepState.DONE, undone.summary
    assert scene.look(bench) == scene.undone


@pytest.mark.parametrize(
    "scene", [scene for scene in SCENES if scene.moved], ids=lambda scene: scene.name
)
async def test_an_undo_leaves_alone_what_has_moved_on(bench: Bench, scene: RepositoryScene) -> None:
    """Somebody decided otherwise since, or nothing can bring it back: it is told."""
    file = await played(bench, scene)
    await scene.move(bench)
    writes = bench.writes()
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.state in {StepState.UNCHANGED, StepState.BLOCKED}
    assert scene.moved in undone.summary
    assert bench.writes() == writes


REFUSALS = ((403, Forbidden), (404, NotFound), (409, Refused), (422, Refused))


@every_scene
async def test_a_refusal_is_told_in_githubs_words(bench: Bench, scene: RepositoryScene) -> None:
    """The step fails with GitHub's status, nothing has changed, and nothing was tried twice."""
    file = await planned(bench, scene)
    method, path = scene.write
    for tried, (status, error) in enumerate(REFUSALS, 1):
        bench.sim.faults.add(Fault(method=method, path=path, kind="status", status=status))
        with pytest.raises(error, match=str(status)):
            await bench.step(file, file.steps[0].id)
        assert scene.look(bench) == scene.before
        assert len(tries(bench, scene)) == tried


@pytest.mark.parametrize("known", [True, False])
@every_scene
async def test_a_lost_answer_is_settled_by_looking(
    bench: Bench, scene: RepositoryScene, known: bool
) -> None:
    """The second try sees how far the first one came, and does nothing twice.

    A step that an earlier version began has not recorded what it found.
    """
    file = await planned(bench, scene)
    method, path = scene.write
    bench.lose(method, path)
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    if not known:
        bench.intents.clear()
    receipt = receipt_of(await bench.step(file, file.steps[0].id, sent=True))
    assert receipt.state is StepState.DONE
    if scene.halves:
        assert scene.look(bench) == scene.after
        return
    assert "An earlier try did it." in receipt.summary
    assert receipt.undoable is (scene.undoable and (known or scene.again))
    assert len(tries(bench, scene)) == 1
