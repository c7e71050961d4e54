"""Approvals by several people: counted once each, looked at again, and asked for a time only."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app import utcnow
from bot.core.playbook import Mode
from bot.respond.step import StepState
from bot.simulator import Simulator
from bot.simulator.faults import Fault
from tests.acceptance.stage import House, github, guarded, state, step, write_playbooks
from tests.official.validator import OfficialApi

PLAYBOOK = """\
title: Deploy Key
id: 6f1f9a3e-7a53-4f0e-9c2b-1b1c6c0f8d99
level: high
logsource: {product: github, service: audit}
detection:
  selection: {action: public_key.create}
  condition: selection
response:
  mode: ask
  approval: {approvers: 2, by: 'RULE', expires: 24h}
  steps:
    - action: open-issue
    - action: revert
"""


LEASE = timedelta(seconds=5)  # how often the app looks at the clock follows from it


class Hours:
    """A clock that can be put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        """Tell the time."""
        return utcnow() + self.ahead


@pytest.fixture
def clock() -> Hours:
    """Keep one clock for GitHub and the app."""
    return Hours()


def book(tmp_path: Path, rule: str) -> str:
    """Write the playbook with a rule; return its folder."""
    return write_playbooks(tmp_path, PLAYBOOK.replace("RULE", rule))


@pytest.fixture
async def asking(official: OfficialApi, tmp_path: Path, clock: Hours) -> AsyncIterator[House]:
    """Guard with a playbook that needs two owners, and let a deploy key wait for them."""
    set_up = {"playbooks": book(tmp_path, "owners"), "mode": Mode.ASK, "lease": LEASE}
    async with (
        github(official, clock=clock) as sim,
        guarded(sim, tmp_path, clock=clock, **set_up) as house,
    ):
        sim.add_owner("oscar")
        await sim.by("alice").add_deploy_key("payments", "ci")
        await house.quiet()
        yield house


async def test_it_takes_two_owners(asking: House) -> None:
    """The first is told how many are missing; saying it twice is saying it once."""
    file = await asking.say("olivia", "/approve")
    assert state(file, "revert") is StepState.AWAITING
    assert "Approved by 1 of 2" in (await asking.comments())[-1]
    await asking.say("olivia", "/approve")
    await asking.say("bob", "/approve")
    assert asking.sim.deploy_keys("payments") != []
    file = await asking.say("omar", "/approve")
    assert state(file, "revert") is StepState.DONE
    assert {each.by for each in step(file, "revert").approvals} == {"olivia", "omar"}
    assert asking.sim.deploy_keys("payments") == []


@pytest.mark.parametrize("how", ["edited", "deleted", "no owner any more"])
async def test_an_approval_must_still_stand_when_it_is_acted_on(asking: House, how: str) -> None:
    """One that does not is asked for again; the others stay counted."""
    sim = asking.sim
    number = await sim.by("olivia").comment("payments", 1, "/approve")
    await asking.quiet()
    if how == "edited":
        await sim.by("olivia").edit_comment(number, "/approve\n\nor rather not")
    elif how == "deleted":
        await sim.by("olivia").delete_comment(number)
    else:
        sim.add_member("olivia")
    file = await asking.say("omar", "/approve")
    assert state(file, "revert") is StepState.AWAITING
    assert [each.by for each in step(file, "revert").approvals] == ["omar"]
    assert "Asked again" in (await asking.comments())[-1]
    assert sim.deploy_keys("payments") != []
    file = await asking.say("oscar", "/approve")
    assert state(file, "revert") is StepState.DONE


async def test_an_outage_is_no_verdict_about_an_approval(asking: House) -> None:
    """What can't be looked at now is looked at later; nothing is asked twice."""
    await asking.say("olivia", "/approve")
    fault = Fault(method="GET", path="/issues/comments/", kind="status", times=2)
    asking.sim.faults.add(fault)
    file = await asking.say("omar", "/approve")
    assert state(file, "revert") is StepState.DONE
    assert not any("Asked again" in comment for comment in await asking.comments())


async def test_a_question_ends_and_can_be_asked_again(asking: House, clock: Hours) -> None:
    """After its time nothing is approved any more, until somebody asks again."""
    await asking.say("olivia", "/approve")
    clock.ahead = timedelta(hours=25)
    await _until_state(asking, StepState.EXPIRED)
    assert "nobody decided in time" in (await asking.comments())[-1]
    file = await asking.say("omar", "/approve")
    assert state(file, "revert") is StepState.EXPIRED
    file = await asking.say("omar", "/ask")
    assert state(file, "revert") is StepState.AWAITING
    assert step(file, "revert").approvals == ()
    await asking.say("omar", "/approve")
    file = await asking.say("olivia", "/approve")
    assert state(file, "revert") is StepState.DONE


