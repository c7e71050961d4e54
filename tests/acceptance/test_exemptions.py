"""Exemptions by comment: the same act again is recorded, and left alone, until the time is up."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import utcnow
from bot.core.playbook import Mode
from bot.respond.step import StepState
from bot.simulator import Simulator
from tests.acceptance.process import tipstaff
from tests.acceptance.stage import BOT, House, github, guarded, until, write_playbooks
from tests.acceptance.test_approvals import LEASE, Hours
from tests.official.validator import OfficialApi

PLAYBOOK = """\
title: Deploy Key
id: 6f1f9a3e-7a53-4f0e-9c2b-1b1c6c0f8d98
level: high
logsource: {product: github, service: audit}
detection:
  selection: {action: public_key.create}
  condition: selection
response:
  mode: enforce
  group-by: [org, repo, actor]
  steps:
    - action: revert
    - action: open-issue
"""


BURST = """\
title: Two Deploy Keys
id: 6f1f9a3e-7a53-4f0e-9c2b-1b1c6c0f8d97
level: high
correlation:
  type: event_count
  rules: [key]
  group-by: [actor]
  timespan: 3s
  condition: {gte: 2}
response:
  mode: enforce
  steps: [{action: open-issue}]
---
title: Deploy Key
id: 6f1f9a3e-7a53-4f0e-9c2b-1b1c6c0f8d96
name: key
level: low
logsource: {product: github, service: audit}
detection: {selection: {action: public_key.create}, condition: selection}
"""


@pytest.fixture
def clock() -> Hours:
    """Keep one clock for GitHub and the app."""
    return Hours()


@pytest.fixture
async def house(official: OfficialApi, tmp_path: Path, clock: Hours) -> AsyncIterator[House]:
    """Guard with one playbook; it has put back a deploy key and opened a case."""
    books = write_playbooks(tmp_path, PLAYBOOK)
    async with (
        github(official, clock=clock) as sim,
        guarded(sim, tmp_path, clock=clock, playbooks=books, lease=LEASE) as guard,
    ):
        sim.add_collaborator("payments", "bob", "admin")
        await sim.by("alice").add_deploy_key("payments", "first")
        await guard.quiet()
        yield guard


async def _say(house: House, login: str, text: str) -> str:
    """Comment on the case's issue; return the reply."""
    await house.sim.by(login).comment("payments", 1, text)
    await house.quiet()
    return _said(house.sim)[-1]


def _said(sim: Simulator) -> list[str]:
    said = sim.comments("payments", 1)
    return [str(each["body"]) for each in said if each["user"]["login"] == BOT]


async def _add_key(house: House, login: str, title: str) -> None:
    await house.sim.by(login).add_deploy_key("payments", title)
    await house.quiet()


async def test_the_same_act_is_left_alone_and_recorded(house: House) -> None:
    """Nothing is opened, written or changed; the alert names the exemption."""
    reply = await _say(house, "olivia", "/exempt 30d the new pipeline is set up")
    assert "Exempt for 30 days" in reply
    before = house.writes()

    await _add_key(house, "alice", "second")

    assert [key["title"] for key in house.sim.deploy_keys("payments")] == ["second"]
    assert house.writes() == before
    first, second = await house.alerts()
    (exemption,) = await house.app.store.exemptions("acme", "alice", now=second.created_at)
    assert (first.exemption, second.exemption) == (None, exemption.id)
    assert second.mode is Mode.OBSERVE
    file = await house.app.store.case_file(second.case_id)
    assert file is not None
    assert {each.state for each in file.steps} == {StepState.OBSERVED}
    assert (exemption.by, exemption.reason) == ("olivia", "the new pipeline is set up")


async def test_another_actor_is_not_exempt(house: House) -> None:
    """An exemption is for one actor."""
    await _say(house, "olivia", "/exempt 30d the new pipeline is set up")
    await _add_key(house, "bob", "second")
    assert house.sim.deploy_keys("payments") == []


@pytest.mark.parametrize("login", ["alice", "carol"])
async def test_neither_a_party_nor_a_member_can_exempt(house: House, login: str) -> None:
    """Whose act it is has no say, nor has who looks after nothing here."""
    assert "not followed" in await _say(house, login, "/exempt 30d it is fine")
    await _add_key(house, "alice", "second")
    assert house.sim.deploy_keys("payments") == []


