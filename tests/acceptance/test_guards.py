"""What holds a change back, seen from outside: signed deliveries in, GitHub and the case out."""

import asyncio
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from typer.testing import CliRunner

from bot.app import utcnow
from bot.cli import app
from bot.respond.alert import CaseFile
from bot.respond.step import StepState
from bot.simulator import Simulator
from tests.acceptance.stage import (
    ROOT,
    House,
    github,
    guarded,
    issues,
    state,
    step,
    write_playbooks,
)
from tests.official.validator import OfficialApi

HARDER = """\
title: Nobody Gets Admin Here
id: 11111111-2222-4333-8444-555555555555
status: stable
description: Takes the whole role away.
level: high
logsource: {product: github, service: audit}
detection:
  selection: {action: repo.update_member, permission: admin}
  condition: selection
response:
  mode: enforce
  about: actor
  steps:
    - action: set-collaborator-permission
      with: {permission: none}
    - action: open-issue
tests:
  - name: an admin
    delivery:
      event: member
      payload: {action: edited}
    match: false
"""


NO_KEYS = """\
title: No Deploy Keys
id: 22222222-2222-4333-8444-555555555555
level: high
logsource: {product: github, service: audit}
detection:
  selection: {action: public_key.create}
  condition: selection
response:
  mode: enforce
  group-by: [repo]
  steps:
    - action: delete-deploy-key
    - action: open-issue
"""


async def grant(house: House, login: str = "eve", by: str = "alice") -> None:
    """Let somebody make a collaborator an administrator; wait until all has come of it."""
    await house.sim.by(by).set_collaborator("payments", login, "admin")
    await house.quiet()


async def tipstaff(tmp_path: Path, *words: str) -> str:
    """Run a command beside the running app, on its database; return what it printed."""
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path}/tipstaff.db"}
    found = await asyncio.to_thread(CliRunner().invoke, app, words, env=environ)
    assert found.exit_code == 0, found.output
    return found.output


async def read(house: House, path: str) -> str:
    """Read a page of the app's."""
    async with aiohttp.ClientSession() as session, session.get(house.app.url + path) as reply:
        return await reply.text()


def told(file: CaseFile, action: str = "revert") -> str:
    """Return what the receipt of a case's last step of an action says."""
    receipt = step(file, action).receipt
    assert receipt is not None
    return receipt.summary


async def test_a_pause_holds_for_what_runs_and_over_a_restart(
    sim: Simulator, tmp_path: Path
) -> None:
    """`tipstaff pause` stops a running app; after `resume` what was planned meanwhile asks."""
    async with guarded(sim, tmp_path) as house:
        assert "paused: everything" in await tipstaff(tmp_path, "pause", "--reason", "the merger")
        await grant(house)
        assert state(await house.case(), "revert") is StepState.AWAITING
        assert "the merger" in issues(sim)[0]["body"]
        assert '"detail":"paused"' in await read(house, "/readyz")
        assert "tipstaff_paused 1.0" in await read(house, "/metrics")
    async with guarded(sim, tmp_path) as house:
        await grant(house, "bob")
        assert sim.collaborator("payments", "bob") == "admin"
        assert "resumed: everything" in await tipstaff(tmp_path, "resume")
        await house.quiet()
        levels = [sim.collaborator("payments", login) for login in ("eve", "bob")]
        assert levels == ["admin", "admin"]
        assert "tipstaff_paused 0.0" in await read(house, "/metrics")
        await sim.by("omar").comment("payments", issues(sim)[0]["number"], "/approve")
        await house.quiet()
    assert sim.collaborator("payments", "eve") == "push"


async def test_an_owner_pauses_and_decides_on_a_case(house: House) -> None:
    """Their /pause holds at once; their /approve counts meanwhile, an administrator's does not."""
    house.sim.add_collaborator("payments", "carol", "admin")
    await grant(house)
    await house.say("carol", "/pause")
    assert "only an owner" in (await house.comments())[-1]
    await house.say("olivia", "/pause until we know more")
    await house.sim.by("omar").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    assert state(await house.case(), "revert") is StepState.AWAITING
    await house.say("carol", "/approve")
    assert "only an owner" in (await house.comments())[-1]
    assert house.sim.collaborator("payments", "eve") == "admin"
    await house.say("olivia", "/approve")
    assert house.sim.collaborator("payments", "eve") == "push"
    await house.say("olivia", "/resume")
    assert await house.app.store.pauses() == ()


