"""What `revert` puts back of members, invitations, roles, blocks and the base permission."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.core.event import Event
from bot.respond.step import StepState
from tests.actions.bench import Bench, playbook, receipt_of
from tests.actions.scenes import people, roles

REVERT = playbook("revert")


@dataclass(frozen=True, kw_only=True)
class Case:
    """An event, and the state in question before it is put back, afterwards, and undone."""

    name: str
    prepare: Callable[[Bench], Awaitable[Event]]
    look: Callable[[Bench], Any]
    after: Any
    undone: Any
    summary: str


async def joined(bench: Bench) -> Event:
    """Let Eve join as an ordinary member."""
    await bench.sim.by("mallory").add_member("eve")
    return bench.event("org.add_member")


async def removed(bench: Bench) -> Event:
    """Let Eve, a member, be removed."""
    bench.sim.add_member("eve")
    await bench.sim.by("mallory").remove_member("eve")
    return bench.event("org.remove_member")


async def left_team(bench: Bench) -> Event:
    """Let Eve be taken out of a team."""
    bench.sim.add_team("security", ["eve"])
    await bench.sim.by("mallory").remove_from_team("security", "eve")
    return bench.event("team.remove_member")


async def left_repository(bench: Bench) -> Event:
    """Let Eve, a member, be removed from a repository; the audit log tells her role."""
    bench.sim.add_member("eve")
    return bench.made(
        "repo.remove_member", repo="acme/widgets", user="eve", old_repo_permission="write"
    )


async def blocked(bench: Bench) -> Event:
    """Let somebody be blocked."""
    await bench.sim.by("mallory").block("eve")
    return bench.made("org.block_user", user="eve", blocked_user="eve")


async def unblocked(bench: Bench) -> Event:
    """Let somebody be let in again."""
    bench.sim.add_user("eve")
    return bench.made("org.unblock_user", user="eve", blocked_user="eve")


CASES = (
    Case(
        name="org.add_member",
        prepare=joined,
        look=people.place,
        after=None,
        undone="invited",
        summary="Removed eve from acme (was member).",
    ),
    Case(
        name="org.remove_member",
        prepare=removed,
        look=people.place,
        after="invited",
        undone=None,
        summary="Invited eve to acme again.",
    ),
    Case(
        name="org.invite_member",
        prepare=people.invited,
        look=people.place,
        after=None,
        undone="invited",
        summary="Took back the invitation of eve to acme.",
    ),
    Case(
        name="repository_invitation.create",
        prepare=people.invited_to_repository,
        look=lambda bench: bench.sim.invited("widgets"),
        after={},
        undone={"eve": "admin"},
        summary="Took back the invitation of eve to acme/widgets.",
    ),
    Case(
        name="team.remove_member",
        prepare=left_team,
        look=lambda bench: bench.sim.team_members("security"),
        after=["eve"],
        undone=[],
        summary=(
            "Put eve into the team acme/security again, as member. Whether they looked after the "
            "team before, GitHub does not say; that is set by hand."
        ),
    ),
    Case(
        name="repo.remove_member",
        prepare=left_repository,
        look=lambda bench: bench.sim.collaborator("widgets", "eve"),
        after="push",
        undone=None,
        summary="Set the role of eve on acme/widgets to write.",
    ),
    Case(
        name="organization_role.assign",
        prepare=roles.role_given,
        look=roles.role_holders,
        after=[],
        undone=["eve"],
        summary="Took the organisation role security_manager from eve.",
    ),
    Case(
        name="organization_role.assign to a team",
        prepare=roles.role_given_to_team,
        look=lambda bench: len(roles.role_holders(bench)),
        after=0,
        undone=1,
        summary="from the team guards.",
    ),
    Case(
        name="org.update_default_repository_permission",
        prepare=roles.base_raised,
        look=lambda bench: bench.sim.base_permission(),
        after="read",
        undone="write",
        summary="Set the base permission of acme to read (was write).",
    ),
    Case(
        name="org.block_user",
        prepare=blocked,
        look=lambda bench: bench.sim.blocked(),
        after=[],
        undone=["eve"],
        summary="Unblocked eve in acme.",
    ),
    Case(
        name="org.unblock_user",
        prepare=unblocked,
        look=lambda bench: bench.sim.blocked(),
        after=["eve"],
        undone=[],
        summary="Blocked eve in acme.",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_it_is_put_back_once_and_can_be_undone(bench: Bench, case: Case) -> None:
    """As it was before the event; a second time there is nothing to do; undone it is as found."""
    event = await case.prepare(bench)
    file = await bench.play(event, REVERT)
    receipt = receipt_of(file)
    assert receipt.state is StepState.DONE
    assert case.summary in receipt.summary
    assert case.look(bench) == case.after
    assert receipt_of(await bench.play(event, REVERT)).state is StepState.UNCHANGED
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
    assert case.look(bench) == case.undone
    assert len(bench.writes()) == 2


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
    event = await joined(bench)
    await bench.sim.by("olivia").make_owner("eve")
    file = await bench.play(event, REVERT)
    assert receipt_of(file).state is StepState.UNCHANGED
    assert bench.writes() == []


async def test_a_removed_member_who_came_back_is_left_alone(bench: Bench) -> None:
    """Somebody was quicker."""
    event = await removed(bench)
    await bench.sim.by("olivia").add_member("eve")
    file = await bench.play(event, REVERT)
    assert receipt_of(file).state is StepState.UNCHANGED
    assert "is now member" in receipt_of(file).summary


async def test_a_removed_members_new_invitation_gives_no_more_than_before(bench: Bench) -> None:
    """As an ordinary member, also once it is accepted."""
    event = await removed(bench)
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
