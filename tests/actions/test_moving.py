"""A case goes on elsewhere when its issue can't take more, or the public would read it."""

from dataclasses import replace

import pytest

from bot.core.errors import Refused, Unavailable
from bot.respond.alert import CaseFile
from bot.respond.step import Issue, StepState
from bot.simulator import Fault
from bot.simulator.changes.comments import MOST_COMMENTS
from tests.actions.bench import Bench, receipt_of, recorded
from tests.actions.cases import reply
from tests.actions.crowd import OPEN, act, joined, told


def place(file: CaseFile) -> str:
    """Return where the case's issue is."""
    assert file.case.issue is not None
    return f"{file.case.issue.repository}#{file.case.issue.number}"


async def test_a_case_leaves_a_repository_that_became_public(bench: Bench) -> None:
    """What comes later is told where the public does not read it, and the new issue says why."""
    file = await bench.play(act(bench), OPEN)
    await bench.sim.by("mallory").publicize("widgets")
    file = await told(bench, file, "two")
    assert bench.sim.comments("widgets", 1) == []
    assert place(file) == "acme/security#1"
    body = bench.sim.issues("security")[0]["body"]
    assert "This case began in `acme/widgets#1`." in body
    assert "public" in body


async def test_a_reply_leaves_a_repository_that_became_public(bench: Bench) -> None:
    """The case's facts go first, or nobody would understand the reply."""
    file = await bench.play(act(bench), OPEN)
    await bench.sim.by("mallory").publicize("widgets")
    answer = reply(file)
    receipt = await bench.act(file, answer)
    assert bench.sim.comments("widgets", 1) == []
    assert "eve" in bench.sim.issues("security")[0]["body"]
    assert bench.sim.comments("security", 1)[0]["body"].startswith("Noted.")
    assert place(recorded(file, answer, receipt)) == "acme/security#1"


async def test_a_case_leaves_an_archived_repository(bench: Bench) -> None:
    """Nothing can be written there any more."""
    file = await bench.play(act(bench), OPEN)
    await bench.sim.by("mallory").archive("widgets")
    file = await told(bench, file, "two")
    assert place(file) == "acme/security#1"


@pytest.mark.parametrize("status", [403, 410])
async def test_a_case_leaves_an_issue_that_takes_no_comments(bench: Bench, status: int) -> None:
    """Locked, or switched off just now: it goes on in a new issue."""
    file = await bench.play(act(bench), OPEN)
    bench.sim.faults.add(Fault(method="POST", path="/comments$", kind="status", status=status))
    file = await told(bench, file, "two")
    assert place(file) == "acme/widgets#2"
    assert receipt_of(file, 1).state is StepState.DONE


async def test_a_case_leaves_an_issue_that_is_full(bench: Bench) -> None:
    """GitHub lets an issue hold so many comments, and anybody can write them."""
    file = await bench.play(act(bench), OPEN)
    full = bench.sim.world.repository("widgets").issues[1]
    await bench.sim.by("mallory").comment("widgets", 1, "spam")
    (spam,) = full.comments.values()
    full.comments |= dict.fromkeys(range(-MOST_COMMENTS, 0), spam)
    file = await told(bench, file, "two")
    assert place(file) == "acme/widgets#2"


async def test_a_case_that_moved_moves_once(bench: Bench) -> None:
    """The lost answer of opening the new issue is settled by that step's own marker."""
    file = await bench.play(act(bench), OPEN)
    await bench.sim.by("mallory").publicize("widgets")
    file, step = joined(bench, file, "two")
    bench.sim.faults.add(Fault(method="POST", path="/issues$", kind="reset_after_effect"))
    with pytest.raises(Unavailable):
        await bench.act(file, step)
    receipt = await bench.act(file, replace(step, attempts=2, sent=True))
    file = recorded(file, step, receipt)
    assert place(file) == "acme/security#1"
    assert len(bench.sim.issues("security")) == 1
    # Hidden again, and the new issue locked: the first one is not taken for a newer one.
    await bench.sim.by("mallory").privatize("widgets")
    bench.sim.faults.add(Fault(method="POST", path="/comments$", kind="status", status=403))
    file = await told(bench, file, "three")
    assert place(file) == "acme/widgets#2"


async def test_a_case_follows_its_renamed_repository(bench: Bench) -> None:
    """Told in the same issue, under its present name."""
    file = await bench.play(act(bench), OPEN)
    await bench.sim.by("mallory").rename("widgets", "gears")
    file = await told(bench, file, "two")
    assert place(file) == "acme/gears#1"
    assert len(bench.sim.comments("gears", 1)) == 1


async def test_a_case_is_not_told_in_another_repository_of_the_former_name(bench: Bench) -> None:
    """The event's number tells which one was meant."""
    file = await bench.play(act(bench), OPEN)
    await bench.sim.by("mallory").rename("widgets", "gears")
    await bench.sim.by("mallory").create_repository("widgets")
    await bench.sim.by("mallory").open_issue("widgets", "A trap")
    file = await told(bench, file, "two")
    assert place(file) == "acme/gears#1"
    assert len(bench.sim.comments("gears", 1)) == 1
    assert bench.sim.comments("widgets", 1) == []


async def test_the_issue_opens_under_a_present_name(bench: Bench) -> None:
    """Renaming the repository right after the act does not silence the case."""
    file = bench.case(act(bench), OPEN)
    await bench.sim.by("mallory").rename("widgets", "gears")
    file = await bench.step(file, file.steps[0].id)
    assert place(file) == "acme/gears#1"


@pytest.mark.parametrize("status", [301, 403, 404, 410])
async def test_a_place_that_refuses_is_passed_over(bench: Bench, status: int) -> None:
    """Whatever the repository refuses, the security repository is told."""
    bench.sim.faults.add(
        Fault(method="POST", path="/widgets/issues$", kind="status", status=status)
    )
    file = await bench.play(act(bench), OPEN)
    assert place(file) == "acme/security#1"
    assert "Not opened in `acme/widgets`" in bench.sim.issues("security")[0]["body"]


async def test_an_issue_that_nobody_can_take_is_refused(bench: Bench) -> None:
    """With GitHub's own words, for a person."""
    bench.sim.faults.add(Fault(method="POST", path="/issues$", kind="status", status=403, times=2))
    with pytest.raises(Refused, match="403"):
        await bench.play(act(bench), OPEN)


async def test_an_issue_opened_late_is_settled(bench: Bench) -> None:
    """GitHub may serve a request after the client gave up: the younger one is a duplicate."""
    file = bench.case(act(bench), OPEN)
    bench.sim.faults.add(Fault(method="POST", path="/issues$", kind="reset_after_effect"))
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    widgets = bench.sim.world.repository("widgets")
    late = widgets.issues.pop(1)
    original = bench.sim.observers[:]

    def arrive(call: object, _: object) -> None:
        """Let the first request take effect just before the second is served."""
        if getattr(call, "method", "") == "GET" and str(getattr(call, "path", "")).endswith(
            "/acme/security/issues"
        ):
            widgets.issues.setdefault(1, late)

    bench.sim.observers.append(arrive)
    file = await bench.step(file, file.steps[0].id, sent=True)
    bench.sim.observers[:] = original
    assert place(file) == "acme/widgets#1"
    assert [(each["state"], each["state_reason"]) for each in bench.sim.issues("widgets")] in (
        [("open", None), ("closed", "duplicate")],
        [("closed", "duplicate"), ("open", None)],
    )
    assert isinstance(file.case.issue, Issue)
