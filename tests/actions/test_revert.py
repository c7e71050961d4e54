"""What is put back, what is left alone, and how it is undone."""

from dataclasses import replace

import pytest

from bot.core.errors import Unavailable
from bot.core.event import Event
from bot.respond.alert import CaseFile
from bot.respond.step import StepState
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import REVERT


def step_id(file: CaseFile) -> str:
    """Return the id of the case's first step."""
    return file.steps[0].id


async def test_a_collaborator_who_was_added_is_removed(bench: Bench) -> None:
    """Somebody who had no role before has none afterwards, and an undo gives it again."""
    bench.sim.add_member("eve")
    await bench.sim.by("mallory").add_collaborator("widgets", "eve", "admin")
    file = await bench.play(bench.event("repo.add_member"), REVERT)
    assert receipt_of(file).state is StepState.DONE
    assert receipt_of(file).summary == "Removed eve from acme/widgets (was admin)."
    assert bench.sim.collaborator("widgets", "eve") is None
    undone = await bench.undo(file, step_id(file))
    assert undone.state is StepState.DONE
    assert bench.sim.collaborator("widgets", "eve") == "admin"


async def test_a_collaborator_who_was_raised_gets_the_former_role(bench: Bench) -> None:
    """The recorded former role is put back, not just any lower one."""
    bench.sim.add_user("eve")
    bench.sim.add_collaborator("widgets", "eve", "push")
    await bench.sim.by("mallory").set_collaborator("widgets", "eve", "admin")
    file = await bench.play(bench.event("repo.update_member"), REVERT)
    assert receipt_of(file).before == {"label": "admin", "details": {}}
    assert receipt_of(file).after == {"label": "write"}
    assert bench.sim.collaborator("widgets", "eve") == "push"


async def test_an_outsider_removed_and_brought_back_is_invited(bench: Bench) -> None:
    """GitHub asks an outsider first: the receipt of the undo says so."""
    bench.sim.add_user("eve")
    bench.sim.add_collaborator("widgets", "eve", "admin")
    event = bench.made("repo.add_member", repo="acme/widgets", user="eve", permission="admin")
    file = await bench.play(event, REVERT)
    undone = await bench.undo(file, step_id(file))
    assert undone.state is StepState.DONE
    assert "invitation" in undone.summary


async def test_a_role_that_is_right_already_is_left_alone(bench: Bench) -> None:
    """A person was quicker: nothing is written."""
    bench.sim.add_user("eve")
    bench.sim.add_collaborator("widgets", "eve", "push")
    await bench.sim.by("mallory").set_collaborator("widgets", "eve", "admin")
    await bench.sim.by("olivia").set_collaborator("widgets", "eve", "push")
    file = await bench.play(_raised(bench), REVERT)
    assert receipt_of(file).state is StepState.UNCHANGED
    assert bench.writes() == []


async def test_a_role_that_has_moved_on_is_left_alone(bench: Bench) -> None:
    """Somebody set another role since: Tipstaff does not overrule them."""
    bench.sim.add_user("eve")
    bench.sim.add_collaborator("widgets", "eve", "push")
    await bench.sim.by("mallory").set_collaborator("widgets", "eve", "admin")
    await bench.sim.by("olivia").set_collaborator("widgets", "eve", "triage")
    file = await bench.play(_raised(bench), REVERT)
    assert receipt_of(file).state is StepState.UNCHANGED
    assert "is now triage" in receipt_of(file).summary
    assert bench.writes() == []


def _raised(bench: Bench) -> Event:
    return bench.made(
        "repo.update_member",
        repo="acme/widgets",
        user="eve",
        permission="admin",
        old_permission="write",
    )


async def test_a_member_added_to_a_team_is_taken_out(bench: Bench) -> None:
    """Out of the team, and in again by undo."""
    bench.sim.add_team("security")
    bench.sim.add_member("eve")
    await bench.sim.by("mallory").add_to_team("security", "eve")
    file = await bench.play(bench.event("team.add_member"), REVERT)
    assert receipt_of(file).state is StepState.DONE
    assert bench.sim.team_members("security") == []
    assert (await bench.undo(file, step_id(file))).state is StepState.DONE
    assert bench.sim.team_members("security") == ["eve"]


