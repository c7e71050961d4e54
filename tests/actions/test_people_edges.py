"""Where actions on people stop, or leave something to a person, and say why."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.actions.people import outside
from bot.core.errors import Forbidden, Unavailable
from bot.core.event import Event
from bot.respond.alert import CaseFile
from bot.respond.step import Receipt, StepState
from bot.simulator import Call
from bot.simulator.changes import membership
from tests.actions.bench import Bench, playbook, receipt_of
from tests.actions.opening import open_bench
from tests.actions.scenes.people import acts, invited, invited_to_repository, member, outsider
from tests.actions.scenes.roles import raised


async def act(bench: Bench, action: str, event: Any, **params: Any) -> tuple[CaseFile, Receipt]:
    """Take one step about an event."""
    file = await bench.play(event, playbook((action, params)))
    return file, receipt_of(file)


@pytest.mark.parametrize("action", ["remove-member", "convert-to-outside-collaborator"])
async def test_the_last_owner_stays(bench: Bench, action: str) -> None:
    """An organisation without an owner would be lost: nothing is even tried."""
    _, receipt = await act(bench, action, acts(bench, "olivia"))
    assert receipt.state is StepState.BLOCKED
    assert "only owner" in receipt.summary
    assert bench.writes() == []


async def test_an_owner_who_is_removed_can_come_back_as_one(bench: Bench) -> None:
    """The roster knows whose act it was, and an undo offers what was before."""
    bench.sim.add_owner("carol")
    file, receipt = await act(bench, "remove-member", acts(bench, "carol"))
    assert receipt.summary == "Removed carol from acme (was owner)."
    assert receipt.effect == "org-role:acme/carol=member"
    undone = await bench.undo(file, file.steps[0].id)
    assert "takes effect when it is accepted" in undone.summary
    await bench.sim.by("carol").accept_invitation()
    assert bench.sim.org_role("carol") == "admin"


async def test_who_is_only_invited_is_not_let_in(bench: Bench) -> None:
    """An undo makes the invitation again, and sees it."""
    file, receipt = await act(bench, "remove-member", await invited(bench))
    assert receipt.summary == "Took back the invitation of eve to acme."
    assert bench.sim.invited() == {}
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.summary == "Invited eve to acme again."
    assert bench.sim.invited() == {"eve": "member"}


async def test_who_was_never_a_member_is_left_alone(bench: Bench) -> None:
    """Removing nobody is nothing to do."""
    _, receipt = await act(bench, "remove-member", acts(bench, "stranger"))
    assert receipt.state is StepState.UNCHANGED
    assert bench.writes() == []


async def test_who_belongs_by_an_enterprise_team_only_is_left_to_the_enterprise(
    bench: Bench,
) -> None:
    """GitHub would say 204 and change nothing."""
    bench.sim.add_by_enterprise_team("eve", "everybody", direct=False)
    _, receipt = await act(bench, "remove-member", acts(bench, "eve"))
    assert receipt.state is StepState.BLOCKED
    assert "only by the enterprise team everybody" in receipt.summary
    assert bench.writes() == []


async def test_who_still_belongs_by_an_enterprise_team_is_told(bench: Bench) -> None:
    """Done is what could be done, with the rest in words."""
    bench.sim.add_by_enterprise_team("eve", "everybody")
    _, receipt = await act(bench, "remove-member", acts(bench, "eve"))
    assert receipt.state is StepState.DONE
    assert "eve still belongs to it by the enterprise team everybody" in receipt.summary
    assert len(bench.writes()) == 1


async def test_a_conversion_in_the_background_is_told_as_such(bench: Bench) -> None:
    """GitHub answers 202 and does it later: no second call, and no claim that it is done."""
    event = await member(bench)
    bench.sim.defer_conversions()
    _, receipt = await act(bench, "convert-to-outside-collaborator", event)
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
    await act(bench, "convert-to-outside-collaborator", event)
    assert bench.sim.collaborator("widgets", "eve") == "push"


async def test_a_member_is_no_outside_collaborator(bench: Bench) -> None:
    """The receipt names the action that is for members."""
    _, receipt = await act(bench, "remove-outside-collaborator", await member(bench))
    assert receipt.state is StepState.BLOCKED
    assert "`remove-member`" in receipt.summary


async def test_every_repository_is_given_back_to_who_was_outside(bench: Bench) -> None:
    """Each with its own role, as an invitation."""
    event = await outsider(bench)
    bench.sim.add_collaborator("security", "eve", "triage")
    file, receipt = await act(bench, "remove-outside-collaborator", event)
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
    file, _ = await act(bench, "remove-outside-collaborator", event)
    del bench.sim.world.repositories["acme/old"]
    undone = await bench.undo(file, file.steps[0].id)
    assert "GitHub sent 1 invitations" in undone.summary
    assert "Gone meanwhile: acme/old." in undone.summary


async def test_in_too_many_repositories_no_undo_is_promised(bench: Bench) -> None:
    """The removal is not put off; that a person has to bring them back is said."""
    event = await outsider(bench)
    for number in range(outside.MOST_REPOSITORIES):
        bench.sim.add_repository(f"r{number}")
    file, receipt = await act(bench, "remove-outside-collaborator", event)
    assert receipt.state is StepState.DONE
    assert not receipt.undoable
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.state is StepState.BLOCKED
    assert bench.sim.invited("widgets") == {}


@pytest.mark.parametrize("kind", ["organisation", "repository"])
async def test_an_invitation_accepted_meanwhile_is_not_claimed(bench: Bench, kind: str) -> None:
    """The person is in, and the receipt says so."""
    if kind == "organisation":
        event = await invited(bench)
        await bench.sim.by("eve").accept_invitation()
    else:
        event = await invited_to_repository(bench)
        await bench.sim.by("eve").accept_collaboration("widgets")
    _, receipt = await act(bench, "cancel-invitation", event)
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
    file, receipt = await act(bench, "cancel-invitation", bench.event("org.invite_member"))
    assert receipt.state is StepState.DONE
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
    (again,) = bench.sim.world.org.invitations.values()
    assert (again.role, again.teams) == ("admin", (team.id,))
    assert again is not invitation


async def test_an_invitation_by_mail_is_taken_back_and_made_again(bench: Bench) -> None:
    """Nobody's account is known; the address is."""
    await bench.sim.by("mallory").invite_address("eve@example.com", "admin")
    file, receipt = await act(bench, "cancel-invitation", bench.event("org.invite_member"))
    assert receipt.summary == "Took back the invitation of eve@example.com to acme."
    assert bench.sim.invited() == {}
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.summary == "Invited eve@example.com to acme again."
    assert bench.sim.invited() == {"eve@example.com": "admin"}


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
        await act(bench, "remove-member", event)
    assert not told.value.sent
    _, receipt = await act(bench, "remove-member", event)
    assert receipt.state is StepState.UNCHANGED


