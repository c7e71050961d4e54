"""Whatever GitHub's API does to a call: the right end state, once, and a case that says so."""

from typing import Any

import aiohttp
import pytest

from bot.respond.step import StepState
from bot.simulator import Simulator
from bot.simulator.faults import Fault
from tests.acceptance.stage import BOT, House, issues, state, step

PUT_BACK = ("PUT", r"/collaborators/eve$")
OPEN = ("POST", r"/payments/issues$")

PASSING: dict[str, dict[str, Any]] = {
    "a 500": {"kind": "status", "status": 500},
    "a 502": {"kind": "status", "status": 502},
    "a 502 after it took effect": {"kind": "status_after_effect", "status": 502},
    "no answer": {"kind": "timeout_before", "seconds": 0.2},
    "no answer after it took effect": {"kind": "timeout_after_effect", "seconds": 0.2},
    "a reset": {"kind": "reset"},
    "a reset after it took effect": {"kind": "reset_after_effect"},
    "a secondary limit": {"kind": "secondary", "seconds": 1},
    "the hourly limit": {"kind": "primary", "seconds": 1},
    "slowness": {"kind": "slow", "seconds": 0.5},
}
"""What passes by: each happens once."""


def effects(sim: Simulator) -> dict[str, int]:
    """Count what Tipstaff really changed, by the webhooks that GitHub sent about it."""
    own = [
        (each.event, each.action)
        for each in sim.deliveries
        if each.request["payload"]["sender"]["login"] == BOT
    ]
    return {
        "put back": own.count(("member", "edited")),
        "opened": own.count(("issues", "opened")),
    }


@pytest.mark.parametrize("what", PASSING)
async def test_what_happens_to_a_call_passes_by(house: House, what: str) -> None:
    """The collaborator is put back once, one issue is open, and the case knows both."""
    for method, path in (PUT_BACK, OPEN):
        house.sim.faults.add(Fault(method=method, path=path, **PASSING[what]))
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    assert house.sim.faults.pending() == []
    assert house.sim.collaborator("payments", "eve") == "push"
    assert effects(house.sim) == {"put back": 1, "opened": 1}
    (issue,) = issues(house.sim)
    file = await house.case()
    assert file.case.issue is not None
    assert file.case.issue.number == issue["number"]
    assert state(file, "revert") is StepState.DONE
    assert state(file, "open-issue") is StepState.DONE


async def test_a_refused_putting_back_is_told_with_the_reason(house: House) -> None:
    """What GitHub will not do is not tried for ever; the case says what it said."""
    house.sim.faults.add(Fault(method="PUT", path=PUT_BACK[1], kind="status", status=422))
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    file = await house.case()
    assert state(file, "revert") is StepState.FAILED
    assert "Validation Failed" in step(file, "revert").error
    (issue,) = issues(house.sim)
    assert "❌ failed" in issue["body"]
    assert "Validation Failed" in issue["body"]


async def test_an_outage_while_an_answer_is_heard_delays_it(house: House) -> None:
    """Who may approve cannot be read just now: the answer is heard again, not dropped."""
    await house.sim.by("omar").publicize("payments")
    await house.quiet()
    house.sim.faults.add(
        Fault(method="GET", path=r"/memberships/olivia$", kind="status", status=502, times=4)
    )
    file = await house.say("olivia", "/approve")
    assert house.sim.faults.pending() == []
    assert state(file, "revert") is StepState.DONE
    assert len([text for text in await house.comments() if "Approved" in text]) == 1


async def test_a_comment_that_broke_off_is_not_written_twice(house: House) -> None:
    """The reply to a command is found again by its marker."""
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    house.sim.faults.add(Fault(method="POST", path=r"/comments$", kind="reset_after_effect"))
    await house.say("olivia", "/help")
    assert len(await house.comments()) == 1


@pytest.mark.parametrize("known", [False, True], ids=["no token yet", "a token in hand"])
async def test_an_app_just_removed_ends_its_work_and_says_why(house: House, known: bool) -> None:
    """The steps of an organisation that is gone fail with the reason; the process goes on."""
    if known:
        await house.sim.by("alice").set_collaborator("payments", "bob", "admin")
        await house.quiet()
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    house.sim.uninstall(by="olivia")
    await house.quiet()
    steps = [each for each in await house.app.store.steps() if each.state is not StepState.DONE]
    assert {(each.action, each.state) for each in steps} == {
        ("revert", StepState.FAILED),
        ("open-issue", StepState.FAILED),
    }
    assert {each.error for each in steps} == {
        "The App is no longer installed in this organisation."
    }
    overview = await house.app.store.overview()
    assert set(overview.deliveries) == {"done"}
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{house.app.url}/readyz") as answer,
    ):
        assert answer.status == 200
