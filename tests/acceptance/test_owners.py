"""Owners are changed one at a time, so that the organisation always has one."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.respond.step import StepState
from bot.simulator import Simulator
from bot.simulator.faults import Fault
from tests.acceptance.stage import guarded, until

ROSTER = timedelta(milliseconds=200)


async def test_two_reverts_at_once_leave_an_owner(sim: Simulator, tmp_path: Path) -> None:
    """Each new owner would be the other owner that the guard of the other revert counts on."""
    sim.add_owner("mallory")
    async with guarded(sim, tmp_path, roster_interval=ROSTER) as house:
        for owner in ("olivia", "omar"):
            await sim.by("mallory").make_member(owner)
        await house.until_role("omar", "member")
        sim.faults.add(Fault(method="PUT", path="/memberships/", kind="slow", seconds=0.5, times=5))
        for login in ("bob", "carol"):
            await sim.by("mallory").make_owner(login)
        await sim.by("mallory").remove_member("mallory")
        await until(lambda: "member" in {sim.org_role("bob"), sim.org_role("carol")})
        await asyncio.sleep(1)
        await house.quiet()
        puts = [call.status for call in sim.calls if call.method == "PUT"]
    assert puts == [200]
    assert sorted(str(sim.org_role(login)) for login in ("bob", "carol")) == ["admin", "member"]


async def test_an_undo_whose_answer_is_lost_is_not_put_back(sim: Simulator, tmp_path: Path) -> None:
    """The roster sees the owner before Tipstaff knows that it made one."""
    async with guarded(sim, tmp_path, roster_interval=ROSTER) as house:
        await sim.by("omar").make_owner("bob")
        await house.until_role("bob", "member")
        sim.faults.add(
            Fault(method="PUT", path="/memberships/bob", kind="timeout_after_effect", seconds=1.5)
        )
        await house.say("olivia", "/undo agreed")
        await asyncio.sleep(5 * ROSTER.total_seconds())
        await house.quiet()
        assert sim.org_role("bob") == "admin"
        assert len(await house.alerts()) == 1


async def test_an_owner_made_while_tipstaff_was_away_is_asked_about(
    sim: Simulator, tmp_path: Path
) -> None:
    """Nobody knows how long they have been one: it may have been decided days ago."""
    away = timedelta(seconds=1)
    async with guarded(sim, tmp_path, roster_interval=ROSTER):
        pass
    await sim.by("omar").make_owner("bob")
    await asyncio.sleep(1.2 * away.total_seconds())
    async with guarded(sim, tmp_path, roster_interval=ROSTER, stale_after=away) as house:
        async with asyncio.timeout(20):
            while not await house.alerts():  # noqa: ASYNC110 - a state
                await asyncio.sleep(0.05)
        await house.quiet()
        (step,) = [each for each in (await house.case()).steps if each.action == "revert"]
        assert step.state is StepState.AWAITING
        assert step.receipt is not None
        assert "may have happened up to" in step.receipt.summary
    assert sim.org_role("bob") == "admin"


async def test_an_owner_made_again_between_two_looks_is_put_back_again(
    sim: Simulator, tmp_path: Path
) -> None:
    """Both looks show an owner; what Tipstaff did in between tells that it is a second act."""
    async with guarded(sim, tmp_path, roster_interval=timedelta(seconds=3)) as house:
        for number in (1, 2):
            await sim.by("omar").make_owner("bob")
            await house.until_role("bob", "member")
            await house.quiet()
            assert len(await house.alerts()) == number
