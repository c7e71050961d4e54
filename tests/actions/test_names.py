"""Things keep their number, not their name: renaming leads no response astray."""

from dataclasses import replace

from bot.respond.alert import CaseFile
from bot.respond.step import StepState
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import REVERT


def fresh(bench: Bench, action: str) -> CaseFile:
    """Return the planned case of the latest event of this kind, nothing of it done."""
    return bench.case(bench.event(action), REVERT)


async def test_a_grant_is_put_back_in_a_renamed_repository(bench: Bench) -> None:
    """Renaming it right after the act saves nobody."""
    bench.sim.add_member("eve")
    await bench.sim.by("mallory").add_collaborator("widgets", "eve", "admin")
    file = fresh(bench, "repo.add_member")
    await bench.sim.by("mallory").rename("widgets", "gears")
    file = await bench.step(file, file.steps[0].id)
    assert receipt_of(file).state is StepState.DONE
    assert receipt_of(file).summary == "Removed eve from acme/gears (was admin)."
    assert bench.sim.collaborator("gears", "eve") is None
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
    assert bench.sim.collaborator("gears", "eve") == "admin"


async def test_another_repository_under_the_former_name_is_left_alone(bench: Bench) -> None:
    """The event's number tells which one it was."""
    bench.sim.add_member("eve")
    await bench.sim.by("mallory").add_collaborator("widgets", "eve", "admin")
    file = fresh(bench, "repo.add_member")
    await bench.sim.by("mallory").rename("widgets", "gears")
    await bench.sim.by("mallory").create_repository("widgets")
    bench.sim.add_collaborator("widgets", "eve", "admin")
    await bench.step(file, file.steps[0].id)
    assert bench.sim.collaborator("gears", "eve") is None
    assert bench.sim.collaborator("widgets", "eve") == "admin"


async def test_a_repository_that_is_gone_is_a_persons_matter(bench: Bench) -> None:
    """Nothing to put back: the receipt says so, nothing is claimed."""
    bench.sim.add_member("eve")
    await bench.sim.by("mallory").add_collaborator("widgets", "eve", "admin")
    file = fresh(bench, "repo.add_member")
    await bench.sim.by("mallory").delete_repository("widgets")
    file = await bench.step(file, file.steps[0].id)
    assert receipt_of(file).state is StepState.BLOCKED
    assert "acme/widgets is gone" in receipt_of(file).summary


async def test_a_grant_is_put_back_from_somebody_with_another_login(bench: Bench) -> None:
    """And the one who took the former login keeps what is theirs."""
    bench.sim.add_member("eve")
    await bench.sim.by("mallory").add_collaborator("widgets", "eve", "admin")
    file = fresh(bench, "repo.add_member")
    await bench.sim.by("eve").change_login("eva")
    bench.sim.add_collaborator("widgets", "eve", "admin")
    file = await bench.step(file, file.steps[0].id)
    assert receipt_of(file).summary == "Removed eva from acme/widgets (was admin)."
    assert bench.sim.collaborator("widgets", "eva") is None
    assert bench.sim.collaborator("widgets", "eve") == "admin"


async def test_an_owner_with_another_login_is_demoted(bench: Bench) -> None:
    """The role goes with the account."""
    carol = bench.sim.add_owner("carol")
    event = bench.roster("carol")
    event = replace(event, fields={**event.fields, "user_id": carol.id})
    await bench.sim.by("carol").change_login("caroline")
    file = await bench.play(event, REVERT)
    assert receipt_of(file).state is StepState.DONE
    assert bench.sim.org_role("caroline") == "member"


async def test_a_member_is_taken_out_of_a_renamed_team(bench: Bench) -> None:
    """A 404 under the former name is not taken for 'gone already'."""
    bench.sim.add_team("admins")
    bench.sim.add_member("eve")
    await bench.sim.by("mallory").add_to_team("admins", "eve")
    file = fresh(bench, "team.add_member")
    await bench.sim.by("mallory").rename_team("admins", "helpers")
    await bench.sim.by("eve").change_login("eva")
    file = await bench.step(file, file.steps[0].id)
    assert receipt_of(file).summary == "Took eva out of the team acme/helpers (was member)."
    assert bench.sim.team_members("helpers") == []


async def test_a_team_that_is_gone_is_said_to_be(bench: Bench) -> None:
    """Not found under any name: a person may look."""
    bench.sim.add_team("admins")
    bench.sim.add_member("eve")
    await bench.sim.by("mallory").add_to_team("admins", "eve")
    file = fresh(bench, "team.add_member")
    await bench.sim.by("mallory").delete_team("admins")
    file = await bench.step(file, file.steps[0].id)
    assert receipt_of(file).state is StepState.BLOCKED
    assert "acme/admins is gone" in receipt_of(file).summary


async def test_a_team_loses_a_renamed_repository(bench: Bench) -> None:
    """Both may have been renamed."""
    bench.sim.add_team("admins")
    await bench.sim.by("mallory").add_team_repository("admins", "widgets", "admin")
    file = fresh(bench, "team.add_repository")
    await bench.sim.by("mallory").rename("widgets", "gears")
    await bench.sim.by("mallory").rename_team("admins", "helpers")
    file = await bench.step(file, file.steps[0].id)
    assert receipt_of(file).state is StepState.DONE
    assert bench.sim.team_repository("helpers", "gears") is None