async def test_the_environments_switch_stops_what_was_approved(
    sim: Simulator, tmp_path: Path
) -> None:
    """Nothing is changed, whoever approves; once it is off, a person's word counts again."""
    async with guarded(sim, tmp_path, paused=True) as house:
        await grant(house)
        await house.say("olivia", "/approve")
        assert state(await house.case(), "revert") is StepState.AWAITING
        assert "TIPSTAFF_PAUSED" in (await house.comments())[-1]
        assert sim.collaborator("payments", "eve") == "admin"
    async with guarded(sim, tmp_path) as house:
        await house.quiet()
        assert sim.collaborator("payments", "eve") == "admin"
        await house.say("olivia", "/approve")
    assert sim.collaborator("payments", "eve") == "push"


async def test_a_protected_repository_is_never_changed(sim: Simulator, tmp_path: Path) -> None:
    """Its cases are told in it all the same."""
    async with guarded(sim, tmp_path, protected_repositories=frozenset({"payments"})) as house:
        await grant(house)
        assert state(await house.case(), "revert") is StepState.BLOCKED
        assert {call.split()[0] for call in house.writes()} == {"POST"}
    assert sim.collaborator("payments", "eve") == "admin"
    assert "protected repositories" in issues(sim)[0]["body"]


async def test_a_protected_repository_is_spared_under_its_new_name(
    sim: Simulator, tmp_path: Path
) -> None:
    """Renamed between the event and the answer, it is known by what it is called now."""
    async with guarded(
        sim, tmp_path, protected_repositories=frozenset({"vault"}), paused=True
    ) as house:
        await grant(house)
        await sim.by("olivia").rename("payments", "vault")
        await house.quiet()
    async with guarded(sim, tmp_path, protected_repositories=frozenset({"vault"})) as house:
        await house.say("olivia", "/approve")
        assert state(await house.case(), "revert") is StepState.BLOCKED
    assert sim.collaborator("vault", "eve") == "admin"


async def test_an_emergency_act_is_told_and_asked_about(sim: Simulator, tmp_path: Path) -> None:
    """Whoever may act in an emergency is not put back before a person says so."""
    async with guarded(sim, tmp_path, break_glass=frozenset({"alice"})) as house:
        await grant(house)
        assert sim.collaborator("payments", "eve") == "admin"
        assert "emergency" in issues(sim)[0]["body"]
        await house.say("olivia", "/approve")
    assert sim.collaborator("payments", "eve") == "push"


async def test_what_is_new_here_asks_and_a_restart_does_not_begin_it_anew(
    official: OfficialApi, tmp_path: Path
) -> None:
    """From when the set of playbooks was first in use; another set begins anew."""
    books = shutil.copytree(ROOT / "playbooks", tmp_path / "playbooks")
    quiet: dict[str, Any] = {"quiet_period": timedelta(hours=1), "playbooks": str(books)}
    later = timedelta(0)

    def clock() -> datetime:
        return utcnow() + later

    async with github(official, clock=clock) as sim:
        async with guarded(sim, tmp_path, clock=clock, **quiet) as house:
            await grant(house)
            assert "is new here" in told(await house.case())
            assert "new here" in await read(house, "/readyz")
            await house.say("olivia", "/approve")
            assert sim.collaborator("payments", "eve") == "push"
        later = timedelta(hours=1)
        async with guarded(sim, tmp_path, clock=clock, **quiet) as house:
            await grant(house)
            assert sim.collaborator("payments", "eve") == "push"
        with (books / "collaborator-made-admin.yml").open("a", encoding="utf-8") as file:
            file.write("# changed\n")
        async with guarded(sim, tmp_path, clock=clock, **quiet) as house:
            await grant(house)
            assert sim.collaborator("payments", "eve") == "admin"


