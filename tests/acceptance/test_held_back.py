"""Changes under way when they are to be held back: nothing more is made, nothing is hidden."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import utcnow
from bot.respond.pause import EVERYWHERE, Pause
from bot.respond.step import Step, StepState
from bot.simulator import Call, Simulator
from bot.simulator.faults import Fault
from bot.store import Store
from tests.acceptance.burst import redeliver_failed, settle
from tests.acceptance.process import FAST, Tipstaff, environment
from tests.acceptance.stage import PACE, PATIENCE, ROOT, House, guarded, step, until
from tests.acceptance.test_reload import NAME, copied

WRITE = ("PUT", r"/collaborators/eve$")


def unheard() -> Fault:
    """Return a fault that leaves open whether the write was made; it was not."""
    return Fault(method=WRITE[0], path=WRITE[1], kind="status", status=502)


async def grant(house: House) -> None:
    """Let a collaborator be made an administrator."""
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")


async def stop(house: House) -> None:
    """Pause everything, as `tipstaff pause` does."""
    begins = Pause(org=EVERYWHERE, by="root", since=utcnow())
    assert await house.app.store.pause(begins, now=utcnow())


async def put_back(house: House) -> tuple[Step, str]:
    """Return the step when all is quiet, and what its receipt says."""
    await house.quiet()
    made = step(await house.case(), "revert")
    assert made.receipt is not None
    return made, made.receipt.summary


async def put_off(house: House) -> None:
    """Wait until the step is to be tried again."""
    async with asyncio.timeout(PATIENCE):
        while StepState.RETRYING not in {each.state for each in await house.app.store.steps()}:  # noqa: ASYNC110 - a state, not an event
            await asyncio.sleep(PACE)


async def test_what_took_effect_before_a_pause_gets_its_receipt(house: House) -> None:
    """The write is seen to be made, though its answer was never heard: nobody is asked about it."""

    def go_away(call: Call, _answer: object) -> None:
        if call.method == "PUT":
            house.sim.faults.add(Fault(method="GET", path="/repos/", kind="status", times=99))

    house.sim.observers.append(go_away)
    house.sim.faults.add(Fault(method=WRITE[0], path=WRITE[1], kind="reset_after_effect"))
    await grant(house)
    await put_off(house)
    await stop(house)
    house.sim.faults.clear()
    made, summary = await put_back(house)
    assert made.state is StepState.DONE
    assert "An earlier try did it" in summary
    assert house.writes().count("PUT /repos/acme/payments/collaborators/eve") == 1


async def test_a_pause_holds_for_a_step_that_has_passed_the_guards(house: House) -> None:
    """Between the look at the present and the write there is time enough to stop everything."""
    house.sim.faults.add(Fault(method="GET", path="/collaborators", kind="slow", seconds=0.6))
    await grant(house)
    await until(lambda: not house.sim.faults.pending())
    await asyncio.sleep(0.2)
    await stop(house)
    made, summary = await put_back(house)
    assert made.state is StepState.AWAITING
    assert "paused" in summary
    assert house.sim.collaborator("payments", "eve") == "admin"


async def test_what_was_approved_before_a_pause_asks_again(house: House) -> None:
    """By anybody; what is approved while it holds is made."""
    house.sim.add_collaborator("payments", "carol", "admin")
    await stop(house)
    await grant(house)
    await house.quiet()
    await house.app.store.unpause(EVERYWHERE, by="root", now=utcnow())
    house.sim.faults.add(unheard())
    issue = (await house.case()).case.issue
    assert issue is not None
    await house.sim.by("carol").comment("payments", issue.number, "/approve")
    await until(lambda: not house.sim.faults.pending())
    await stop(house)
    made, summary = await put_back(house)
    assert made.state is StepState.AWAITING
    assert "approved before that" in summary
    assert "may have taken effect" in summary
    assert house.sim.collaborator("payments", "eve") == "admin"
    await house.say("olivia", "/approve")
    assert house.sim.collaborator("payments", "eve") == "push"


@asynccontextmanager
async def called_back(
    sim: Simulator, tmp_path: Path, change: str, *, also: str = ""
) -> AsyncIterator[House]:
    """Change a playbook in the overlay while its step was made, and nobody heard of it yet."""
    overlay, changed = tmp_path / "tipstaff.yml", copied(tmp_path)
    shutil.copy(ROOT / "playbooks" / "repository-made-public.yml", tmp_path / "playbooks")
    overlay.write_text(f"{also}\nplaybooks: {{{NAME}: {{mode: enforce}}}}")
    async with guarded(sim, tmp_path, **changed) as house:
        before = house.app.loaded
        sim.faults.add(unheard())
        await grant(house)
        await until(lambda: not sim.faults.pending())
        overlay.write_text(f"{also}\nplaybooks: {{{NAME}: {{{change}}}}}")
        await until(lambda: house.app.loaded is not before)
        yield house


@pytest.mark.parametrize("change", ["mode: observe", "disabled: true"])
async def test_a_playbook_that_is_called_back_asks_for_what_it_began(
    sim: Simulator, tmp_path: Path, change: str
) -> None:
    """Whoever sees one misfire lowers its mode, or takes it away: what is planned counts too."""
    async with called_back(sim, tmp_path, change) as house:
        made, summary = await put_back(house)
        assert made.state is StepState.AWAITING
        assert "lowered since" in summary
        assert sim.collaborator("payments", "eve") == "admin"


async def test_until_when_something_is_asked_again_is_told_by_the_organisations_clocks(
    sim: Simulator, tmp_path: Path
) -> None:
    """In the comment about it too, beside UTC."""
    async with called_back(sim, tmp_path, "mode: observe", also="time-zone: Asia/Tokyo") as house:
        await put_back(house)
        said = (await house.comments())[-1]
        assert "lowered since" in said
        assert "in Asia/Tokyo" in said


async def test_what_a_person_put_right_is_not_told_as_tipstaffs_deed(
    sim: Simulator, tmp_path: Path
) -> None:
    """Killed over the look that comes before the write, it has changed nothing, and says so."""
    env = environment(sim, tmp_path, **FAST)
    process = Tipstaff(tmp_path, env, warm=True)
    looked = asyncio.Event()

    def strike(call: Call, _answer: object) -> None:
        if call.method == "GET" and "/collaborators" in call.path and not looked.is_set():
            looked.set()
            process.kill()

    sim.observers.append(strike)
    sim.hook_url = process.hook_url
    process.start()
    await process.ready()
    await sim.by("alice").set_collaborator("payments", "eve", "admin")
    await process.ended()
    await sim.by("olivia").set_collaborator("payments", "eve", "push")
    process.start()
    await process.ready("/healthz")
    store = await Store.open(env["DATABASE_URL"], clock=utcnow)
    try:
        redeliver_failed(sim)
        await settle(sim, store)
        await process.stop()
        [made] = [each for each in await store.steps() if each.action == "revert"]
    finally:
        await store.close()
    assert made.state is StepState.UNCHANGED
    assert looked.is_set()