@pytest.mark.parametrize(
    "text", ["/exempt", "/exempt 30d", "/exempt never it is fine", "/exempt 400d it is fine"]
)
async def test_a_time_and_a_reason_are_needed(house: House, text: str) -> None:
    """The reply says what to write, and how long it may last."""
    reply = await _say(house, "olivia", text)
    assert "needs a time and a reason" in reply
    assert "90 days" in reply
    assert await house.app.store.exemptions("acme", "alice", now=utcnow()) == []


async def test_an_exemption_is_announced_once_and_ends(house: House, clock: Hours) -> None:
    """Three days before its end the case is told; after it the playbook acts again."""
    await _say(house, "olivia", "/exempt 30d the new pipeline is set up")
    clock.ahead = timedelta(days=27, minutes=5)
    await until(lambda: any("An exemption ends at" in said for said in _said(house.sim)))
    await house.quiet()
    clock.ahead = timedelta(days=30, minutes=5)
    # The app looks at the clock it shares with others three times in a lease.
    await asyncio.sleep(LEASE.total_seconds() / 3 + 0.5)
    await _add_key(house, "alice", "second")
    assert house.sim.deploy_keys("payments") == []
    assert sum("An exemption" in said for said in _said(house.sim)) == 1


async def test_an_exemption_can_be_ended_on_the_case(house: House) -> None:
    """From then on the playbook acts again; who looks after nothing here cannot end it."""
    await _say(house, "olivia", "/exempt 30d the new pipeline is set up")
    assert "not followed" in await _say(house, "carol", "/unexempt")
    assert "Not exempt any more" in await _say(house, "bob", "/unexempt")
    await _add_key(house, "alice", "second")
    assert house.sim.deploy_keys("payments") == []
    assert "no exemption in force" in await _say(house, "olivia", "/unexempt")


async def test_an_operator_lists_and_ends_exemptions(house: House, tmp_path: Path) -> None:
    """From the command line, beside the running app."""
    await _say(house, "olivia", "/exempt 2w the new pipeline is set up")
    await _add_key(house, "alice", "second")
    (listed,) = json.loads(_tipstaff(tmp_path, "exemptions", "--json"))
    assert (listed["actor"], listed["action"]) == ("alice", "public_key.create")
    account = str((await house.alerts())[0].fields["actor_id"])
    subject = {"repo": "acme/payments", "read_only": "false", "actor_id": account}
    assert (listed["subject"], listed["alerts"]) == (subject, 1)
    shown = _tipstaff(tmp_path, "exemptions")
    assert listed["id"] in shown
    assert "has ended" in _tipstaff(tmp_path, "exemptions", "revoke", listed["id"])
    assert "nothing is exempt" in _tipstaff(tmp_path, "exemptions")
    assert json.loads(_tipstaff(tmp_path, "exemptions", "--json", "--all"))[0]["state"] == (
        "ended early"
    )
    await _add_key(house, "alice", "third")
    assert [key["title"] for key in house.sim.deploy_keys("payments")] == ["second"]


async def test_a_correlation_is_exempt_by_the_act_that_completes_it(
    sim: Simulator, tmp_path: Path
) -> None:
    """The same actor adds keys again: recorded, and nothing opened; another one's are told."""
    books = write_playbooks(tmp_path, BURST)
    sim.add_collaborator("payments", "bob", "admin")
    async with guarded(sim, tmp_path, playbooks=books) as house:
        for number in range(2):
            await _add_key(house, "alice", f"key {number}")
        await _say(house, "olivia", "/exempt 30d a new pipeline")
        before = house.writes()
        await asyncio.sleep(3.1)  # the window of the first alert must have passed
        for number in range(2, 4):
            await _add_key(house, "alice", f"key {number}")
        assert house.writes() == before
        assert [each.exemption is not None for each in await house.alerts()] == [False, True]
        for number in range(4, 6):
            await _add_key(house, "bob", f"key {number}")
        assert (await house.alerts())[-1].exemption is None


def _tipstaff(tmp_path: Path, *words: str) -> str:
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/tipstaff.db"}
    done = tipstaff(*words, env=environment)
    done.check_returncode()
    return done.stdout
