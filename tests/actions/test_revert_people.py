"""What `revert` puts back of members, invitations, roles, blocks and the base permission."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.core.event import Event
from bot.respond.step import StepState
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import REVERT, done
from tests.actions.scenes import people, roles


@dataclass(frozen=True, kw_only=True)
class Case:
    """An event, and the state in question before it is put back, afterwards, and undone."""

    name: str
    prepare: Callable[[Bench], Awaitable[Event]]
    look: Callable[[Bench], Any]
    after: Any
    undone: Any
    summary: str


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
        prepare=people.joined,
        look=people.place,
        after=None,
        undone="invited",
        summary="Removed eve from acme (was member).",
    ),
    Case(
        name="org.remove_member",
        prepare=people.removed,
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
    assert (await done(bench, event)).state is StepState.UNCHANGED
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
    assert case.look(bench) == case.undone
    assert len(bench.writes()) == 2
