"""Steps that depend on each other: in turn, in time, and only where they should be made."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.playbook import Mode
from bot.respond.alert import CaseFile
from bot.respond.step import StepState
from bot.simulator.faults import Fault
from tests.acceptance.stage import (
    PACE,
    PATIENCE,
    House,
    github,
    guarded,
    state,
    until,
    write_playbooks,
)
from tests.acceptance.test_approvals import LEASE, Hours
from tests.official.validator import OfficialApi

PLAYBOOK = """\
title: Made administrator
id: 6f1f9a3e-7a53-4f0e-9c2b-1b1c6c0f8d55
level: high
logsource: {product: github, service: audit}
detection:
  selection: {action: repo.update_member, permission: admin}
  condition: selection
response:
  mode: enforce
  steps:
"""

DELAYED = """\
    - action: open-issue
    - action: revert
      after: 30m unless acknowledged
    - action: comment
      if: steps.revert.state in ['done', 'skipped']
      with: {body: "So it ended: {{ steps.revert.state }}, {{ steps.revert.summary }}"}
"""

FAILING = """\
    - action: open-issue
    - action: revert
      on-failure:
        - action: comment
          with: {body: "By hand, please: {{ steps.revert.summary }}"}
    - action: comment
      if: steps.revert.state == 'done'
      with: {body: "All is well, {{ user }}."}
"""

ASKING = """\
    - action: revert
    - action: open-issue
      if: steps.revert.state == 'failed'
    - action: block-user
      if: steps.revert.state == 'done'
"""

SILENT = """\
    - action: open-issue
      if: user == 'nobody'
      with: {labels: [quiet]}
    - action: revert
"""

Guarded = Callable[..., AbstractAsyncContextManager[House]]


@pytest.fixture
def clock() -> Hours:
    """Keep one clock for GitHub and the app."""
    return Hours()


@pytest.fixture
def guard(official: OfficialApi, tmp_path: Path, clock: Hours) -> Guarded:
    """Guard with a playbook of given steps; eve has been made administrator by alice."""

    @asynccontextmanager
    async def begin(steps: str, **changed: Any) -> AsyncIterator[House]:
        books = write_playbooks(tmp_path, PLAYBOOK + steps)
        async with (
            github(official, clock=clock) as sim,
            guarded(sim, tmp_path, clock=clock, playbooks=books, lease=LEASE, **changed) as house,
        ):
            await sim.by("alice").set_collaborator("payments", "eve", "admin")
            await house.quiet()
            yield house

    return begin


async def until_state(house: House, action: str, wanted: StepState) -> CaseFile:
    """Wait until the case's last step of an action is in a state, and all is quiet."""
    async with asyncio.timeout(PATIENCE):
        while state(await house.case(), action) is not wanted:  # noqa: ASYNC110 - a state, not an event
            await asyncio.sleep(PACE)
    await house.quiet()
    return await house.case()


async def test_a_delayed_step_is_made_when_its_time_has_come(guard: Guarded, clock: Hours) -> None:
    """The issue says when; until then nothing is changed, and what depends on it waits too."""
    async with guard(DELAYED) as house:
        file = await house.case()
        assert state(file, "revert") is StepState.WAITING
        (issue,) = house.sim.issues("payments")
        assert "waits for its turn. It is due on" in issue["body"]
        assert "unless acknowledged before" in issue["body"]
        assert house.sim.collaborator("payments", "eve") == "admin"
        clock.ahead = timedelta(minutes=31)
        await until_state(house, "revert", StepState.DONE)
        assert house.sim.collaborator("payments", "eve") == "push"
        assert "So it ended: `done`, `Set the role of eve" in "".join(await house.comments())


async def test_whose_act_it_is_cannot_call_its_answer_off(guard: Guarded, clock: Hours) -> None:
    """Their word that they have seen it is heard, and changes nothing about what is due."""
    async with guard(DELAYED) as house:
        file = await house.say("alice", "/ack")
        assert state(file, "revert") is StepState.WAITING
        file = await house.say("alice", "/close it was me")
        assert not file.case.has_ended
        clock.ahead = timedelta(minutes=31)
        await until_state(house, "revert", StepState.DONE)