async def test_a_repository_given_to_a_team_is_taken_away(bench: Bench) -> None:
    """A team that had no role has none afterwards, and an undo gives it again."""
    bench.sim.add_team("security")
    await bench.sim.by("mallory").add_team_repository("security", "widgets", "admin")
    file = await bench.play(bench.event("team.add_repository"), REVERT)
    assert receipt_of(file).state is StepState.DONE
    assert bench.sim.team_repository("security", "widgets") is None
    assert (await bench.undo(file, step_id(file))).state is StepState.DONE
    assert bench.sim.team_repository("security", "widgets") == "admin"


async def test_a_team_raised_on_a_repository_gets_its_former_role(bench: Bench) -> None:
    """The role before the event is put back."""
    bench.sim.add_team("security")
    bench.sim.set_team_repository("security", "widgets", "pull")
    await bench.sim.by("mallory").set_team_repository("security", "widgets", "admin")
    file = await bench.play(bench.event("team.update_repository_permission"), REVERT)
    assert receipt_of(file).state is StepState.DONE
    assert bench.sim.team_repository("security", "widgets") == "pull"


async def test_a_repository_made_public_is_hidden_again(bench: Bench) -> None:
    """Private again; an owner's undo shows it again."""
    await bench.sim.by("mallory").publicize("widgets")
    file = await bench.play(bench.event("repo.access"), REVERT)
    assert receipt_of(file).state is StepState.DONE
    assert bench.sim.visibility("widgets") == "private"
    assert (await bench.undo(file, step_id(file))).state is StepState.DONE
    assert bench.sim.visibility("widgets") == "public"


async def test_a_repository_made_private_is_never_made_public(bench: Bench) -> None:
    """Putting that back would publish it."""
    await bench.sim.by("mallory").publicize("widgets")
    await bench.sim.by("mallory").privatize("widgets")
    file = await bench.play(bench.event("repo.access"), REVERT)
    assert receipt_of(file).state is StepState.BLOCKED
    assert bench.sim.visibility("widgets") == "private"


async def test_a_deploy_key_that_was_added_is_removed(bench: Bench) -> None:
    """The key is gone; an undo adds the same one, with the same right to write."""
    await bench.sim.by("mallory").add_deploy_key("widgets", "ci", read_only=False)
    key = bench.sim.deploy_keys("widgets")[0]
    file = await bench.play(bench.event("public_key.create"), REVERT)
    assert receipt_of(file).state is StepState.DONE
    assert bench.sim.deploy_keys("widgets") == []
    assert (await bench.undo(file, step_id(file))).state is StepState.DONE
    again = bench.sim.deploy_keys("widgets")[0]
    assert (again["key"], again["title"], again["read_only"]) == (key["key"], "ci", False)


async def test_an_event_nobody_can_put_back_says_what_a_person_can_do(bench: Bench) -> None:
    """A transfer needs a person, and the receipt tells them."""
    event = bench.made("repo.transfer", repo="acme/widgets", actor="mallory")
    file = await bench.play(event, REVERT)
    assert receipt_of(file).state is StepState.BLOCKED
    assert "ask the new owner" in receipt_of(file).summary


async def test_what_a_person_put_right_is_not_claimed(bench: Bench) -> None:
    """However often a step was tried: without a write of its own it did not do it."""
    bench.sim.add_user("eve")
    bench.sim.add_collaborator("widgets", "eve", "push")
    await bench.sim.by("mallory").set_collaborator("widgets", "eve", "admin")
    planned = bench.plan(bench.event("repo.update_member"), REVERT)
    tried = replace(planned.steps[0], attempts=3)
    file = CaseFile(case=planned.case, alerts=(planned.alert,), steps=(tried,))
    await bench.sim.by("olivia").set_collaborator("widgets", "eve", "push")
    file = await bench.step(file, tried.id)
    assert receipt_of(file).state is StepState.UNCHANGED
    assert not receipt_of(file).undoable
    assert bench.writes() == []


