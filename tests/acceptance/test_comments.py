"""A comment that is not what it was, or not whose it was, when Tipstaff comes to it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.core.playbook import Mode
from bot.respond.alert import CaseState
from bot.respond.step import StepState
from bot.simulator import Simulator
from bot.simulator.faults import Fault
from tests.acceptance.stage import House, guarded, state, until, write_playbooks
from tests.acceptance.test_undo import PLAYBOOK


@pytest.fixture
async def put_back(sim: Simulator, tmp_path: Path) -> AsyncIterator[House]:
    """Guard with one playbook; it has put back that eve became administrator."""
    books = write_playbooks(tmp_path, PLAYBOOK)
    async with guarded(sim, tmp_path, playbooks=books) as house:
        await sim.by("alice").set_collaborator("payments", "eve", "admin")
        await house.quiet()
        assert sim.collaborator("payments", "eve") == "push"
        yield house


async def _late(house: House, login: str, text: str) -> tuple[int, int]:
    """Let a comment be written whose delivery is lost; return their numbers."""
    hook, house.sim.hook_url = house.sim.hook_url, "http://127.0.0.1:9/nowhere"
    comment = await house.sim.by(login).comment("payments", 1, text)
    await house.sim.settled()
    lost = house.sim.deliveries[-1].id
    house.sim.hook_url = hook
    return comment, lost


@pytest.mark.parametrize("how", ["edited", "deleted"])
async def test_what_was_edited_or_deleted_before_it_was_read_does_not_count(
    put_back: House, how: str
) -> None:
    """Whichever command it is; the reply says so."""
    house, olivia = put_back, put_back.sim.by("olivia")
    text = "/undo\n/close it is fine\n/exempt 30d agreed\n/pause"
    comment, lost = await _late(house, "olivia", text)
    if how == "edited":
        await olivia.edit_comment(comment, f"{text}\n\nor rather not")
    else:
        await olivia.delete_comment(comment)
    house.sim.redeliver(lost)
    await house.quiet()
    file = await house.case()
    assert house.sim.collaborator("payments", "eve") == "push"
    assert (file.case.state, state(file, "revert")) == (CaseState.OPEN, StepState.DONE)
    store = house.app.store
    assert await store.exemptions("acme", "alice", now=file.alerts[0].created_at) == []
    assert await store.pauses() == ()
    assert f"its comment was {how}" in (await house.comments())[-1]


async def test_an_undo_is_not_made_once_its_comment_is_gone(put_back: House) -> None:
    """It had to be tried again, and was taken back meanwhile: then somebody is asked."""
    house, sim = put_back, put_back.sim
    sim.faults.add(Fault(method="GET", path="/collaborators$", kind="status", times=3))
    comment = await sim.by("olivia").comment("payments", 1, "/undo")
    await until(lambda: len(sim.faults.pending()) == 1 and sim.faults.pending()[0].times < 3)
    await sim.by("olivia").delete_comment(comment)
    await house.quiet()
    assert sim.collaborator("payments", "eve") == "push"
    assert (
        "by olivia does not count any more, because its comment was deleted"
        in (await house.comments())[-1]
    )
    file = await house.say("omar", "/approve")
    assert sim.collaborator("payments", "eve") == "admin"
    assert state(file, "revert") is StepState.UNDONE


async def test_an_outage_is_no_verdict_about_a_comment(put_back: House) -> None:
    """It is read when GitHub answers again."""
    put_back.sim.faults.add(Fault(method="GET", path="/issues/comments/", kind="status", times=2))
    await put_back.say("olivia", "/undo")
    assert put_back.sim.collaborator("payments", "eve") == "admin"


async def test_whose_act_it_is_gets_no_say_by_another_login(sim: Simulator, tmp_path: Path) -> None:
    """GitHub tells nobody that a login changed, and gives the old one away."""
    async with guarded(sim, tmp_path, mode=Mode.ASK) as house:
        await sim.by("alice").add_deploy_key("payments", "ci")
        await house.quiet()
        await sim.by("alice").change_login("alice-two")
        for text in ("/approve", "/deny", "/close it is fine", "/exempt 30d it is fine"):
            file = await house.say("alice-two", text)
            assert state(file, "revert") is StepState.AWAITING, text
            assert "their own act" in (await house.comments())[-1]


async def test_a_member_of_the_team_that_profits_cannot_decide(
    sim: Simulator, tmp_path: Path
) -> None:
    """They are administrators by the very act that is in question."""
    text = PLAYBOOK.replace("repo.update_member", "team.update_repository_permission")
    books = write_playbooks(tmp_path, text.replace("enforce", "ask"))
    sim.add_team("devs", ["carol"])
    sim.set_team_repository("devs", "payments", "push")
    async with guarded(sim, tmp_path, playbooks=books) as house:
        await sim.by("olivia").set_team_repository("devs", "payments", "admin")
        await house.quiet()
        for text in ("/deny it is fine", "/approve", "/exempt 30d it is fine"):
            file = await house.say("carol", text)
            assert state(file, "revert") is StepState.AWAITING, text
            assert "a team they are in" in (await house.comments())[-1]
        file = await house.say("omar", "/approve")
        assert state(file, "revert") is StepState.DONE


async def test_two_words_at_once_undo_once(put_back: House) -> None:
    """The second is heard anew, and finds nothing to do."""
    sim = put_back.sim
    slow = Fault(method="GET", path="/orgs/acme/memberships/", kind="slow", seconds=0.4, times=2)
    sim.faults.add(slow)
    await asyncio.gather(
        sim.by("olivia").comment("payments", 1, "/undo"),
        sim.by("omar").comment("payments", 1, "/undo"),
    )
    await put_back.quiet()
    undos = [each for each in (await put_back.case()).steps if each.kind == "undo"]
    assert [each.state for each in undos] == [StepState.DONE]
    assert sim.collaborator("payments", "eve") == "admin"


async def test_who_takes_the_former_name_of_a_repository_decides_nothing(
    sim: Simulator, tmp_path: Path
) -> None:
    """Roles are read of the repository that the case is about, whatever it is called by now."""
    async with guarded(sim, tmp_path, mode=Mode.ASK) as house:
        await sim.by("alice").add_deploy_key("payments", "ci")
        await house.quiet()
        await sim.by("alice").rename("payments", "ledger")
        await sim.by("carol").create_repository("payments")
        await house.quiet()
        sim.add_collaborator("payments", "carol", "admin")  # as GitHub makes who creates it
        for text in ("/deny it is fine", "/approve", "/exempt 30d it is fine"):
            await sim.by("carol").comment("ledger", 1, text)
            await house.quiet()
            file = await house.app.store.case_file((await house.alerts())[0].case_id)
            assert file is not None
            assert state(file, "revert") is StepState.AWAITING, text
        await sim.by("omar").comment("ledger", 1, "/approve")
        await house.quiet()
        file = await house.app.store.case_file((await house.alerts())[0].case_id)
        assert file is not None
        assert state(file, "revert") is StepState.DONE


async def test_a_comment_is_heard_once_in_however_many_deliveries(put_back: House) -> None:
    """The id of a delivery is in no signature: a recorded body may come again under another."""
    house = put_back
    await house.say("olivia", "/undo\n/exempt 2h agreed")
    await house.say("omar", "/redo\n/unexempt")
    assert house.sim.collaborator("payments", "eve") == "push"
    before = await house.comments()
    heard = next(each for each in house.sim.deliveries if b"exempt 2h agreed" in each.body)
    headers = {**heard.headers, "X-GitHub-Delivery": "5d9e2b5e-0000-4000-8000-000000000001"}
    async with (
        aiohttp.ClientSession() as client,
        client.post(heard.url, data=heard.body, headers=headers) as answer,
    ):
        assert answer.status == 202
    await house.quiet()
    assert await house.comments() == before
    assert house.sim.collaborator("payments", "eve") == "push"
    now = (await house.alerts())[0].created_at
    assert await house.app.store.exemptions("acme", "alice", now=now) == []