async def test_an_organisation_that_installs_it_later_is_asked_at_first(
    official: OfficialApi, tmp_path: Path
) -> None:
    """However long the playbooks have been in use elsewhere."""
    later = timedelta(0)

    def clock() -> datetime:
        return utcnow() + later

    quiet = timedelta(hours=1)
    async with github(official, clock=clock) as sim:
        async with guarded(sim, tmp_path, clock=clock, quiet_period=quiet):
            pass
        later = timedelta(hours=2)
        async with guarded(sim, tmp_path, clock=clock, quiet_period=quiet) as house:
            sim.install(by="olivia")
            await house.quiet()
            await grant(house)
            alert = next(each for each in await house.alerts() if each.repo is not None)
            file = await house.app.store.case_file(alert.case_id)
            assert file is not None
            assert "is new here" in told(file)
        assert sim.collaborator("payments", "eve") == "admin"


async def test_two_playbooks_do_not_fight_over_one_collaborator(
    sim: Simulator, tmp_path: Path
) -> None:
    """The gentler puts back; the other is not done, and its case names the winner."""
    books = shutil.copytree(ROOT / "playbooks", tmp_path / "playbooks")
    (books / "harder.yml").write_text(HARDER, encoding="utf-8")
    async with guarded(sim, tmp_path, playbooks=str(books)) as house:
        await grant(house)
        alerts = await house.alerted(2)
        files = [await house.app.store.case_file(alert.case_id) for alert in alerts]
        steps = {each.action: each for file in files if file for each in file.steps}
        assert steps["revert"].state is StepState.DONE
        loser = steps["set-collaborator-permission"]
        assert loser.state is StepState.BLOCKED
        assert loser.receipt is not None
        assert "Collaborator Made Administrator" in loser.receipt.summary
        puts = [call for call in house.writes() if "/collaborators/" in call]
    assert len(puts) == 1
    assert sim.collaborator("payments", "eve") == "push"


async def test_after_three_rounds_with_somebody_a_person_decides(house: House) -> None:
    """Who grants it a fourth time within a day is not answered by a fourth change."""
    for _ in range(3):
        await grant(house)
        assert house.sim.collaborator("payments", "eve") == "push"
    await grant(house)
    assert house.sim.collaborator("payments", "eve") == "admin"
    file = await house.case()
    assert state(file, "revert") is StepState.AWAITING
    assert "3 times within a day" in told(file)


async def test_a_bot_that_makes_a_thing_anew_each_time_is_seen_to(
    sim: Simulator, tmp_path: Path
) -> None:
    """A deploy key that comes back with a new number a fourth time is not deleted again."""
    books = write_playbooks(tmp_path, NO_KEYS)
    async with guarded(sim, tmp_path, playbooks=books) as house:
        for _ in range(4):
            await sim.by("alice").add_deploy_key("payments", "flux")
            await house.quiet()
        file = await house.case()
    assert state(file, "delete-deploy-key") is StepState.AWAITING
    assert "deploy key flux in acme/payments 3 times" in told(file, "delete-deploy-key")


async def test_beyond_a_share_of_the_members_it_asks(sim: Simulator, tmp_path: Path) -> None:
    """Five people may be changed in an hour in a small organisation; the sixth waits."""
    people = [f"user-{number}" for number in range(6)]
    for login in people:
        sim.add_user(login)
        sim.add_collaborator("payments", login, "push")
    async with guarded(sim, tmp_path) as house:
        for login in people:
            await grant(house, login)
        levels = [sim.collaborator("payments", login) for login in people]
        alert = (await house.alerts())[-1]
        last = await house.app.store.case_file(alert.case_id)
    assert levels == ["push"] * 5 + ["admin"]
    assert last is not None
    assert "6 people of 5 within an hour" in told(last)


async def test_what_happened_long_ago_is_asked_about(sim: Simulator, tmp_path: Path) -> None:
    """Such as when Tipstaff was away for longer than the settings allow."""
    async with guarded(sim, tmp_path, stale_after=timedelta(microseconds=1)) as house:
        await grant(house)
        assert "ago, and much may have been built on it" in told(await house.case())
    assert sim.collaborator("payments", "eve") == "admin"
