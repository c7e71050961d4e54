"""Live lists through the whole app: looked up, waited for, and never taken for empty."""

import asyncio
from pathlib import Path

import pytest

from bot.respond.step import StepState
from bot.simulator import Simulator
from bot.simulator.faults import Fault
from tests.acceptance.stage import PATIENCE, House, guarded, issues, state, write_playbooks

PLAYBOOK = """\
title: Administrator From Outside The Leads
id: 3f0c1a52-58c5-4a5e-9a43-6f1f0a9b7c01
level: high
logsource: {product: github, service: audit}
detection:
  selection: {action: [repo.add_member, repo.update_member], permission: admin}
  approved: {user|expand: '%team:leads%'}
  condition: selection and not approved
response:
  mode: enforce
  about: user
  group-by: [org, repo, user]
  steps:
    - action: revert
    - action: open-issue
"""
MEMBERS = r"/teams/leads/members$"


@pytest.fixture
def only(tmp_path: Path) -> str:
    """Return a folder with the one playbook."""
    return write_playbooks(tmp_path, PLAYBOOK)


async def grant(house: House, *logins: str) -> None:
    """Let alice make people administrators of a repository, and wait for what comes of it."""
    for login in logins:
        await house.sim.by("alice").set_collaborator("payments", login, "admin")
    await house.quiet()


def asked(sim: Simulator) -> int:
    """Count how often the team's members were asked for."""
    return sum(call.path.endswith("/teams/leads/members") for call in sim.calls)


async def test_who_is_in_the_team_is_left_alone_and_who_is_not_is_put_back(
    sim: Simulator, tmp_path: Path, only: str
) -> None:
    """The team is read once for both; what does not hang on it asks for nothing."""
    sim.add_team("leads", ["bob"])
    async with guarded(sim, tmp_path, playbooks=only) as house:
        await house.sim.by("alice").set_collaborator("payments", "eve", "pull")
        await house.quiet()
        assert asked(sim) == 0
        await grant(house, "bob", "eve")
    assert sim.collaborator("payments", "bob") == "admin"
    assert sim.collaborator("payments", "eve") == "pull"
    assert asked(sim) == 1


async def test_a_delivery_waits_for_a_list_that_cannot_be_read(
    sim: Simulator, tmp_path: Path, only: str
) -> None:
    """An outage is neither an empty team nor a full one: the verdict comes after it."""
    sim.add_team("leads", ["bob"])
    sim.faults.add(Fault(method="GET", path=MEMBERS, kind="status", status=502, times=3))
    async with guarded(sim, tmp_path, playbooks=only) as house:
        await grant(house, "bob", "eve")
        assert sim.faults.pending() == []
        (alert,) = await house.alerts()
        assert not any(reason.presumed for reason in alert.reasons)
    assert sim.collaborator("payments", "bob") == "admin"
    assert sim.collaborator("payments", "eve") == "push"


async def test_what_hangs_on_a_list_nobody_can_read_asks_and_says_why(
    sim: Simulator, tmp_path: Path, only: str
) -> None:
    """There is no such team: nothing is put back before a person approves."""
    async with guarded(sim, tmp_path, playbooks=only) as house:
        await grant(house, "eve")
        assert sim.collaborator("payments", "eve") == "admin"
        assert state(await house.case(), "revert") is StepState.AWAITING
        (issue,) = issues(sim)
        assert "could not be read from GitHub" in issue["body"]
        assert "presumed" in issue["body"]
        file = await house.say("olivia", "/approve")
        assert state(file, "revert") is StepState.DONE
    assert sim.collaborator("payments", "eve") == "push"


async def test_a_refreshed_list_follows_the_organisation(
    sim: Simulator, tmp_path: Path, only: str
) -> None:
    """Whoever joins the team is approved at the latest when the stated age has passed."""
    sim.add_team("leads", ["carol"])
    async with guarded(sim, tmp_path, playbooks=only, list_age="1") as house:
        await grant(house, "bob")
        assert sim.collaborator("payments", "bob") == "push"
        await sim.by("olivia").add_to_team("leads", "bob")
        async with asyncio.timeout(PATIENCE):
            while sim.collaborator("payments", "bob") != "admin":
                await grant(house, "bob")
