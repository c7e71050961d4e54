"""A role that no webhook tells when it changes is put back from what earlier ones told."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.respond.step import Step, StepState
from tests.acceptance.stage import House, github, guarded, write_playbooks
from tests.acceptance.test_approvals import LEASE, Hours
from tests.official.validator import OfficialApi

PLAYBOOK = """\
title: Made administrator, or removed
id: 6f1f9a3e-7a53-4f0e-9c2b-1b1c6c0f8d61
level: high
logsource: {product: github, service: audit}
detection:
  raised: {permission: admin}
  removed: {action: [repo.remove_member, team.remove_repository]}
  condition: raised or removed
response:
  mode: enforce
  group-by: [org]
  steps:
    - action: revert
    - action: open-issue
"""


@pytest.fixture
def clock() -> Hours:
    """Keep one clock for GitHub and the app."""
    return Hours()


@pytest.fixture
async def house(official: OfficialApi, tmp_path: Path, clock: Hours) -> AsyncIterator[House]:
    """Guard with one playbook; an owner made carol and a team maintainers."""
    books = write_playbooks(tmp_path, PLAYBOOK)
    async with (
        github(official, clock=clock) as sim,
        guarded(sim, tmp_path, clock=clock, playbooks=books, lease=LEASE) as guard,
    ):
        await sim.by("olivia").add_collaborator("payments", "carol", "maintain")
        sim.add_team("core")
        await sim.by("olivia").add_team_repository("core", "payments", "maintain")
        await guard.quiet()
        yield guard


async def later(clock: Hours, days: int) -> None:
    """Let days pass, and the app notice; it looks at the clock it shares thrice in a lease."""
    clock.ahead = timedelta(days=days)
    await asyncio.sleep(LEASE.total_seconds() / 3 + 0.5)


async def last_revert(house: House) -> Step:
    """Return the last step that put something back, or was to."""
    await house.quiet()
    return [each for each in await house.app.store.steps() if each.action == "revert"][-1]


async def test_a_maintainer_made_admin_is_a_maintainer_again_each_time(
    house: House, clock: Hours
) -> None:
    """Also after Tipstaff's own act, which GitHub's webhook calls write."""
    for days in (30, 60):
        await later(clock, days)
        await house.sim.by("alice").set_collaborator("payments", "carol", "admin")
        done = await last_revert(house)
        assert done.state is StepState.DONE, done.error
        assert house.sim.collaborator("payments", "carol") == "maintain"
        assert done.receipt is not None
        assert "GitHub tells write for it; it was maintain" in done.receipt.summary


@pytest.mark.parametrize("days", [0, 30])
async def test_whoever_takes_maintain_first_does_not_keep_it(
    house: House, clock: Hours, days: int
) -> None:
    """Neither at once nor, by their own hand, a month later."""
    assert house.sim.collaborator("payments", "bob") == "push"
    await house.sim.by("alice").remove_collaborator("payments", "bob")
    await house.sim.by("alice").set_collaborator("payments", "bob", "maintain")
    await house.quiet()
    await later(clock, days)
    await house.sim.by("alice").set_collaborator("payments", "bob", "admin")
    done = await last_revert(house)
    assert done.state is StepState.DONE, done.error
    assert house.sim.collaborator("payments", "bob") == "push"


async def test_who_was_removed_comes_back_as_what_they_were(house: House, clock: Hours) -> None:
    """The webhook tells no role; an owner gave it a month ago."""
    await later(clock, 30)
    await house.sim.by("alice").remove_collaborator("payments", "carol")
    done = await last_revert(house)
    assert done.state is StepState.DONE, done.receipt
    assert house.sim.collaborator("payments", "carol") == "maintain"


async def test_a_team_that_lost_a_repository_has_it_again_in_its_role(
    house: House, clock: Hours
) -> None:
    """And the role goes and comes as people say afterwards."""
    await later(clock, 30)
    await house.sim.by("alice").remove_team_repository("core", "payments")
    done = await last_revert(house)
    assert done.state is StepState.DONE, done.receipt
    assert house.sim.team_repository("core", "payments") == "maintain"
    for word, role in (("/undo", None), ("/redo", "maintain")):
        await house.say("olivia", word)
        done = await last_revert(house)
        assert done.state is StepState.DONE, done.receipt
        assert house.sim.team_repository("core", "payments") == role
    alerts = await house.app.store.alerts()
    assert len(alerts) == 1, "what Tipstaff did itself raised an alert"


async def test_who_was_let_in_just_before_comes_back_only_on_a_persons_word(house: House) -> None:
    """An owner who puts somebody out again at once is not worked against."""
    await house.sim.by("omar").remove_collaborator("payments", "carol")
    assert (await last_revert(house)).state is StepState.AWAITING
    assert house.sim.collaborator("payments", "carol") is None

    await house.say("olivia", "/approve")
    assert (await last_revert(house)).state is StepState.DONE
    assert house.sim.collaborator("payments", "carol") == "maintain"