async def test_a_named_persons_invitation_is_found_whatever_the_event(bench: Bench) -> None:
    """The playbook may say whom it means."""
    await bench.sim.by("mallory").invite("eve")
    _, receipt = await act(bench, "cancel-invitation", acts(bench), user="eve")
    assert receipt.state is StepState.DONE
    assert bench.sim.invited() == {}


async def test_an_event_without_an_invitee_is_a_persons_matter(bench: Bench) -> None:
    """Nobody is guessed."""
    event = bench.made("git.clone", actor="mallory")
    _, receipt = await act(bench, "cancel-invitation", event)
    assert receipt.state is StepState.BLOCKED
    assert "does not say whom it invited" in receipt.summary


async def test_a_role_set_since_is_left_alone(bench: Bench) -> None:
    """The event gave admin; who set another role meanwhile knew why."""
    event = await raised(bench)
    await bench.sim.by("olivia").set_collaborator("widgets", "eve", "triage")
    _, receipt = await act(bench, "set-collaborator-permission", event, permission="read")
    assert receipt.state is StepState.UNCHANGED
    assert "is now triage" in receipt.summary
    assert bench.writes() == []


async def test_nobody_is_made_a_collaborator(bench: Bench) -> None:
    """Setting a role is for those who have one."""
    event = acts(bench, "eve", repo="acme/widgets")
    _, receipt = await act(bench, "set-collaborator-permission", event, permission="read")
    assert receipt.state is StepState.UNCHANGED
    assert bench.writes() == []


async def test_a_role_that_older_webhooks_misname_is_still_lowered(bench: Bench) -> None:
    """They say write for maintain: that is no sign that somebody changed it since."""
    bench.sim.add_member("eve")
    bench.sim.add_collaborator("widgets", "eve", "pull")
    await bench.sim.by("mallory").set_collaborator("widgets", "eve", "maintain")
    event = bench.event("repo.update_member")
    assert event.fields["permission"] == "write"
    _, receipt = await act(bench, "set-collaborator-permission", event, permission="read")
    assert receipt.summary == "Set the role of eve on acme/widgets to read (was maintain)."


@pytest.mark.parametrize("repository", ["other/widgets", "nowhere"])
async def test_a_repository_elsewhere_is_not_touched(bench: Bench, repository: str) -> None:
    """Only what is the organisation's, and within reach."""
    _, receipt = await act(
        bench,
        "set-collaborator-permission",
        await raised(bench),
        permission="read",
        repository=repository,
    )
    assert receipt.state is StepState.BLOCKED
    assert bench.writes() == []


