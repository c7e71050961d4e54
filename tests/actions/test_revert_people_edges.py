"""What `revert` leaves of people, to a person or as it is, and why."""

from collections.abc import Awaitable, Callable

import pytest

from bot.core.event import Event
from bot.respond.step import StepState
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import REVERT
from tests.actions.scenes import people, roles


async def removed_owner(bench: Bench) -> Event:
    """Let an owner be removed."""
    bench.sim.add_owner("carol")
    await bench.sim.by("mallory").remove_member("carol")
    return bench.event("org.remove_member")


async def left_alone(bench: Bench) -> Event:
    """Let a member leave."""
    bench.sim.add_member("eve")
    await bench.sim.by("eve").remove_member("eve")
    return bench.event("org.remove_member")


async def left_everything(bench: Bench) -> Event:
    """Let a member of a team leave the organisation, and with it the team."""
    bench.sim.add_team("security", ["eve"])
    await bench.sim.by("mallory").remove_member("eve")
    return bench.event("team.remove_member")


async def removed_from_repository(bench: Bench) -> Event:
    """Let a collaborator be removed; the webhook tells no role."""
    bench.sim.add_collaborator("widgets", "eve", "push")
    await bench.sim.by("mallory").remove_collaborator("widgets", "eve")
    return bench.event("repo.remove_member")


async def base_lowered(bench: Bench) -> Event:
    """Let the base permission be lowered."""
    bench.sim.world.org.base_permission = "none"
    return bench.made(
        "org.update_default_repository_permission", permission="none", old_permission="write"
    )


async def role_revoked(bench: Bench) -> Event:
    """Let an organisation role be taken away."""
    return bench.made("organization_role.revoke", user="eve", organization_role_name="x")


@pytest.mark.parametrize(
    ("prepare", "told"),
    [
        (removed_owner, "makes nobody more than an ordinary member by itself"),
        (left_alone, "left acme of their own accord"),
        (left_everything, "an owner can invite them again"),
        (removed_from_repository, "in its settings under Collaborators and teams"),
        (base_lowered, "in the organisation's settings under Member privileges"),
        (role_revoked, "in the organisation's settings under Organization roles"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_what_tipstaff_does_not_give_is_told_to_a_person(
    bench: Bench, prepare: Callable[[Bench], Awaitable[Event]], told: str
) -> None:
    """Nobody gets more than they have by itself: the case says what a person can do, and where."""
    file = await bench.play(await prepare(bench), REVERT)
    assert receipt_of(file).state is StepState.BLOCKED
    assert told in receipt_of(file).summary
    assert bench.writes() == []


async def test_a_member_who_was_made_an_owner_since_is_left_alone(bench: Bench) -> None:
    """That is another event, with an answer of its own."""
    event = await people.joined(bench)
    await bench.sim.by("olivia").make_owner("eve")
    file = await bench.play(event, REVERT)
    assert receipt_of(file).state is StepState.UNCHANGED
    assert bench.writes() == []


async def test_a_removed_member_who_came_back_is_left_alone(bench: Bench) -> None:
    """Somebody was quicker."""
    event = await people.removed(bench)
    await bench.sim.by("olivia").add_member("eve")
    file = await bench.play(event, REVERT)
    assert receipt_of(file).state is StepState.UNCHANGED
    assert "is now member" in receipt_of(file).summary


async def test_a_removed_members_new_invitation_gives_no_more_than_before(bench: Bench) -> None:
    """As an ordinary member, also once it is accepted."""
    event = await people.removed(bench)
    await bench.play(event, REVERT)
    await bench.sim.by("eve").accept_invitation()
    assert bench.sim.org_role("eve") == "member"


async def test_a_base_permission_set_since_is_left_alone(bench: Bench) -> None:
    """Who set another one meanwhile knew why."""
    event = await roles.base_raised(bench)
    await bench.sim.by("olivia").set_base_permission("none")
    file = await bench.play(event, REVERT)
    assert receipt_of(file).state is StepState.UNCHANGED
    assert bench.sim.base_permission() == "none"


async def test_a_reverted_base_permission_is_known_as_our_own_act(bench: Bench) -> None:
    """So that the survey of settings does not tell it as somebody's."""
    file = await bench.play(await roles.base_raised(bench), REVERT)
    assert receipt_of(file).effect == "org-setting:acme/default_repository_permission=read"


async def test_an_undo_brings_nobody_back_into_the_organisation(bench: Bench) -> None:
    """GitHub would invite whom a team takes in: who left meanwhile stays out."""
    bench.sim.add_team("security")
    bench.sim.add_member("eve")
    await bench.sim.by("mallory").add_to_team("security", "eve")
    file = await bench.play(bench.event("team.add_member"), REVERT)
    await bench.sim.by("olivia").remove_member("eve")
    writes = bench.writes()
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.state is StepState.BLOCKED
    assert "an owner can invite them again" in undone.summary
    assert bench.writes() == writes
    assert bench.sim.invited() == {}
