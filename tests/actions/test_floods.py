"""A flood of alerts in one case: folded into one comment, written as seldom as may be."""

from dataclasses import replace

import pytest

from bot.core.errors import Unavailable
from bot.respond.alert import CaseFile
from bot.respond.step import StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, receipt_of, recorded
from tests.actions.crowd import OPEN, act, joined, told


async def test_a_burst_is_folded_into_one_comment(bench: Bench) -> None:
    """Three further comments, then one for all the rest: how many, and the last ten."""
    file = await bench.play(act(bench), OPEN)
    for number in range(15):
        file = await told(bench, file, f"more-{number}")
    comments = bench.sim.comments("widgets", 1)
    assert len(comments) == 4
    folded = comments[-1]["body"]
    assert "**And 12 more.**" in folded
    assert folded.count("| 2026-") == 10
    assert file.alerts[-1].id in folded
    assert file.alerts[5].id not in folded
    assert all(step.receipt and step.receipt.state is StepState.DONE for step in file.steps)


async def test_a_folded_alert_is_counted_once(bench: Bench) -> None:
    """Neither a lost answer to the first nor to a later edit tells of an alert twice."""
    file = await bench.play(act(bench), OPEN)
    for number in range(3):
        file = await told(bench, file, f"more-{number}")
    for name, method, path in (("a", "POST", "/comments$"), ("b", "PATCH", r"/comments/\d+$")):
        file, step = joined(bench, file, name)
        bench.sim.faults.add(Fault(method=method, path=path, kind="reset_after_effect"))
        with pytest.raises(Unavailable):
            await bench.act(file, step)
        file = recorded(file, step, await bench.act(file, replace(step, attempts=2, sent=True)))
    comments = bench.sim.comments("widgets", 1)
    assert len(comments) == 4
    assert "**And 2 more.**" in comments[-1]["body"]


async def test_a_folded_comment_that_was_deleted_is_written_anew(bench: Bench) -> None:
    """Deleting it hides nothing of what comes later."""
    file = await bench.play(act(bench), OPEN)
    for number in range(4):
        file = await told(bench, file, f"more-{number}")
    comments = bench.sim.world.repository("widgets").issues[1].comments
    del comments[max(comments)]
    await told(bench, file, "last")
    assert "**And 2 more.**" in bench.sim.comments("widgets", 1)[-1]["body"]


async def flooded(bench: Bench) -> CaseFile:
    """Return a case of one alert, three that got a comment each, and one folded."""
    file = await bench.play(act(bench), OPEN)
    for number in range(4):
        file = await told(bench, file, f"more-{number}")
    return file


async def test_what_waits_together_is_told_in_one_call(bench: Bench) -> None:
    """The next one's comment tells of all that wait; none of them asks GitHub again."""
    file = await flooded(bench)
    steps = []
    for number in range(20):
        file, step = joined(bench, file, f"late-{number}")
        steps.append(step)
    file = recorded(file, steps[0], await bench.act(file, steps[0]))
    asked = len(bench.sim.calls)
    for step in steps[1:]:
        file = recorded(file, step, await bench.act(file, step))
    assert len(bench.sim.calls) == asked
    said = bench.sim.comments("widgets", 1)[-1]["body"]
    assert "**And 21 more.**" in said
    assert all(alert.id in said for alert in file.alerts[-10:])
    receipts = [receipt_of(file, position) for position in range(5, len(file.steps))]
    assert {receipt.state for receipt in receipts} == {StepState.DONE}
    assert len({receipt.url for receipt in receipts}) == 1


async def test_who_comes_after_those_that_were_told_is_told_too(bench: Bench) -> None:
    """What was written before an alert was there says nothing of it."""
    file, first = joined(bench, await flooded(bench), "first")
    file = recorded(file, first, await bench.act(file, first))
    await told(bench, file, "second")
    assert "**And 3 more.**" in bench.sim.comments("widgets", 1)[-1]["body"]


async def test_what_came_of_a_change_since_is_told_anew(bench: Bench) -> None:
    """A row that said that something is about to be done does not stay."""
    file, first = joined(bench, await flooded(bench), "first")
    file, second = joined(bench, file, "second")
    change = replace(second, id="change", action="revert", position=9, state=StepState.DONE)
    file = replace(file, steps=(*file.steps, change))
    file = recorded(file, first, await bench.act(file, first))
    assert "revert" in bench.sim.comments("widgets", 1)[-1]["body"]
    undone = replace(change, state=StepState.UNDONE)
    steps = tuple(undone if step.id == "change" else step for step in file.steps)
    await bench.act(replace(file, steps=steps), second)
    assert "put back" in bench.sim.comments("widgets", 1)[-1]["body"]


async def test_an_edit_that_may_come_late_is_made_again(bench: Bench) -> None:
    """It may have brought back what was written before."""
    file, first = joined(bench, await flooded(bench), "first")
    file, second = joined(bench, file, "second")
    file = recorded(file, second, await bench.act(file, second))
    writes = len(bench.writes())
    await bench.act(file, replace(first, attempts=2, sent=True))
    assert len(bench.writes()) == writes + 1


async def test_what_is_told_better_does_not_open_a_closed_issue_again(bench: Bench) -> None:
    """Nothing new happened; somebody closed it meanwhile."""
    file, step = joined(bench, await flooded(bench), "last")
    file = recorded(file, step, await bench.act(file, step))
    await bench.sim.by("mallory").close_issue("widgets", 1)
    undone = replace(step, id="change", action="revert", position=9, state=StepState.DONE)
    again = replace(step, id="refold:change:1", position=10)
    file = replace(file, steps=(*file.steps, undone, again))
    await bench.act(file, again)
    assert "revert" in bench.sim.comments("widgets", 1)[-1]["body"]
    assert bench.sim.issues("widgets")[0]["state"] == "closed"
