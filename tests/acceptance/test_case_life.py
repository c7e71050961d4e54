"""A case in time: reminded of, called out, closed, opened again; by signed deliveries over TCP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.respond.alert import CaseState
from bot.respond.step import StepState
from bot.settings import WEEKDAYS
from bot.simulator import Simulator
from tests.acceptance.stage import PACE, PATIENCE, House, github, guarded, issues, state
from tests.official.validator import OfficialApi

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@dataclass
class Hours:
    """A clock that runs as it should, and can be put forward."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        """Tell the time."""
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def hours() -> Hours:
    """Give the test its clock."""
    return Hours()


@pytest.fixture
async def sim(official: OfficialApi, hours: Hours) -> AsyncIterator[Simulator]:
    """Run the organisation by that clock."""
    async with github(official, clock=hours) as simulator:
        yield simulator


@pytest.fixture
async def house(sim: Simulator, hours: Hours, tmp_path: Path) -> AsyncIterator[House]:
    """Guard it by the same clock, with a team to call."""
    async with guarded(sim, tmp_path, clock=hours, escalation_team="guards", lease=LEASE) as guard:
        yield guard


LEASE = timedelta(seconds=5)
NOTICED = LEASE.total_seconds() / 3 + 0.5  # when the app has looked at the clock again


async def forward(hours: Hours, span: timedelta) -> None:
    """Put the clock forward, and wait until the app has noticed."""
    hours.ahead += span
    await asyncio.sleep(NOTICED)


async def later(house: House, hours: Hours, span: timedelta, comments: int) -> list[str]:
    """Let time pass, until there are so many comments; return them when all is quiet."""
    hours.ahead += span
    async with asyncio.timeout(PATIENCE):
        while len(await house.comments()) < comments:  # noqa: ASYNC110 - a state, not an event
            await asyncio.sleep(PACE)
    await house.quiet()
    return await house.comments()


async def test_what_waits_is_reminded_of_and_then_the_team_is_called(
    house: House, hours: Hours
) -> None:
    """Once each; and once more after somebody spoke and fell silent again."""
    await house.sim.by("alice").add_deploy_key("payments", "ci")
    await house.quiet()
    assert state(await house.case(), "revert") is StepState.AWAITING
    (reminder,) = await later(house, hours, DAY + 2 * MINUTE, 1)
    assert "**A reminder.**" in reminder
    assert "`/approve`" in reminder
    *_, call = await later(house, hours, 3 * DAY + 2 * MINUTE, 2)
    assert "@acme/guards, this case needs you" in call
    (issue,) = issues(house.sim)
    names = {label["name"] for label in issue["labels"]}
    assert names >= {"escalated", "awaiting approval"}
    await house.sim.by("olivia").comment("payments", 1, "I will ask them tomorrow.")
    await house.quiet()
    assert len(await house.comments()) == 2
    *_, again = await later(house, hours, DAY + 2 * MINUTE, 3)
    assert "**A reminder.**" in again
    file = await house.say("olivia", "/approve")
    assert state(file, "revert") is StepState.DONE
    await forward(hours, 2 * MINUTE)
    await house.quiet()
    names = {label["name"] for label in issues(house.sim)[0]["labels"]}
    assert "acted" in names
    assert "awaiting approval" not in names


async def test_what_was_put_right_is_closed_and_opened_again_when_it_recurs(
    house: House, hours: Hours
) -> None:
    """Later than that, a new case refers to the former."""
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    (ending,) = await later(house, hours, 7 * DAY + 2 * MINUTE, 1)
    assert "nobody objected for 7 days" in ending
    assert (await house.case()).case.state is CaseState.CLOSED
    assert [issue["state"] for issue in issues(house.sim)] == ["closed"]

    await forward(hours, 2 * DAY)
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    file = await house.case()
    assert (file.case.state, len(file.alerts)) == (CaseState.OPEN, 2)
    assert [issue["state"] for issue in issues(house.sim)] == ["open"]
    assert "**It happened again.**" in (await house.comments())[-1]

    await later(house, hours, 7 * DAY + 2 * MINUTE, 3)
    await forward(hours, 8 * DAY)
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    first, second = issues(house.sim)
    assert (first["state"], second["state"]) == ("closed", "open")
    assert f"see [`acme/payments#{first['number']}`](" in second["body"]


async def test_a_restart_reminds_of_nothing_twice(
    sim: Simulator, hours: Hours, tmp_path: Path
) -> None:
    """What was said is recorded, and what is due is found again."""
    async with guarded(sim, tmp_path, clock=hours, lease=LEASE) as house:
        await sim.by("alice").add_deploy_key("payments", "ci")
        await house.quiet()
        await later(house, hours, DAY + 2 * MINUTE, 1)
    hours.ahead += DAY / 2
    async with guarded(sim, tmp_path, clock=hours, lease=LEASE) as house:
        await asyncio.sleep(1.5)
        await house.quiet()
        assert len(await house.comments()) == 1
        await later(house, hours, DAY + 2 * MINUTE, 2)


async def test_a_week_is_summed_up_once_in_the_security_repository(
    sim: Simulator, hours: Hours, tmp_path: Path
) -> None:
    """By the first to come after the week has ended; a restart makes no second one."""
    # Before the question on the case ends.
    digest_on = WEEKDAYS[(hours() + 3 * DAY).weekday()]
    async with guarded(sim, tmp_path, clock=hours, lease=LEASE, digest=digest_on) as house:
        await sim.by("alice").add_deploy_key("payments", "ci")
        await house.quiet()
        assert issues(sim, "security") == []
    hours.ahead += 4 * DAY
    for _ in range(2):
        async with guarded(sim, tmp_path, clock=hours, lease=LEASE, digest=digest_on) as house:
            async with asyncio.timeout(PATIENCE):
                while not issues(sim, "security"):  # noqa: ASYNC110 - a state, not an event
                    await asyncio.sleep(PACE)
            await house.quiet()
    (digest,) = issues(sim, "security")
    assert digest["title"].startswith("Tipstaff in acme, ")
    assert digest["title"].endswith(": 1 new case, 1 open")
    assert "| awaiting approval |" in digest["body"]
    assert {label["name"] for label in digest["labels"]} == {"tipstaff", "digest"}


async def test_a_case_without_a_place_is_told_when_there_is_one(
    sim: Simulator, hours: Hours, tmp_path: Path
) -> None:
    """The security repository was missing, and is made a day later."""
    sim.add_repository("site", private=False)
    async with guarded(
        sim, tmp_path, clock=hours, lease=LEASE, security_repository="watch"
    ) as house:
        await sim.by("alice").add_deploy_key("payments", "warm-up")
        await house.quiet()
        sim.add_collaborator("site", "alice", "admin")
        await sim.by("alice").add_deploy_key("site", "ci")
        await house.quiet()
        failed = [step for step in await house.app.store.steps() if step.state == "failed"]
        assert "Create a private repository acme/watch" in failed[0].error
        assert issues(sim, "site") == []
        sim.add_repository("watch")
        hours.ahead += DAY + 2 * MINUTE
        async with asyncio.timeout(PATIENCE):
            while not issues(sim, "watch"):  # noqa: ASYNC110 - a state, not an event
                await asyncio.sleep(PACE)
        await house.quiet()
        assert "acme/site" in issues(sim, "watch")[0]["body"]
        assert issues(sim, "site") == []


async def test_a_case_leaves_its_repository_as_soon_as_that_is_made_public(
    sim: Simulator, tmp_path: Path
) -> None:
    """Who decides does so where the public does not read it, and learns what it may have read."""
    async with guarded(sim, tmp_path) as house:
        await sim.by("alice").add_deploy_key("payments", "ci")
        await house.quiet()
        (first,) = issues(sim)
        await sim.by("alice").publicize("payments")
        await house.quiet()
        moved = next(each for each in issues(sim, "security") if "deploy key" in each["title"])
        assert f"This case began in `acme/payments#{first['number']}`" in moved["body"]
        (told,) = sim.comments("security", moved["number"])
        assert "**`acme/payments` was made public, and with it what was said" in told["body"]
        assert sim.comments("payments", first["number"]) == []
        await sim.by("olivia").comment("security", moved["number"], "/approve")
        await house.quiet()
        assert sim.world.repository("payments").deploy_keys == {}


async def test_a_word_in_the_issue_that_a_case_left_is_answered_where_it_lives(
    sim: Simulator, tmp_path: Path
) -> None:
    """It is not followed, and whoever said it learns where to; strangers get no answer."""
    async with guarded(sim, tmp_path) as house:
        await sim.by("alice").add_deploy_key("payments", "ci")
        await house.quiet()
        (first,) = issues(sim)
        await sim.by("alice").publicize("payments")
        await house.quiet()
        moved = next(each for each in issues(sim, "security") if "deploy key" in each["title"])
        before = len(sim.comments("security", moved["number"]))
        await sim.by("mallory").comment("payments", first["number"], "/approve")
        await sim.by("olivia").comment("payments", first["number"], "Is this ours?")
        await sim.by("olivia").comment("payments", first["number"], "/approve")
        await house.quiet()
        assert list(sim.world.repository("payments").deploy_keys) != []
        (reply,) = sim.comments("security", moved["number"])[before:]
        assert "To `olivia`: nothing was done about a command of yours in" in reply["body"]
        assert f"`acme/payments#{first['number']}`" in reply["body"]
        await sim.by("alice").close_issue("payments", first["number"])
        await house.quiet()
        assert sim.comments("security", moved["number"])[before + 1 :] == []
        await sim.by("olivia").comment("security", moved["number"], "/approve")
        await house.quiet()
        assert sim.world.repository("payments").deploy_keys == {}