async def test_somebody_else_calls_it_off(guard: Guarded, clock: Hours) -> None:
    """The reply names what is not done any more, and what depended on it goes on."""
    async with guard(DELAYED) as house:
        file = await house.say("olivia", "/ack")
        assert state(file, "revert") is StepState.SKIPPED
        said = "".join(await house.comments())
        assert "Called off: `revert`" in said
        assert "So it ended: `skipped`" in said
        clock.ahead = timedelta(minutes=31)
        await house.quiet()
        assert house.sim.collaborator("payments", "eve") == "admin"


async def test_a_word_said_while_nobody_worked_calls_off_what_was_due_meanwhile(
    official: OfficialApi, tmp_path: Path, clock: Hours
) -> None:
    """Its time is long over at the start; GitHub is asked for what did not arrive first."""
    books = write_playbooks(tmp_path, PLAYBOOK + DELAYED)
    usual: dict[str, Any] = {"clock": clock, "playbooks": books, "lease": LEASE}
    async with github(official, clock=clock) as sim:
        async with guarded(sim, tmp_path, **usual) as house:
            await sim.by("alice").set_collaborator("payments", "eve", "admin")
            await house.quiet()
        await sim.by("olivia").comment("payments", 1, "/ack")
        clock.ahead = timedelta(hours=2)
        async with guarded(sim, tmp_path, **usual) as house:
            await until_state(house, "revert", StepState.SKIPPED)
            assert sim.collaborator("payments", "eve") == "admin"


@pytest.mark.parametrize(
    ("word", "wanted", "role"),
    [("/deny", StepState.DENIED, "admin"), ("/approve", StepState.DONE, "push")],
)
async def test_a_delayed_change_can_be_denied_or_hastened(
    guard: Guarded, word: str, wanted: StepState, role: str
) -> None:
    """By whoever could decide about it, and at once."""
    async with guard(DELAYED) as house:
        file = await house.say("olivia", word)
        assert state(file, "revert") is wanted
        assert house.sim.collaborator("payments", "eve") == role


async def test_a_failure_leads_to_the_steps_for_it(official: OfficialApi, tmp_path: Path) -> None:
    """They see why; what is for success is passed over."""
    books = write_playbooks(tmp_path, PLAYBOOK + FAILING)
    async with (
        github(official) as sim,
        guarded(sim, tmp_path, playbooks=books) as house,
    ):
        await sim.by("alice").set_collaborator("payments", "eve", "push")
        sim.faults.add(Fault(method="PUT", path=r"/collaborators/eve$", kind="status", status=422))
        await sim.by("alice").set_collaborator("payments", "eve", "admin")
        await house.quiet()
        file = await house.case()
        said = "".join(await house.comments())
        assert "By hand, please: `" in said
        assert "All is well" not in said
        states = [each.state for each in file.steps if each.action == "comment" and each.alert_id]
        assert states == [StepState.DONE, StepState.SKIPPED]


async def test_a_success_leads_past_them(guard: Guarded) -> None:
    """Without a word about what was not needed."""
    async with guard(FAILING) as house:
        said = "".join(await house.comments())
        assert "All is well, `eve`." in said
        assert "passed over" not in said


async def test_an_issue_is_opened_where_only_a_failure_would_open_it_when_people_are_asked(
    guard: Guarded,
) -> None:
    """A change after another one: both ask, each in its turn, never both at once."""
    async with guard(ASKING, mode=Mode.ASK) as house:
        file = await house.case()
        assert file.case.issue is not None
        assert state(file, "revert") is StepState.AWAITING
        assert state(file, "block-user") is StepState.WAITING
        file = await house.say("olivia", "/approve")
        assert state(file, "revert") is StepState.DONE
        assert state(file, "block-user") is StepState.AWAITING
        assert house.sim.collaborator("payments", "eve") == "push"
        file = await house.say("olivia", "/approve")
        assert state(file, "block-user") is StepState.DONE


async def test_a_question_reaches_people_where_the_playbook_opens_no_issue(
    guard: Guarded, clock: Hours
) -> None:
    """A minute later an issue is opened for it, and what is said there is heard."""
    async with guard(SILENT, mode=Mode.ASK) as house:
        file = await house.case()
        assert file.case.issue is None
        assert state(file, "revert") is StepState.AWAITING
        clock.ahead = timedelta(minutes=2)
        await until(lambda: bool(house.sim.issues("payments")))
        await house.quiet()
        (issue,) = house.sim.issues("payments")
        assert {"quiet", "tipstaff"} <= {label["name"] for label in issue["labels"]}
        file = await house.say("olivia", "/approve")
        assert state(file, "revert") is StepState.DONE
