"""Every action on people and on the organisation's settings keeps the same promises."""

import re

import pytest

from bot.core.errors import Forbidden, NotFound, Refused, Unavailable
from bot.respond.alert import CaseFile
from bot.respond.step import StepState
from bot.simulator import Call, Fault
from tests.actions.bench import Bench, playbook, receipt_of
from tests.actions.scenes import SCENES, Scene

every_scene = pytest.mark.parametrize("scene", SCENES, ids=[scene.name for scene in SCENES])


async def planned(bench: Bench, scene: Scene) -> CaseFile:
    """Return the case of a scene with its one step, before anything was done."""
    event = await scene.prepare(bench)
    assert scene.look(bench) == scene.before
    plan = bench.plan(event, playbook((scene.action, scene.params)))
    return CaseFile(case=plan.case, alerts=(plan.alert,), steps=plan.steps)


async def played(bench: Bench, scene: Scene) -> CaseFile:
    """Return the case of a scene with its one step taken."""
    file = await planned(bench, scene)
    return await bench.step(file, file.steps[0].id)


def tries(bench: Bench, scene: Scene) -> list[Call]:
    """Return every try at the scene's own write, whatever came of it."""
    method, path = scene.write
    return [
        call for call in bench.sim.calls if call.method == method and re.search(path, call.path)
    ]


@every_scene
async def test_it_does_what_it_says_and_sees_it(bench: Bench, scene: Scene) -> None:
    """Done is told with what was before, and can be undone; one write was enough."""
    file = await played(bench, scene)
    receipt = receipt_of(file)
    assert (receipt.state, receipt.summary) == (StepState.DONE, scene.summary)
    assert receipt.undoable
    assert scene.look(bench) == scene.after
    assert len(bench.writes()) == 1


@every_scene
async def test_it_finds_nothing_to_do(bench: Bench, scene: Scene) -> None:
    """What is right already is not written again, and not claimed."""
    file = await planned(bench, scene)
    await bench.step(file, file.steps[0].id)
    receipt = receipt_of(await bench.step(file, file.steps[0].id))
    assert receipt.state is StepState.UNCHANGED
    assert receipt.summary.startswith("Nothing to do")
    assert len(bench.writes()) == 1


@every_scene
async def test_an_undo_brings_back_what_was_found(bench: Bench, scene: Scene) -> None:
    """Or invites the person to it, and says so."""
    file = await played(bench, scene)
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.state is StepState.DONE
    assert scene.look(bench) == scene.undone


@every_scene
async def test_an_undo_leaves_alone_what_has_moved_on(bench: Bench, scene: Scene) -> None:
    """Somebody decided otherwise since: nothing is written, and it is told."""
    file = await played(bench, scene)
    await scene.move(bench)
    writes = bench.writes()
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.state in {StepState.UNCHANGED, StepState.BLOCKED}
    assert scene.moved in undone.summary
    assert bench.writes() == writes


@every_scene
@pytest.mark.parametrize(
    ("status", "error"), [(403, Forbidden), (404, NotFound), (409, Refused), (422, Refused)]
)
async def test_a_refusal_is_told_in_githubs_words(
    bench: Bench, scene: Scene, status: int, error: type[Exception]
) -> None:
    """The step fails with GitHub's status, nothing has changed, and nothing was tried twice."""
    file = await planned(bench, scene)
    method, path = scene.write
    bench.sim.faults.add(Fault(method=method, path=path, kind="status", status=status))
    if (scene.action, status) == ("set-base-permission", 409):
        error = Unavailable  # GitHub is still busy with the former change
    with pytest.raises(error, match=str(status)):
        await bench.step(file, file.steps[0].id)
    assert scene.look(bench) == scene.before
    assert len(tries(bench, scene)) == 1


@every_scene
async def test_a_lost_answer_is_settled_by_looking(bench: Bench, scene: Scene) -> None:
    """The second try sees that the first took effect, and writes nothing."""
    file = await planned(bench, scene)
    method, path = scene.write
    bench.lose(method, path)
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    receipt = receipt_of(await bench.step(file, file.steps[0].id, sent=True))
    assert receipt.state is StepState.DONE
    assert "An earlier try did it." in receipt.summary
    assert len(tries(bench, scene)) == 1


@pytest.mark.parametrize(
    "scene", [scene for scene in SCENES if scene.person], ids=lambda scene: scene.name
)
async def test_a_protected_login_is_never_touched(bench: Bench, scene: Scene) -> None:
    """Whatever the playbook says, the settings' list wins."""
    assert scene.person is not None
    bench.protected = frozenset({scene.person.upper()})
    file = await played(bench, scene)
    assert receipt_of(file).state is StepState.BLOCKED
    assert "protected logins" in receipt_of(file).summary
    assert scene.look(bench) == scene.before
    assert bench.writes() == []
