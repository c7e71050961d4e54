"""What people say and do about a case, at the wrong moment, in the wrong place, or not at all."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.playbook import Mode
from bot.respond.alert import CaseState
from bot.respond.step import StepState
from bot.simulator import Simulator
from bot.simulator.faults import Fault
from tests.acceptance.stage import House, guarded, issues, state, until


async def _waiting(house: House) -> None:
    """Let a step wait for approval, in the case's issue payments#1."""
    await house.sim.by("alice").add_deploy_key("payments", "ci")
    await house.quiet()
    assert state(await house.case(), "revert") is StepState.AWAITING


async def test_a_case_is_answered_under_its_repositorys_new_name(house: House) -> None:
    """The repository was renamed while a step waited for approval."""
    await _waiting(house)
    await house.sim.by("alice").rename("payments", "ledger")
    await house.sim.by("olivia").comment("ledger", 1, "/approve")
    await house.quiet()
    file = await house.case()
    assert state(file, "revert") is StepState.DONE
    assert file.case.issue is not None
    assert file.case.issue.repository == "acme/ledger"
    assert "Approved" in (await house.comments())[0]


async def test_a_case_whose_issue_is_deleted_is_told_in_the_security_repository(
    house: House,
) -> None:
    """Whose act is in question cannot delete the question away."""
    await _waiting(house)
    await house.sim.by("alice").delete_issue("payments", 1)
    await house.quiet()
    (issue,) = issues(house.sim, "security")
    assert issue["state"] == "open"
    file = await house.say("olivia", "/approve")
    assert state(file, "revert") is StepState.DONE
    assert house.sim.deploy_keys("payments") == []


async def test_an_issue_closed_by_hand_while_steps_wait_is_opened_again(house: House) -> None:
    """With a reply that says what to write instead."""
    await _waiting(house)
    await house.sim.by("alice").close_issue("payments", 1)
    await house.quiet()
    assert [issue["state"] for issue in issues(house.sim)] == ["open"]
    assert "waits for a decision" in (await house.comments())[-1]


async def test_a_late_approval_does_not_approve_what_came_after_it(house: House) -> None:
    """The delivery of the comment was lost, and asked for again a second alert later."""
    await _waiting(house)
    hook, house.sim.hook_url = house.sim.hook_url, "http://127.0.0.1:9/nowhere"
    await house.sim.by("olivia").comment("payments", 1, "/approve")
    await house.sim.settled()
    lost = house.sim.deliveries[-1]
    house.sim.hook_url = hook
    await house.sim.by("alice").add_deploy_key("payments", "another")
    await house.quiet()
    house.sim.redeliver(lost.id)
    await house.quiet()
    assert [key["title"] for key in house.sim.deploy_keys("payments")] == ["another"]
    assert "came in after that comment" in (await house.comments())[-2]


async def test_of_two_words_at_once_the_second_is_heard_anew(house: House) -> None:
    """Whoever denies what was approved meanwhile is not told that it was denied."""
    await _waiting(house)
    slow = Fault(method="GET", path="/orgs/acme/memberships/omar", kind="slow", seconds=0.5)
    house.sim.faults.add(slow)
    await house.sim.by("omar").comment("payments", 1, "/deny keep it")
    await asyncio.sleep(0.15)
    await house.sim.by("olivia").comment("payments", 1, "/approve")
    await house.quiet()
    assert state(await house.case(), "revert") is StepState.DONE
    assert not any("Denied" in comment for comment in await house.comments())
    assert any("nothing waits" in comment for comment in await house.comments())


async def test_a_word_in_time_does_not_reopen_a_case_that_was_closed_meanwhile(
    house: House,
) -> None:
    """A slow /ack and a quick /close."""
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    slow = Fault(method="GET", path="/orgs/acme/memberships/olivia", kind="slow", seconds=0.5)
    house.sim.faults.add(slow)
    await house.sim.by("olivia").comment("payments", 1, "/ack")
    await asyncio.sleep(0.15)
    await house.sim.by("omar").comment("payments", 1, "/close false alarm")
    await house.quiet()
    assert (await house.case()).case.state is CaseState.CLOSED


