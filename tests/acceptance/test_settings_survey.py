"""A setting that no webhook tells of is found, put back, told, and known as our own act."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.simulator import Simulator
from bot.simulator.faults import Fault
from tests.acceptance.stage import ROOT, House, guarded, issues, until

SURVEY = timedelta(milliseconds=200)


async def surveyed(house: House) -> None:
    """Wait until the settings were seen once."""
    async with asyncio.timeout(20):
        while await house.app.store.surveyed("acme") is None:  # noqa: ASYNC110 - a state
            await asyncio.sleep(0.02)


async def test_a_raised_base_permission_is_put_back_and_told(
    sim: Simulator, tmp_path: Path
) -> None:
    """Once: the survey sees Tipstaff's own change too, and an owner's undo stands."""
    async with guarded(sim, tmp_path, survey_interval=SURVEY) as house:
        await surveyed(house)
        await sim.by("omar").set_base_permission("admin")
        await until(lambda: sim.base_permission() == "read")
        await house.quiet()
        (issue,) = issues(sim, "security")
        assert issue["title"] == "Somebody gave every member of acme admin in every repository"
        assert "Set the base permission of acme to read (was admin)." in issue["body"]
        await asyncio.sleep(3 * SURVEY.total_seconds())
        assert len(await house.alerts()) == 1
        await house.say("olivia", "/undo agreed on")
        assert sim.base_permission() == "admin"
        await asyncio.sleep(3 * SURVEY.total_seconds())
        await house.quiet()
        assert (sim.base_permission(), len(await house.alerts())) == ("admin", 1)


async def test_an_undo_whose_answer_is_lost_is_not_taken_for_somebodys(
    sim: Simulator, tmp_path: Path
) -> None:
    """The survey waits for a step of our own before it tells whose act a change was."""
    async with guarded(sim, tmp_path, survey_interval=SURVEY) as house:
        await surveyed(house)
        await sim.by("omar").set_base_permission("write")
        await until(lambda: sim.base_permission() == "read")
        await house.quiet()
        sim.faults.add(
            Fault(method="PATCH", path="/orgs/acme$", kind="timeout_after_effect", seconds=1.5)
        )
        await house.say("olivia", "/undo agreed on")
        await asyncio.sleep(5 * SURVEY.total_seconds())
        await house.quiet()
        assert (sim.base_permission(), len(await house.alerts())) == ("write", 1)


async def test_an_owner_whom_an_undo_invited_again_stays_one(
    sim: Simulator, tmp_path: Path
) -> None:
    """GitHub names the person who accepts as the one who did it; an owner's word led to it."""
    folder = tmp_path / "playbooks"
    folder.mkdir()
    (folder / "made-owner.yml").write_text(
        (ROOT / "playbooks" / "member-made-owner.yml").read_text(encoding="utf-8")
    )
    (folder / "repository-made-public.yml").write_text(
        (ROOT / "playbooks" / "repository-made-public.yml")
        .read_text(encoding="utf-8")
        .replace("mode: ask", "mode: enforce")
        .replace("- action: revert", "- action: remove-member\n      with: {user: '{{ actor }}'}")
        .replace("steps: [revert, open-issue]", "steps: [remove-member, open-issue]")
    )
    async with guarded(sim, tmp_path, playbooks=str(folder), roster_interval=SURVEY) as house:
        await sim.by("omar").publicize("payments")
        await until(lambda: sim.org_role("omar") is None)
        await house.quiet()
        await house.say("olivia", "/undo it was agreed on")
        await sim.by("omar").accept_invitation()
        await asyncio.sleep(3 * SURVEY.total_seconds())
        await house.quiet()
        assert sim.org_role("omar") == "admin"
        assert len(await house.alerts()) == 1


async def test_a_loosened_setting_waits_for_a_word_and_is_put_back(
    sim: Simulator, tmp_path: Path
) -> None:
    """From what the survey had recorded; its own act makes no second case."""
    setting = "members_can_fork_private_repositories"
    async with guarded(sim, tmp_path, survey_interval=SURVEY) as house:
        await surveyed(house)
        await sim.by("omar").switch_setting(setting, on=True)
        await until(lambda: bool(issues(sim, "security")))
        await house.quiet()
        (issue,) = issues(sim, "security")
        assert issue["title"] == f"Somebody loosened a setting of acme: {setting}"
        assert sim.world.org.settings[setting] is True
        await house.say("olivia", "/approve")
        assert sim.world.org.settings[setting] is False
        await asyncio.sleep(3 * SURVEY.total_seconds())
        await house.quiet()
        assert len(await house.alerts()) == 1
