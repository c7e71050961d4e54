"""Verdicts on commits."""

import pytest

from bot.core.errors import Forbidden, NotFound, Refused, Unavailable
from bot.core.event import Event
from bot.respond.alert import CaseFile
from bot.respond.step import StepState
from bot.simulator import Fault
from bot.simulator.state.checks import CheckRun
from tests.actions.bench import Bench, playbook, receipt_of
from tests.actions.cases import done
from tests.actions.scenes.settings import published, pushed

CHECK = playbook("check-run")


def runs(bench: Bench) -> list[CheckRun]:
    """Return every check in the repository."""
    return list(bench.sim.world.repository("widgets").check_runs.values())


async def planned(bench: Bench, event: Event) -> CaseFile:
    """Return a case with a verdict to be given."""
    return bench.case(event, CHECK)


async def test_a_commit_gets_a_verdict(bench: Bench) -> None:
    """On the commit that the event names, in bland words: whoever sees the commit reads them."""
    event = await pushed(bench)
    receipt = receipt_of(await bench.play(event, CHECK))
    (run,) = runs(bench)
    assert receipt.state is StepState.DONE
    assert receipt.summary == (
        f"Gave the verdict failure on the commit {run.sha[:10]} of acme/widgets, in the check "
        "tipstaff."
    )
    assert (run.sha, run.conclusion, run.status) == (event.fields["after"], "failure", "completed")
    assert run.output == {"title": "An example", "summary": "An example (level: high)"}
    assert receipt.url == f"https://github.com/acme/widgets/runs/{run.id}"


async def test_a_verdict_is_given_once(bench: Bench) -> None:
    """A lost answer is settled by the step's own mark, which says nothing to others."""
    file = await planned(bench, await pushed(bench))
    bench.sim.faults.add(Fault(method="POST", path="/check-runs$", kind="reset_after_effect"))
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    receipt = receipt_of(await bench.step(file, file.steps[0].id, resumed=True))
    assert receipt.summary.endswith("An earlier try did it.")
    (run,) = runs(bench)
    assert file.alerts[0].id not in run.external_id


async def test_a_check_of_the_same_name_is_not_taken_for_ones_own(bench: Bench) -> None:
    """Two alerts on one commit give two verdicts."""
    event = await pushed(bench)
    await bench.play(event, CHECK)
    await bench.play(event, playbook(("check-run", {"conclusion": "neutral"}), "check-run"))
    assert len(runs(bench)) == 2


async def test_a_withdrawn_verdict_is_neutral(bench: Bench) -> None:
    """GitHub deletes no check; a second undo finds nothing to withdraw."""
    file = await bench.play(await pushed(bench), CHECK)
    assert receipt_of(file).undoable
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.state is StepState.DONE
    assert [run.conclusion for run in runs(bench)] == ["neutral"]
    again = await bench.undo(file, file.steps[0].id)
    assert again.state is StepState.UNCHANGED
    assert "is neutral now" in again.summary


async def test_a_verdict_that_is_gone_needs_no_withdrawing(bench: Bench) -> None:
    """GitHub drops old checks by itself."""
    file = await bench.play(await pushed(bench), CHECK)
    bench.sim.world.repository("widgets").check_runs.clear()
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.UNCHANGED


@pytest.mark.parametrize("sha", ["HEAD", "0" * 40, "abc123"])
async def test_what_is_no_commits_whole_id_gets_no_verdict(bench: Bench, sha: str) -> None:
    """A name could be moved to another commit before the call."""
    receipt = await done(bench, await pushed(bench), "check-run", sha=sha)
    assert receipt.state is StepState.BLOCKED
    assert runs(bench) == []


async def test_an_event_without_a_commit_gets_no_verdict(bench: Bench) -> None:
    """The case says so."""
    receipt = await done(bench, await published(bench), "check-run")
    assert receipt.summary.startswith("The event names no commit")


@pytest.mark.parametrize(("status", "error"), [(403, Forbidden), (404, NotFound), (422, Refused)])
async def test_a_refused_verdict_is_told(bench: Bench, status: int, error: type[Exception]) -> None:
    """The step fails with GitHub's words, after one try."""
    file = await planned(bench, await pushed(bench))
    fault = Fault(method="POST", path="/check-runs$", kind="status", status=status)
    bench.sim.faults.add(fault)
    with pytest.raises(error, match=str(status)):
        await bench.step(file, file.steps[0].id)
    assert [call.path for call in bench.sim.calls].count("/repos/acme/widgets/check-runs") == 1
    assert runs(bench) == []


async def test_a_commit_that_is_not_there_gets_no_verdict(bench: Bench) -> None:
    """GitHub says so."""
    with pytest.raises(Refused, match="No commit found for SHA"):
        await done(bench, await pushed(bench), "check-run", sha="a" * 40)
