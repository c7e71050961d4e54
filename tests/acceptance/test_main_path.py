"""A delivery comes in, a playbook judges it, GitHub is put right, and the person is told."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.core.playbook import Mode
from bot.respond.alert import CaseState
from bot.respond.step import StepState
from bot.simulator import Simulator
from tests.acceptance.stage import BOT, House, guarded, issues, state, step

ROSTER = timedelta(milliseconds=200)


async def test_an_enforcing_playbook_puts_back_and_tells(house: House) -> None:
    """A collaborator raised to admin has the former level again, and one issue tells of it."""
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    assert house.sim.collaborator("payments", "eve") == "push"
    (issue,) = issues(house.sim)
    assert issue["title"] == "alice made eve administrator of acme/payments"
    assert {label["name"] for label in issue["labels"]} == {"tipstaff", "high", "security"}
    assert "@alice, this concerns you" in issue["body"]
    assert "✅ done" in issue["body"]


async def test_a_collaborator_added_as_admin_is_removed(house: House) -> None:
    """Who had no level before has none afterwards."""
    await house.sim.by("alice").add_collaborator("payments", "mallory", "admin")
    await house.quiet()
    assert house.sim.collaborator("payments", "mallory") is None
    assert len(issues(house.sim)) == 1


async def test_its_own_acts_are_not_judged(house: House) -> None:
    """Putting back sends a webhook too; it leads to nothing more."""
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    acts = [d for d in house.sim.deliveries if d.request["payload"]["sender"]["login"] == BOT]
    assert "member" in {delivery.event for delivery in acts}
    assert len(await house.alerts()) == 1


async def test_another_bot_is_not_trusted(house: House) -> None:
    """What some other App's bot does is judged like a person's act."""
    house.sim.add_user("helpful[bot]").kind = "Bot"
    await house.sim.by("helpful[bot]").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    assert house.sim.collaborator("payments", "eve") == "push"


async def test_the_same_delivery_twice_is_handled_once(house: House) -> None:
    """A redelivery has the GUID of the first, and changes nothing."""
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    first = next(each for each in house.sim.deliveries if each.event == "member")
    before = house.writes()
    house.sim.redeliver(first.id)
    await house.quiet()
    again = house.sim.deliveries[-1]
    assert (again.guid, again.status_code) == (first.guid, 202)
    assert again.response_body is not None
    assert '"known"' in again.response_body
    assert len(await house.alerts()) == 1
    assert house.writes() == before


async def test_a_second_alert_of_a_case_joins_its_issue(house: House) -> None:
    """The same grant made again is put back again, and told in the same issue."""
    for _ in range(2):
        await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
        await house.quiet()
    assert house.sim.collaborator("payments", "eve") == "push"
    assert len(issues(house.sim)) == 1
    assert len((await house.case()).alerts) == 2
    assert "It happened again." in (await house.comments())[0]


async def test_an_asking_playbook_waits_for_a_second_person(house: House) -> None:
    """A repository stays public until somebody else than who did it approves."""
    await house.sim.by("omar").publicize("payments")
    await house.quiet()
    assert state(await house.case(), "revert") is StepState.AWAITING
    assert house.sim.visibility("payments") == "public"
    file = await house.say("omar", "/approve")
    assert state(file, "revert") is StepState.AWAITING
    assert "it is their own act" in (await house.comments())[-1]
    file = await house.say("olivia", "/approve")
    assert state(file, "revert") is StepState.DONE
    assert step(file, "revert").approved_by == "olivia"
    assert house.sim.visibility("payments") == "private"


async def test_a_member_may_not_approve(house: House) -> None:
    """Approval is for owners and for administrators of the repository."""
    await house.sim.by("omar").publicize("payments")
    await house.quiet()
    file = await house.say("bob", "/approve")
    assert state(file, "revert") is StepState.AWAITING
    assert "only an owner" in (await house.comments())[-1]


async def test_a_denied_step_is_not_done(house: House) -> None:
    """After /deny nothing waits any more, and nothing was changed."""
    await house.sim.by("omar").publicize("payments")
    await house.quiet()
    file = await house.say("olivia", "/deny it is open source now")
    assert state(file, "revert") is StepState.DENIED
    assert house.sim.visibility("payments") == "public"
    assert "Denied" in (await house.comments())[-1]


async def test_an_edited_comment_changes_nothing(house: House) -> None:
    """Approval must stand in the comment as it was written."""
    await house.sim.by("omar").publicize("payments")
    await house.quiet()
    issue = (await house.case()).case.issue
    assert issue is not None
    number = await house.sim.by("olivia").comment("security", issue.number, "What is this?")
    await house.sim.by("olivia").edit_comment(number, "/approve")
    await house.quiet()
    assert state(await house.case(), "revert") is StepState.AWAITING
    assert await house.comments() == []


async def test_an_undo_brings_back_what_was_put_back(house: House) -> None:
    """The grant that turns out to be right is made again, and not put back again."""
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    file = await house.say("olivia", "/undo")
    assert house.sim.collaborator("payments", "eve") == "admin"
    assert state(file, "revert") is StepState.UNDONE
    assert len(await house.alerts()) == 1
    before = house.writes()
    await house.say("olivia", "/undo")
    assert "nothing was done that can be undone" in (await house.comments())[-1]
    assert len(house.writes()) == len(before) + 1


async def test_a_case_is_closed_with_a_reason(house: House) -> None:
    """/close asks for a reason, then closes case and issue; the same again opens both again."""
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    file = await house.say("olivia", "/close")
    assert file.case.state is CaseState.OPEN
    assert "with a reason" in (await house.comments())[-1]
    file = await house.say("olivia", "/close it was agreed on")
    assert file.case.state is CaseState.CLOSED
    assert [issue["state"] for issue in issues(house.sim)] == ["closed"]
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    assert [issue["state"] for issue in issues(house.sim)] == ["open"]
    assert (await house.case()).case.state is CaseState.OPEN


async def test_help_and_unknown_commands_are_answered(house: House) -> None:
    """Whoever asks is told the commands, and whoever misspells one is told the nearest."""
    await house.sim.by("alice").set_collaborator("payments", "eve", "admin")
    await house.quiet()
    await house.say("olivia", "/help")
    assert "| `/approve` |" in (await house.comments())[-1]
    await house.say("olivia", "/aprove")
    assert "Did you mean `/approve`?" in (await house.comments())[-1]
    said = len(await house.comments())
    await house.say("olivia", "Thank you, I will look at it.")
    assert len(await house.comments()) == said


async def test_observing_changes_nothing_at_all(sim: Simulator, tmp_path: Path) -> None:
    """In observe mode GitHub is only read from, and what would have been done is recorded."""
    async with guarded(sim, tmp_path, mode=Mode.OBSERVE) as house:
        await sim.by("alice").set_collaborator("payments", "eve", "admin")
        await house.quiet()
        assert house.writes() == []
        assert {each.state for each in (await house.case()).steps} == {StepState.OBSERVED}
    assert sim.collaborator("payments", "eve") == "admin"


async def test_the_settings_ceiling_lowers_a_playbooks_mode(sim: Simulator, tmp_path: Path) -> None:
    """Under a ceiling of ask, a playbook that would enforce asks."""
    async with guarded(sim, tmp_path, mode=Mode.ASK) as house:
        await sim.by("alice").set_collaborator("payments", "eve", "admin")
        await house.quiet()
        assert state(await house.case(), "revert") is StepState.AWAITING
        assert sim.collaborator("payments", "eve") == "admin"
        await house.say("olivia", "/approve")
        assert sim.collaborator("payments", "eve") == "push"


async def test_a_protected_login_is_never_touched(sim: Simulator, tmp_path: Path) -> None:
    """Whom the settings protect keeps what they have; the case says why."""
    async with guarded(sim, tmp_path, protected=frozenset({"eve"})) as house:
        await sim.by("alice").set_collaborator("payments", "eve", "admin")
        await house.quiet()
        assert state(await house.case(), "revert") is StepState.BLOCKED
    assert sim.collaborator("payments", "eve") == "admin"
    assert "protected logins" in issues(sim)[0]["body"]


async def test_beyond_the_cap_a_playbook_asks(sim: Simulator, tmp_path: Path) -> None:
    """A playbook that made its changes of the hour waits for a person's word."""
    async with guarded(sim, tmp_path, cap_per_hour=1) as house:
        for login in ("eve", "bob"):
            await sim.by("alice").set_collaborator("payments", login, "admin")
            await house.quiet()
        levels = [sim.collaborator("payments", login) for login in ("eve", "bob")]
    assert levels == ["push", "admin"]
    assert "from here on it asks" in issues(sim)[-1]["body"]