async def test_a_role_that_a_team_gives_as_well_is_told(bench: Bench) -> None:
    """GitHub shows the highest role: done once, with the remark where the other comes from."""
    bench.sim.add_team("devs", ["eve"])
    bench.sim.set_team_repository("devs", "widgets", "maintain")
    bench.sim.add_collaborator("widgets", "eve", "push")
    await bench.sim.by("mallory").set_collaborator("widgets", "eve", "admin")
    file = await bench.play(bench.event("repo.update_member"), REVERT)
    assert receipt_of(file).state is StepState.DONE
    assert "still shown as maintain: eve has it by the team acme/devs." in receipt_of(file).summary
    assert bench.sim.collaborator("widgets", "eve") == "push"
    assert bench.writes() == ["PUT /repos/acme/widgets/collaborators/eve"]
    assert (await bench.undo(file, step_id(file))).state is StepState.DONE
    assert bench.sim.collaborator("widgets", "eve") == "admin"


@pytest.mark.parametrize("way", ["team", "owner"])
async def test_the_very_role_held_by_another_way_is_told(bench: Bench, way: str) -> None:
    """Written once, not until patience ends; the receipt says where the role comes from."""
    if way == "team":
        bench.sim.add_team("devs", ["eve"])
        bench.sim.set_team_repository("devs", "widgets", "admin")
    else:
        bench.sim.add_owner("eve")
    bench.sim.add_collaborator("widgets", "eve", "push")
    await bench.sim.by("mallory").set_collaborator("widgets", "eve", "admin")
    file = await bench.play(bench.event("repo.update_member"), REVERT)
    assert receipt_of(file).state is StepState.DONE
    told = "by the team acme/devs" if way == "team" else "as an owner of acme"
    assert f"It is still shown as admin: eve has it {told}." in receipt_of(file).summary
    assert len(bench.writes()) == 1


async def test_a_deploy_key_whose_removal_was_not_heard_of_can_be_brought_back(
    bench: Bench,
) -> None:
    """The event itself tells the key."""
    await bench.sim.by("mallory").add_deploy_key("widgets", "ci")
    key = bench.sim.deploy_keys("widgets")[0]["key"]
    planned = bench.plan(bench.event("public_key.create"), REVERT)
    file = CaseFile(case=planned.case, alerts=(planned.alert,), steps=planned.steps)
    bench.lose("DELETE", "/keys/")
    with pytest.raises(Unavailable):
        await bench.step(file, step_id(file))
    file = await bench.step(file, step_id(file), sent=True)
    assert receipt_of(file).state is StepState.DONE
    assert receipt_of(file).undoable
    assert (await bench.undo(file, step_id(file))).state is StepState.DONE
    assert [each["key"] for each in bench.sim.deploy_keys("widgets")] == [key]


async def test_a_deploy_key_nobody_recorded_cannot_be_brought_back(bench: Bench) -> None:
    """Neither promised, nor tried: a person has to."""
    event = bench.made("public_key.create", repo="acme/widgets", key_id=1, title="ci")
    file = bench.case(event, REVERT)
    file = await bench.step(file, step_id(file), sent=True)
    assert receipt_of(file).state is StepState.DONE
    assert not receipt_of(file).undoable
    undone = await bench.undo(file, step_id(file))
    assert undone.state is StepState.BLOCKED
    assert "not recorded" in undone.summary


async def test_what_a_public_repository_was_before_is_not_made_up(bench: Bench) -> None:
    """Private is safe; that it may have been internal is said."""
    bench.sim.world.repository("widgets").visibility = "internal"
    await bench.sim.by("mallory").publicize("widgets")
    file = await bench.play(bench.event("repo.access"), REVERT)
    assert bench.sim.visibility("widgets") == "private"
    assert "if it was internal" in receipt_of(file).summary
