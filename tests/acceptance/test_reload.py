"""Playbooks changed under a running app: taken over whole, or told and left."""

import shutil
from pathlib import Path
from typing import Any

import aiohttp

from bot.core.playbook import Mode
from bot.simulator import Simulator
from tests.acceptance.stage import ROOT, House, guarded, until

NAME = "collaborator-made-admin.yml"


def copied(tmp_path: Path) -> dict[str, Any]:
    """Return the settings of an app with a playbook folder of its own, looked at often."""
    (tmp_path / "playbooks").mkdir()
    shutil.copy(ROOT / "playbooks" / NAME, tmp_path / "playbooks" / NAME)
    (tmp_path / "tipstaff.yml").write_text(f"playbooks: {{{NAME}: {{mode: observe}}}}")
    return {
        "playbooks": str(tmp_path / "playbooks"),
        "config": str(tmp_path / "tipstaff.yml"),
        "reload_interval": "0.05",
    }


async def seen(house: House, path: str) -> str:
    """Return what the app answers."""
    async with aiohttp.ClientSession() as session, session.get(house.app.url + path) as answer:
        assert answer.status == 200, "a change that is not used takes nothing out of service"
        return await answer.text()


async def made_admin(house: House) -> str | None:
    """Make eve an administrator; return her role when all is quiet, and set it back."""
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    found = house.sim.collaborator("payments", "eve")
    await house.sim.by("alice").set_collaborator("payments", "eve", "push")
    await house.quiet()
    return found


async def test_a_changed_overlay_takes_effect_without_a_restart(
    sim: Simulator, tmp_path: Path
) -> None:
    """What only observed now acts."""
    async with guarded(sim, tmp_path, **copied(tmp_path)) as house:
        assert await made_admin(house) == "admin"
        before = house.app.loaded
        (tmp_path / "tipstaff.yml").write_text(f"playbooks: {{{NAME}: {{mode: enforce}}}}")
        await until(lambda: house.app.loaded is not before)
        (rule,) = house.app.loaded.rules
        assert rule.playbook.response.mode is Mode.ENFORCE
        assert await made_admin(house) == "push"


async def test_a_broken_change_is_told_and_the_last_good_set_goes_on(
    sim: Simulator, tmp_path: Path
) -> None:
    """Readiness and metrics say so, since when and why; mending it ends that."""
    playbook = tmp_path / "playbooks" / NAME
    changed = copied(tmp_path)
    (tmp_path / "tipstaff.yml").write_text(f"playbooks: {{{NAME}: {{mode: enforce}}}}")
    async with guarded(sim, tmp_path, **changed) as house:
        good = playbook.read_text()
        playbook.write_text(good.replace("condition:", "conditions:"))
        await until(lambda: house.app.playbooks.refused is not None)
        ready = await seen(house, "/readyz")
        assert "1 in use, the last good set: a change is not used since 20" in ready
        assert f"{NAME}:" in ready
        assert "tipstaff_playbooks_stale 1.0" in await seen(house, "/metrics")
        assert await made_admin(house) == "push"
        playbook.write_text(good)
        await until(lambda: house.app.playbooks.refused is None)
        assert '"1 in use"' in await seen(house, "/readyz")
        assert "tipstaff_playbooks_stale 0.0" in await seen(house, "/metrics")
