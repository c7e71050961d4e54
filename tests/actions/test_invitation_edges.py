"""Where invitations are taken back or made again, and what is told of them."""

from collections.abc import Awaitable, Callable

import pytest

from bot.core.errors import Forbidden
from bot.core.event import Event
from bot.respond.step import StepState
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import acted, done
from tests.actions.opening import open_bench
from tests.actions.scenes.people import acts, invited, invited_to_repository, member, outsider


async def test_who_is_only_invited_is_not_let_in(bench: Bench) -> None:
    """An undo makes the invitation again, and sees it."""
    file = await acted(bench, await invited(bench), "remove-member")
    receipt = receipt_of(file)
    assert receipt.summary == "Took back the invitation of eve to acme."
    assert bench.sim.invited() == {}
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.summary == "Invited eve to acme again."
    assert bench.sim.invited() == {"eve": "member"}


@pytest.mark.parametrize("kind", ["organisation", "repository"])
async def test_an_invitation_accepted_meanwhile_is_not_claimed(bench: Bench, kind: str) -> None:
    """The person is in, and the receipt says so."""
    if kind == "organisation":
        event = await invited(bench)
        await bench.sim.by("eve").accept_invitation()
    else:
        event = await invited_to_repository(bench)
        await bench.sim.by("eve").accept_collaboration("widgets")
    receipt = await done(bench, event, "cancel-invitation")
    assert receipt.state is StepState.UNCHANGED
    assert "is now accepted" in receipt.summary
    assert bench.writes() == []


async def test_an_invitation_is_made_again_with_its_teams(bench: Bench) -> None:
    """What the invitation would have given is recorded with it."""
    team = bench.sim.add_team("devs")
    bench.sim.add_user("eve")
    await bench.sim.by("mallory").invite("eve", "admin")
    (invitation,) = bench.sim.world.org.invitations.values()
    invitation.teams = (team.id,)
    file = await acted(bench, bench.event("org.invite_member"), "cancel-invitation")
    receipt = receipt_of(file)
    assert receipt.state is StepState.DONE
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
    (again,) = bench.sim.world.org.invitations.values()
    assert (again.role, again.teams) == ("admin", (team.id,))
    assert again is not invitation


async def test_an_invitation_by_mail_is_taken_back_and_made_again(bench: Bench) -> None:
    """Nobody's account is known; the address is."""
    await bench.sim.by("mallory").invite_address("eve@example.com", "admin")
    file = await acted(bench, bench.event("org.invite_member"), "cancel-invitation")
    receipt = receipt_of(file)
    assert receipt.summary == "Took back the invitation of eve@example.com to acme."
    assert bench.sim.invited() == {}
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.summary == "Invited eve@example.com to acme again."
    assert bench.sim.invited() == {"eve@example.com": "admin"}


async def test_a_named_persons_invitation_is_found_whatever_the_event(bench: Bench) -> None:
    """The playbook may say whom it means."""
    await bench.sim.by("mallory").invite("eve")
    receipt = await done(bench, acts(bench), "cancel-invitation", user="eve")
    assert receipt.state is StepState.DONE
    assert bench.sim.invited() == {}


async def test_an_event_without_an_invitee_is_a_persons_matter(bench: Bench) -> None:
    """Nobody is guessed."""
    event = bench.made("git.clone", actor="mallory")
    receipt = await done(bench, event, "cancel-invitation")
    assert receipt.state is StepState.BLOCKED
    assert "does not say whom it invited" in receipt.summary


async def test_a_step_asks_for_no_more_than_it_needs() -> None:
    """An invitation to the organisation is taken back without any right on repositories."""
    async with open_bench({"members": "write", "metadata": "read"}) as bench:
        receipt = await done(bench, await invited(bench), "cancel-invitation")
        assert receipt.state is StepState.DONE
        with pytest.raises(Forbidden, match="administration"):
            await done(bench, await invited_to_repository(bench), "cancel-invitation")


@pytest.mark.parametrize(
    ("action", "prepare", "promised"),
    [
        ("remove-member", member, ["org-invitation-read:acme/eve=read"]),
        ("remove-member", invited, ["org-invitation-read:acme/eve=read"]),
        ("cancel-invitation", invited, ["org-invitation-read:acme/eve=read"]),
        ("cancel-invitation", invited_to_repository, ["repo-invitation:acme/widgets/eve=admin"]),
        ("remove-outside-collaborator", outsider, ["repo-invitation:acme/widgets/eve=write"]),
    ],
    ids=lambda value: getattr(value, "__name__", None) or str(value),
)
async def test_an_invitation_by_an_undo_is_a_promise(
    bench: Bench, action: str, prepare: Callable[[Bench], Awaitable[Event]], promised: list[str]
) -> None:
    """Whoever accepts it is told as the one who did it: that must not be taken for their act."""
    file = await acted(bench, await prepare(bench), action)
    undone = await bench.undo(file, file.steps[0].id)
    assert (undone.effect or "").splitlines() == promised
