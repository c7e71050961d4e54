"""Every change that an action makes keeps the same promises."""

import pytest

from bot.core.errors import Forbidden, NotFound, Refused, Unavailable
from bot.respond.step import StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, receipt_of
from tests.actions.scenes import SCENES
from tests.actions.scenes.scene import Scene, planned, played


def name_of(scene: Scene) -> str:
    """Return what a scene is called."""
    return scene.name


every_scene = pytest.mark.parametrize("scene", SCENES, ids=name_of)


@every_scene
async def test_it_does_what_it_says_and_sees_it(bench: Bench, scene: Scene) -> None:
    """Done is told with what was before; no more is written than it takes."""
    file = await played(bench, scene)
    receipt = receipt_of(file)
    assert receipt.state is StepState.DONE
    assert scene.says(receipt.summary), receipt.summary
    assert receipt.undoable is scene.undoable
    assert scene.look(bench) == scene.after
    assert len(bench.writes()) == scene.writes


@every_scene
async def test_it_finds_nothing_to_do(bench: Bench, scene: Scene) -> None:
    """What is right already is not written again, and not claimed."""
    file = await played(bench, scene)
    receipt = receipt_of(await bench.step(file, file.steps[0].id))
    assert receipt.state is StepState.UNCHANGED
    assert receipt.summary.startswith("Nothing to do")
    assert len(bench.writes()) == scene.writes


@pytest.mark.parametrize("scene", [each for each in SCENES if each.undoable], ids=name_of)
async def test_an_undo_brings_back_what_was_found(bench: Bench, scene: Scene) -> None:
    """As it was recorded before the change; or the person is invited to it."""
    file = await played(bench, scene)
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.state is StepState.DONE, undone.summary
    assert scene.looks_undone(bench)


@pytest.mark.parametrize("scene", [each for each in SCENES if each.moved], ids=name_of)
async def test_an_undo_leaves_alone_what_has_moved_on(bench: Bench, scene: Scene) -> None:
    """Somebody decided otherwise since, or nothing can bring it back: it is told."""
    file = await played(bench, scene)
    await scene.move(bench)
    writes = bench.writes()
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.state in {StepState.UNCHANGED, StepState.BLOCKED}
    assert scene.moved in undone.summary
    assert bench.writes() == writes


REFUSALS = ((403, Forbidden), (404, NotFound), (409, Refused), (422, Refused))
BUSY = {("set-base-permission", 409)}
"""Where GitHub is still at the former change: the step looks again later."""


@every_scene
async def test_a_refusal_is_told_in_githubs_words(bench: Bench, scene: Scene) -> None:
    """The step fails with GitHub's status, nothing has changed, and nothing was tried twice."""
    file = await planned(bench, scene)
    method, path = scene.write
    for tried, (status, refused) in enumerate(REFUSALS, 1):
        bench.sim.faults.add(Fault(method=method, path=path, kind="status", status=status))
        error = Unavailable if (scene.action, status) in BUSY else refused
        with pytest.raises(error, match=str(status)):
            await bench.step(file, file.steps[0].id)
        assert scene.look(bench) == scene.before
        assert len(scene.tries(bench)) == tried


@pytest.mark.parametrize("known", [True, False])
@every_scene
async def test_a_lost_answer_is_settled_by_looking(bench: Bench, scene: Scene, known: bool) -> None:
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
    assert len(scene.tries(bench)) == 1


@pytest.mark.parametrize("scene", [each for each in SCENES if each.person], ids=name_of)
async def test_a_protected_login_is_never_touched(bench: Bench, scene: Scene) -> None:
    """Whatever the playbook says, the settings' list wins."""
    assert scene.person is not None
    bench.protected = frozenset({scene.person.upper()})
    file = await played(bench, scene)
    assert receipt_of(file).state is StepState.BLOCKED
    assert "protected logins" in receipt_of(file).summary
    assert scene.look(bench) == scene.before
    assert bench.writes() == []
