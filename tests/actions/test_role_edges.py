"""Where actions on roles stop, or leave something to a person, and say why."""

import pytest

from bot.core.errors import Forbidden
from bot.respond.step import StepState
from tests.actions.bench import Bench
from tests.actions.cases import done
from tests.actions.scenes.people import acts, member
from tests.actions.scenes.roles import raised


async def test_a_role_set_since_is_left_alone(bench: Bench) -> None:
    """The event gave admin; who set another role meanwhile knew why."""
    event = await raised(bench)
    await bench.sim.by("olivia").set_collaborator("widgets", "eve", "triage")
    receipt = await done(bench, event, "set-collaborator-permission", permission="read")
    assert receipt.state is StepState.UNCHANGED
    assert "is now triage" in receipt.summary
    assert bench.writes() == []


async def test_nobody_is_made_a_collaborator(bench: Bench) -> None:
    """Setting a role is for those who have one."""
    event = acts(bench, "eve", repo="acme/widgets")
    receipt = await done(bench, event, "set-collaborator-permission", permission="read")
    assert receipt.state is StepState.UNCHANGED
    assert bench.writes() == []


async def test_a_role_that_older_webhooks_misname_is_still_lowered(bench: Bench) -> None:
    """They say write for maintain: that is no sign that somebody changed it since."""
    bench.sim.add_member("eve")
    bench.sim.add_collaborator("widgets", "eve", "pull")
    await bench.sim.by("mallory").set_collaborator("widgets", "eve", "maintain")
    event = bench.event("repo.update_member")
    assert event.fields["permission"] == "write"
    receipt = await done(bench, event, "set-collaborator-permission", permission="read")
    assert receipt.summary == "Set the role of eve on acme/widgets to read (was maintain)."


@pytest.mark.parametrize("repository", ["other/widgets", "nowhere"])
async def test_a_repository_elsewhere_is_not_touched(bench: Bench, repository: str) -> None:
    """Only what is the organisation's, and within reach."""
    receipt = await done(
        bench,
        await raised(bench),
        "set-collaborator-permission",
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
        await done(bench, acts(bench, "eve", team="acme/security"), "remove-team-membership")
    assert bench.sim.team_members("security") == ["eve"]


async def test_a_role_held_by_a_team_only_is_left_to_the_team(bench: Bench) -> None:
    """Taking it from the person would change nothing, and is not tried."""
    bench.sim.add_team("guards", ["eve"])
    role = bench.sim.add_organization_role("auditor")
    await bench.sim.by("mallory").assign_role_to_team(role.id, "guards")
    receipt = await done(bench, acts(bench, "eve"), "remove-organization-role", role=str(role.id))
    assert receipt.state is StepState.BLOCKED
    assert "only by the team guards" in receipt.summary
    assert bench.writes() == []


async def test_a_role_also_held_by_a_team_is_told(bench: Bench) -> None:
    """What was taken is taken; what stays is said."""
    bench.sim.add_team("guards", ["eve"])
    role = bench.sim.add_organization_role("auditor")
    await bench.sim.by("mallory").assign_role_to_team(role.id, "guards")
    await bench.sim.by("mallory").assign_role(role.id, "eve")
    receipt = await done(bench, acts(bench, "eve"), "remove-organization-role", role="auditor")
    assert receipt.state is StepState.DONE
    assert receipt.summary.endswith("They still have it by the team guards.")


@pytest.mark.parametrize(
    ("role", "told"), [("nobody", "no organisation role nobody"), ("99", "is gone")]
)
async def test_a_role_that_is_not_there_is_told(bench: Bench, role: str, told: str) -> None:
    """By name or by number."""
    receipt = await done(bench, await member(bench), "remove-organization-role", role=role)
    assert receipt.state is StepState.BLOCKED
    assert told in receipt.summary


@pytest.mark.parametrize("spelt", ["push", "Write", " write "])
async def test_a_role_may_be_spelt_as_githubs_api_does(bench: Bench, spelt: str) -> None:
    """What is shown afterwards as `write` is not waited for as `push`."""
    event = await raised(bench)
    receipt = await done(bench, event, "set-collaborator-permission", permission=spelt)
    assert receipt.summary == "Set the role of eve on acme/widgets to write (was admin)."
    again = await done(bench, event, "set-collaborator-permission", permission=spelt)
    assert again.summary == "Nothing to do: the role of eve on acme/widgets is write already."
    assert len(bench.writes()) == 1