async def test_a_word_is_answered_when_nobodys_standing_can_be_read(house: House) -> None:
    """The App lacks a permission: the commenter learns that nothing was done, and why."""
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    granted = dict(house.sim.world.app.permissions)
    del granted["members"]
    house.sim.world.app = replace(house.sim.world.app, permissions=granted)
    await house.sim.by("olivia").comment("payments", 1, "/undo")
    await house.quiet()
    assert house.sim.collaborator("payments", "eve") == "push"
    assert "could not read from GitHub" in (await house.comments())[-1]


async def test_who_was_invited_by_an_undo_stays(sim: Simulator, tmp_path: Path) -> None:
    """GitHub tells the acceptance as their own act; it is what an owner decided."""
    sim.add_user("zed")
    async with guarded(sim, tmp_path) as house:
        await sim.by("alice").invite_collaborator("payments", "zed", "admin")
        await sim.by("zed").accept_collaboration("payments")
        await house.quiet()
        assert sim.collaborator("payments", "zed") is None
        await house.say("alice", "/undo")
        assert "nobody knows who sent the invitation" in (await house.comments())[-1]
        await house.say("olivia", "/undo")
        await sim.by("zed").accept_collaboration("payments")
        await house.quiet()
        assert sim.collaborator("payments", "zed") == "admin"
        assert len(await house.alerts()) == 1


async def test_a_promise_is_kept_once(sim: Simulator, tmp_path: Path) -> None:
    """A second invitation of the same person is nobody's undo."""
    sim.add_user("zed")
    async with guarded(sim, tmp_path) as house:
        await sim.by("alice").invite_collaborator("payments", "zed", "admin")
        await sim.by("zed").accept_collaboration("payments")
        await house.quiet()
        await house.say("olivia", "/undo")
        await sim.by("zed").accept_collaboration("payments")
        await house.quiet()
        await sim.by("omar").remove_collaborator("payments", "zed")
        await sim.by("alice").invite_collaborator("payments", "zed", "admin")
        await sim.by("zed").accept_collaboration("payments")
        await house.quiet()
        assert sim.collaborator("payments", "zed") is None


async def test_work_goes_on_when_a_suspension_ends(house: House) -> None:
    """Suspended for a moment in the middle of a response."""
    house.sim.faults.add(
        Fault(method="GET", path="/collaborators", kind="status", status=502, times=4)
    )
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await until(lambda: any("/collaborators" in call.path for call in house.sim.calls))
    house.sim.suspend("omar")
    async with asyncio.timeout(10):
        while not await _is_locked_out(house):  # noqa: ASYNC110 - a state, not an event
            await asyncio.sleep(0.05)
    house.sim.unsuspend("omar")
    await house.quiet()
    assert house.sim.collaborator("payments", "eve") == "push"
    assert len(issues(house.sim)) == 1


async def _is_locked_out(house: House) -> bool:
    steps = await house.app.store.steps()
    return any(step.action == "revert" and "suspended" in step.error for step in steps)


@pytest.mark.parametrize("mode", [Mode.OBSERVE, Mode.ASK])
async def test_a_lowered_mode_holds_for_what_was_planned_before(
    sim: Simulator, tmp_path: Path, mode: Mode
) -> None:
    """A step that was to be tried again is not made by an app that was told not to."""
    broken = Fault(method="GET", path="/collaborators", kind="status", status=502, times=50)
    sim.faults.add(broken)
    async with guarded(sim, tmp_path):
        await sim.by("alice").set_collaborator("payments", "eve", "admin")
        await until(lambda: any("/collaborators" in call.path for call in sim.calls))
    sim.faults.clear()
    before = len(sim.calls)
    async with guarded(sim, tmp_path, mode=mode) as house:
        await house.quiet()
        file = await house.case()
    writes = [call for call in sim.calls[before:] if call.writes and "/app/" not in call.path]
    assert sim.collaborator("payments", "eve") == "admin"
    if mode is Mode.OBSERVE:
        assert writes == []
        assert {step.state for step in file.steps} <= {StepState.OBSERVED, StepState.DONE}
    else:
        assert state(file, "revert") is StepState.AWAITING