async def test_a_denial_ends_it_with_its_reason(asking: House) -> None:
    """One word is enough, and is kept with the step."""
    await asking.say("olivia", "/approve")
    file = await asking.say("omar", "/deny the team needs it")
    assert state(file, "revert") is StepState.DENIED
    assert step(file, "revert").error == "Denied by omar: the team needs it"
    assert asking.sim.deploy_keys("payments") != []


@pytest.mark.parametrize("mode", [Mode.ASK, Mode.ENFORCE])
async def test_who_approves_before_its_time_stays_counted(
    official: OfficialApi, tmp_path: Path, clock: Hours, mode: Mode
) -> None:
    """A delayed change: two hasten it; where it asks when its time has come, one more is enough."""
    books = book(tmp_path, "owners")
    path = tmp_path / "books" / "book.yml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("- action: revert", "- action: revert\n      after: 1h")
    path.write_text(text.replace("mode: ask", f"mode: {mode}"), encoding="utf-8")
    set_up = {"playbooks": books, "mode": mode, "lease": LEASE}
    async with (
        github(official, clock=clock) as sim,
        guarded(sim, tmp_path, clock=clock, **set_up) as house,
    ):
        await sim.by("alice").add_deploy_key("payments", "ci")
        await house.quiet()
        file = await house.say("olivia", "/approve")
        waiting = step(file, "revert")
        assert (waiting.state, waiting.finished_at) == (StepState.WAITING, None)
        assert [each.by for each in waiting.approvals] == ["olivia"]
        assert "Approved by 1 of 2" in (await house.comments())[-1]
        if mode is Mode.ASK:
            clock.ahead = timedelta(hours=1, minutes=1)
            await _until_state(house, StepState.AWAITING)
        file = await house.say("omar", "/approve")
        assert state(file, "revert") is StepState.DONE
        assert {each.by for each in step(file, "revert").approvals} == {"olivia", "omar"}
        assert sim.deploy_keys("payments") == []


async def test_a_team_may_be_who_approves(sim: Simulator, tmp_path: Path) -> None:
    """Owners who are not in it may deny, but not approve."""
    sim.add_team("guards", ["alice", "bob", "carol"])
    books = book(tmp_path, "team:guards")
    async with guarded(sim, tmp_path, playbooks=books, mode=Mode.ASK) as house:
        await sim.by("alice").add_deploy_key("payments", "ci")
        await house.quiet()
        await house.say("olivia", "/approve")
        assert "only a member of the team `guards`" in (await house.comments())[-1]
        await house.say("alice", "/approve")
        assert "their own act" in (await house.comments())[-1]
        await house.say("bob", "/approve")
        file = await house.say("carol", "/approve")
        assert state(file, "revert") is StepState.DONE


async def _until_state(house: House, wanted: StepState) -> None:
    async with asyncio.timeout(20):
        while state(await house.case(), "revert") is not wanted:  # noqa: ASYNC110 - a state
            await asyncio.sleep(0.05)
    await house.quiet()


async def test_a_word_counts_although_the_case_lives_elsewhere_since(asking: House) -> None:
    """It is looked at where it was written."""
    sim = asking.sim
    await sim.by("olivia").comment("payments", 1, "/approve")
    await asking.quiet()
    await sim.by("alice").publicize("payments")
    await asking.quiet()
    assert len(sim.deploy_keys("payments")) == 1
    (moved,) = [each["number"] for each in sim.issues("security")]
    await sim.by("omar").comment("security", moved, "/approve")
    await asking.quiet()
    assert sim.deploy_keys("payments") == []


async def test_a_word_that_was_edited_where_it_was_written_does_not_count(asking: House) -> None:
    """Also when the case lives elsewhere since."""
    sim = asking.sim
    said = await sim.by("olivia").comment("payments", 1, "/approve")
    await asking.quiet()
    await sim.by("alice").publicize("payments")
    await asking.quiet()
    await sim.by("olivia").edit_comment(said, "/approve not")
    (moved,) = [each["number"] for each in sim.issues("security")]
    await sim.by("omar").comment("security", moved, "/approve")
    await asking.quiet()
    assert len(sim.deploy_keys("payments")) == 1
    told = [each["body"] for each in sim.comments("security", moved)]
    assert any("because its comment was edited" in body for body in told)