async def test_a_team_an_identity_provider_fills_is_refused(bench: Bench) -> None:
    """GitHub's own words say why."""
    bench.sim.add_team("security", ["eve"])
    bench.sim.sync_team("security")
    with pytest.raises(Forbidden, match="synchronized with an identity provider"):
        await act(bench, "remove-team-membership", acts(bench, "eve", team="acme/security"))
    assert bench.sim.team_members("security") == ["eve"]


async def test_a_member_cannot_be_blocked(bench: Bench) -> None:
    """GitHub refuses it, and the step fails with its reason."""
    with pytest.raises(Exception, match="member of the organization can't be blocked"):
        await act(bench, "block-user", await member(bench))
    assert bench.sim.blocked() == []


async def test_a_role_held_by_a_team_only_is_left_to_the_team(bench: Bench) -> None:
    """Taking it from the person would change nothing, and is not tried."""
    bench.sim.add_team("guards", ["eve"])
    role = bench.sim.add_organization_role("auditor")
    await bench.sim.by("mallory").assign_role_to_team(role.id, "guards")
    _, receipt = await act(bench, "remove-organization-role", acts(bench, "eve"), role=str(role.id))
    assert receipt.state is StepState.BLOCKED
    assert "only by the team guards" in receipt.summary
    assert bench.writes() == []


async def test_a_role_also_held_by_a_team_is_told(bench: Bench) -> None:
    """What was taken is taken; what stays is said."""
    bench.sim.add_team("guards", ["eve"])
    role = bench.sim.add_organization_role("auditor")
    await bench.sim.by("mallory").assign_role_to_team(role.id, "guards")
    await bench.sim.by("mallory").assign_role(role.id, "eve")
    _, receipt = await act(bench, "remove-organization-role", acts(bench, "eve"), role="auditor")
    assert receipt.state is StepState.DONE
    assert receipt.summary.endswith("They still have it by the team guards.")


@pytest.mark.parametrize(
    ("role", "told"), [("nobody", "no organisation role nobody"), ("99", "is gone")]
)
async def test_a_role_that_is_not_there_is_told(bench: Bench, role: str, told: str) -> None:
    """By name or by number."""
    _, receipt = await act(bench, "remove-organization-role", await member(bench), role=role)
    assert receipt.state is StepState.BLOCKED
    assert told in receipt.summary


async def test_a_person_is_found_under_another_login(bench: Bench) -> None:
    """Whoever takes the old login meanwhile is somebody else."""
    event = await member(bench)
    await bench.sim.by("eve").change_login("evelyn")
    bench.sim.add_member("eve")
    _, receipt = await act(bench, "remove-member", event)
    assert receipt.summary == "Removed evelyn from acme (was member)."
    assert bench.sim.org_role("eve") == "member"


@pytest.mark.parametrize("user", ["tipstaff[bot]", "not a login", "-x"])
async def test_what_is_no_persons_login_is_not_acted_on(bench: Bench, user: str) -> None:
    """A template may come to anything."""
    _, receipt = await act(bench, "remove-member", acts(bench), user=user)
    assert receipt.state is StepState.BLOCKED
    assert bench.writes() == []


async def test_a_step_asks_for_no_more_than_it_needs() -> None:
    """An invitation to the organisation is taken back without any right on repositories."""
    async with open_bench({"members": "write", "metadata": "read"}) as bench:
        _, receipt = await act(bench, "cancel-invitation", await invited(bench))
        assert receipt.state is StepState.DONE
        with pytest.raises(Forbidden, match="administration"):
            await act(bench, "cancel-invitation", await invited_to_repository(bench))


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
    file, _ = await act(bench, action, await prepare(bench))
    undone = await bench.undo(file, file.steps[0].id)
    assert (undone.effect or "").splitlines() == promised


@pytest.mark.parametrize("spelt", ["push", "Write", " write "])
async def test_a_role_may_be_spelt_as_githubs_api_does(bench: Bench, spelt: str) -> None:
    """What is shown afterwards as `write` is not waited for as `push`."""
    event = await raised(bench)
    _, receipt = await act(bench, "set-collaborator-permission", event, permission=spelt)
    assert receipt.summary == "Set the role of eve on acme/widgets to write (was admin)."
    _, again = await act(bench, "set-collaborator-permission", event, permission=spelt)
    assert again.summary == "Nothing to do: the role of eve on acme/widgets is write already."
    assert len(bench.writes()) == 1