async def test_the_roster_finds_a_new_owner(sim: Simulator, tmp_path: Path) -> None:
    """A member made owner, of which no webhook tells, is a member again."""
    async with guarded(sim, tmp_path, roster_interval=ROSTER) as house:
        await sim.by("omar").make_owner("bob")
        await house.until_role("bob", "member")
        await asyncio.sleep(3 * ROSTER.total_seconds())
        await house.quiet()
        assert len(await house.alerts()) == 1
        assert state(await house.case(), "revert") is StepState.DONE
    assert [sim.org_role(owner) for owner in ("olivia", "omar")] == ["admin", "admin"]
    assert issues(sim, "security")[0]["title"] == "bob was made an owner of acme"


async def test_the_roster_does_not_fight_an_undo(sim: Simulator, tmp_path: Path) -> None:
    """An owner brought back by /undo stays one, however often the roster looks."""
    async with guarded(sim, tmp_path, roster_interval=ROSTER) as house:
        await sim.by("omar").make_owner("bob")
        await house.until_role("bob", "member")
        await house.say("olivia", "/undo")
        assert sim.org_role("bob") == "admin"
        await asyncio.sleep(5 * ROSTER.total_seconds())
        await house.quiet()
        assert sim.org_role("bob") == "admin"
        assert len(await house.alerts()) == 1


async def test_a_token_request_that_asks_too_much_is_flagged_and_denied(house: House) -> None:
    """The request is gone, and a case says what it asked for."""
    await house.sim.by("carol").request_token(
        "nightly", {"organization": {"members": "write"}, "repository": {"contents": "write"}}
    )
    await house.quiet()
    assert house.sim.token_requests() == []
    (issue,) = issues(house.sim, "security")
    assert "nightly" in issue["body"]
    assert "members" in issue["body"]
