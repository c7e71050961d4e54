"""Where actions on people stop, or leave something to a person, and say why."""

from typing import Any

import pytest

from bot.actions.people import outside
from bot.core.errors import Unavailable
from bot.respond.step import StepState
from bot.simulator import Call
from bot.simulator.changes import membership
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import acted, done
from tests.actions.scenes.people import acts, member, outsider


@pytest.mark.parametrize("action", ["remove-member", "convert-to-outside-collaborator"])
async def test_the_last_owner_stays(bench: Bench, action: str) -> None:
    """An organisation without an owner would be lost: nothing is even tried."""
    receipt = await done(bench, acts(bench, "olivia"), action)
    assert receipt.state is StepState.BLOCKED
    assert "only owner" in receipt.summary
    assert bench.writes() == []


async def test_an_owner_who_is_removed_can_come_back_as_one(bench: Bench) -> None:
    """The roster knows whose act it was, and an undo offers what was before."""
    bench.sim.add_owner("carol")
    file = await acted(bench, acts(bench, "carol"), "remove-member")
    receipt = receipt_of(file)
    assert receipt.summary == "Removed carol from acme (was owner)."
    assert receipt.effect == "org-role:acme/carol=member"
    undone = await bench.undo(file, file.steps[0].id)
    assert "takes effect when it is accepted" in undone.summary
    await bench.sim.by("carol").accept_invitation()
    assert bench.sim.org_role("carol") == "admin"


async def test_who_was_never_a_member_is_left_alone(bench: Bench) -> None:
    """Removing nobody is nothing to do."""
    receipt = await done(bench, acts(bench, "stranger"), "remove-member")
    assert receipt.state is StepState.UNCHANGED
    assert bench.writes() == []


async def test_who_belongs_by_an_enterprise_team_only_is_left_to_the_enterprise(
    bench: Bench,
) -> None:
    """GitHub would say 204 and change nothing."""
    bench.sim.add_by_enterprise_team("eve", "everybody", direct=False)
    receipt = await done(bench, acts(bench, "eve"), "remove-member")
    assert receipt.state is StepState.BLOCKED
    assert "only by the enterprise team everybody" in receipt.summary
    assert bench.writes() == []


async def test_who_still_belongs_by_an_enterprise_team_is_told(bench: Bench) -> None:
    """Done is what could be done, with the rest in words."""
    bench.sim.add_by_enterprise_team("eve", "everybody")
    receipt = await done(bench, acts(bench, "eve"), "remove-member")
    assert receipt.state is StepState.DONE
    assert "eve still belongs to it by the enterprise team everybody" in receipt.summary
    assert len(bench.writes()) == 1


async def test_a_conversion_in_the_background_is_told_as_such(bench: Bench) -> None:
    """GitHub answers 202 and does it later: no second call, and no claim that it is done."""
    event = await member(bench)
    bench.sim.defer_conversions()
    receipt = await done(bench, event, "convert-to-outside-collaborator")
    assert receipt.state is StepState.DONE
    assert "in the background (202); it was not done yet" in receipt.summary
    assert bench.sim.org_role("eve") == "member"
    bench.sim.finish_conversions()
    assert bench.sim.org_role("eve") is None


async def test_a_converted_member_keeps_what_the_teams_reach(bench: Bench) -> None:
    """That is what sets it apart from a removal."""
    event = await member(bench)
    bench.sim.add_team("devs", ["eve"])
    bench.sim.set_team_repository("devs", "widgets", "push")
    await done(bench, event, "convert-to-outside-collaborator")
    assert bench.sim.collaborator("widgets", "eve") == "push"


async def test_a_member_is_no_outside_collaborator(bench: Bench) -> None:
    """The receipt names the action that is for members."""
    receipt = await done(bench, await member(bench), "remove-outside-collaborator")
    assert receipt.state is StepState.BLOCKED
    assert "`remove-member`" in receipt.summary


async def test_every_repository_is_given_back_to_who_was_outside(bench: Bench) -> None:
    """Each with its own role, as an invitation."""
    event = await outsider(bench)
    bench.sim.add_collaborator("security", "eve", "triage")
    file = await acted(bench, event, "remove-outside-collaborator")
    receipt = receipt_of(file)
    assert receipt.before["details"] == {
        "repositories": {"acme/widgets": "write", "acme/security": "triage"}
    }
    undone = await bench.undo(file, file.steps[0].id)
    assert "GitHub sent 2 invitations" in undone.summary
    assert bench.sim.invited("widgets") == {"eve": "push"}
    assert bench.sim.invited("security") == {"eve": "triage"}


async def test_a_repository_that_is_gone_does_not_stop_the_others(bench: Bench) -> None:
    """An undo gives back what still can be, and names the rest."""
    event = await outsider(bench)
    bench.sim.add_repository("old")
    bench.sim.add_collaborator("old", "eve", "pull")
    file = await acted(bench, event, "remove-outside-collaborator")
    del bench.sim.world.repositories["acme/old"]
    undone = await bench.undo(file, file.steps[0].id)
    assert "GitHub sent 1 invitations" in undone.summary
    assert "Gone meanwhile: acme/old." in undone.summary


async def test_in_too_many_repositories_no_undo_is_promised(bench: Bench) -> None:
    """The removal is not put off; that a person has to bring them back is said."""
    event = await outsider(bench)
    for number in range(outside.MOST_REPOSITORIES):
        bench.sim.add_repository(f"r{number}")
    file = await acted(bench, event, "remove-outside-collaborator")
    receipt = receipt_of(file)
    assert receipt.state is StepState.DONE
    assert not receipt.undoable
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.state is StepState.BLOCKED
    assert bench.sim.invited("widgets") == {}


async def test_what_somebody_else_took_away_at_the_same_moment_is_not_claimed(
    bench: Bench,
) -> None:
    """GitHub says 404 between the look and the write: the next look finds nothing to do."""
    event = await member(bench)

    def quicker(call: Call, _: Any) -> None:
        if call.path == "/orgs/acme/members" and bench.sim.org_role("eve"):
            world = bench.sim.world
            membership.remove(world, world.user("olivia"), world.user("eve"))

    bench.sim.observers.append(quicker)
    with pytest.raises(Unavailable, match="at the same moment") as told:
        await done(bench, event, "remove-member")
    assert not told.value.sent
    receipt = await done(bench, event, "remove-member")
    assert receipt.state is StepState.UNCHANGED


async def test_a_member_cannot_be_blocked(bench: Bench) -> None:
    """GitHub refuses it, and the step fails with its reason."""
    with pytest.raises(Exception, match="member of the organization can't be blocked"):
        await done(bench, await member(bench), "block-user")
    assert bench.sim.blocked() == []


async def test_a_person_is_found_under_another_login(bench: Bench) -> None:
    """Whoever takes the old login meanwhile is somebody else."""
    event = await member(bench)
    await bench.sim.by("eve").change_login("evelyn")
    bench.sim.add_member("eve")
    receipt = await done(bench, event, "remove-member")
    assert receipt.summary == "Removed evelyn from acme (was member)."
    assert bench.sim.org_role("eve") == "member"


@pytest.mark.parametrize("user", ["tipstaff[bot]", "not a login", "-x"])
async def test_what_is_no_persons_login_is_not_acted_on(bench: Bench, user: str) -> None:
    """A template may come to anything."""
    receipt = await done(bench, acts(bench), "remove-member", user=user)
    assert receipt.state is StepState.BLOCKED
    assert bench.writes() == []
