"""What is put back when the present has moved on: by others, in part, or twice in a hurry."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.errors import Unavailable
from bot.core.event import Event
from bot.respond.step import StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import REVERT, case_of, taken
from tests.actions.put_back import PLAYED
from tests.actions.put_back.played import surveyed
from tests.actions.scenes.branches import weakened
from tests.actions.scenes.rulesets import MAIN, RULES, rule_deleted, rule_made

THREE_OFF = {"secret_scanning": False, "secret_scanning_push_protection": False}


async def roles(bench: Bench, *levels: str) -> list[Event]:
    """Let Eve be given one role after the other; the events of all but the first."""
    bench.sim.add_member("eve")
    bench.sim.add_collaborator("widgets", "eve", levels[0])
    events = []
    for level in levels[1:]:
        await bench.sim.by("mallory").set_collaborator("widgets", "eve", level)
        events.append(bench.event("repo.update_member"))
    return events


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_two_quick_edits_lead_back_to_before_the_first(
    bench: Bench, order: tuple[int, int]
) -> None:
    """Whichever answer is quicker: what both edits brought is gone."""
    file = case_of(bench, await roles(bench, "pull", "push", "admin"))
    file = await taken(bench, file, order)
    assert bench.sim.collaborator("widgets", "eve") == "pull"


async def test_two_quick_edits_told_in_the_wrong_order_lead_back_to_before_the_first(
    bench: Bench,
) -> None:
    """GitHub promises no order: the states tell what led where."""
    first, second = await roles(bench, "pull", "push", "admin")
    late = replace(first, at=second.at + timedelta(seconds=30))
    await taken(bench, case_of(bench, [late, second]), (0, 1))
    assert bench.sim.collaborator("widgets", "eve") == "pull"


async def test_three_quick_edits_lead_back_to_before_the_first(bench: Bench) -> None:
    """Although older webhooks call the role maintain otherwise than newer ones."""
    file = case_of(bench, await roles(bench, "pull", "push", "maintain", "admin"))
    file = await taken(bench, file, (0, 1, 2))
    assert bench.sim.collaborator("widgets", "eve") == "pull"
    assert "how it was before both" in receipt_of(file, 2).summary
    undone = await bench.undo(file, file.steps[2].id)
    assert undone.state is StepState.DONE
    assert bench.sim.collaborator("widgets", "eve") == "admin"


async def test_to_and_fro_ends_where_it_began(bench: Bench) -> None:
    """Putting the second edit back alone would set what the first one brought."""
    file = case_of(bench, await roles(bench, "pull", "admin", "pull"))
    file = await taken(bench, file, (0, 1))
    assert bench.sim.collaborator("widgets", "eve") == "pull"
    assert bench.writes() == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_a_team_put_out_and_let_in_as_more_is_as_before_both(
    bench: Bench, order: tuple[int, int]
) -> None:
    """Its recorded role, and neither the new one nor none."""
    scene = PLAYED["team.remove_repository"]
    before, out = await scene.happen(bench, "team.remove_repository")
    await bench.sim.by("mallory").add_team_repository("security", "widgets", "admin")
    file = case_of(bench, [out, bench.event("team.add_repository")])
    await taken(bench, file, order)
    assert scene.look(bench) == before == "pull"


async def test_an_edit_that_was_left_to_stand_is_where_the_next_one_leads_back_to(
    bench: Bench,
) -> None:
    """Somebody denied to put the first one back: it was right."""
    file = case_of(bench, await roles(bench, "pull", "push", "admin"))
    denied = replace(file.steps[0], state=StepState.DENIED)
    file = await taken(bench, replace(file, steps=(denied, file.steps[1])), (1,))
    assert bench.sim.collaborator("widgets", "eve") == "push"


async def test_an_edit_left_alone_long_before_does_not_count(bench: Bench) -> None:
    """What somebody decided since then stands between the two."""
    first, second = await roles(bench, "pull", "push", "admin")
    file = case_of(bench, [first, second])
    file = await taken(bench, file, (0,))
    old = replace(file.steps[0], finished_at=bench.clock().replace(year=2020))
    file = await taken(bench, replace(file, steps=(old, file.steps[1])), (1,))
    assert bench.sim.collaborator("widgets", "eve") == "push"


async def test_edits_of_two_people_are_put_back_each_by_itself(bench: Bench) -> None:
    """One case, two subjects."""
    first, second = await roles(bench, "pull", "push", "admin")
    other = replace(first, fields={**first.fields, "user": "zoe", "user_id": None})
    file = case_of(bench, [other, second])
    left = replace(
        file.steps[0],
        state=StepState.UNCHANGED,
        finished_at=bench.clock(),
        receipt=replace(receipt_of(await taken(bench, file, (1,)), 1), after={"shown": "admin"}),
    )
    await bench.sim.by("mallory").set_collaborator("widgets", "eve", "admin")
    file = await taken(bench, replace(file, steps=(left, file.steps[1])), (1,))
    assert bench.sim.collaborator("widgets", "eve") == "push"


async def test_a_feature_that_somebody_switched_on_again_keeps_no_other_one_off(
    bench: Bench,
) -> None:
    """Only what is still as the event left it is put back, and only that is undone."""
    olivia = bench.sim.by("olivia")
    await olivia.switch_features("widgets", **dict.fromkeys(THREE_OFF, True))
    await bench.sim.by("mallory").switch_features("widgets", **THREE_OFF)
    event = bench.event("repository_secret_scanning.disable")
    await olivia.switch_features("widgets", secret_scanning=True)
    file = await bench.play(event, REVERT)
    features = bench.sim.world.repository("widgets").features
    assert features == dict.fromkeys(THREE_OFF, True)
    assert "Left alone, for it was changed since: secret scanning." in receipt_of(file).summary
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
    assert features == {"secret_scanning": True, "secret_scanning_push_protection": False}


async def test_a_part_of_a_protection_changed_since_keeps_no_other_part_weak(bench: Bench) -> None:
    """Nobody gets away with it by touching one of the aspects once more."""
    olivia, mallory = bench.sim.by("olivia"), bench.sim.by("mallory")
    reviews = {"required_approving_review_count": 2}
    await olivia.protect_branch(
        "widgets", enforce_admins=True, required_pull_request_reviews=reviews
    )
    await mallory.change_protection(
        "widgets", enforce_admins=False, required_pull_request_reviews=None, allow_deletions=True
    )
    event = bench.event("protected_branch.update_admin_enforced")
    await mallory.change_protection("widgets", allow_deletions=False)
    file = await bench.play(event, REVERT)
    settings = bench.sim.world.repository("widgets").protections["main"].settings
    assert receipt_of(file).state is StepState.DONE
    assert settings["enforce_admins"] is True
    assert settings["required_pull_request_reviews"]["required_approving_review_count"] == 2
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
    changed = bench.sim.world.repository("widgets").protections["main"].settings
    assert (changed["enforce_admins"], changed["allow_deletions"]) == (False, False)


async def test_a_repository_that_was_given_away_is_not_touched(bench: Bench) -> None:
    """It has other owners now, and the case says so instead of a refusal."""
    await bench.sim.by("mallory").publicize("widgets")
    event = bench.event("repo.access")
    world = bench.sim.world
    repo = world.repository("widgets")
    bench.sim.add_user("evil")
    del world.repositories[repo.full_name]
    world.renamed[repo.full_name] = repo.id
    repo.owner = "evil"
    world.repositories[repo.full_name] = repo
    receipt = receipt_of(await bench.play(event, REVERT))
    assert receipt.state is StepState.BLOCKED
    assert "is evil/widgets now and belongs to acme no more" in receipt.summary
    assert bench.writes() == []


async def test_a_ruleset_changed_to_and_fro_leads_back_to_before_the_very_edit(
    bench: Bench,
) -> None:
    """Not to what stood before a later edit with the same result: that was worse here."""
    number = await bench.sim.by("olivia").create_ruleset(
        "widgets", "main", rules=RULES, conditions=MAIN
    )
    events = []
    for enforcement in ("evaluate", "disabled", "evaluate"):
        bench.clock.now += timedelta(seconds=5)
        await bench.sim.by("mallory").change_ruleset("widgets", number, enforcement=enforcement)
        events.append(replace(bench.event("repository_ruleset.update"), at=bench.clock()))
    file = await taken(bench, case_of(bench, events), (0, 1, 2))
    state = bench.sim.world.repository("widgets").rulesets[number].state
    assert receipt_of(file).summary.endswith("enforcement active.")
    assert state["enforcement"] == "active"


async def test_the_app_that_must_report_a_check_is_never_forgotten(bench: Bench) -> None:
    """However often GitHub fails: the check and its App are set in one call."""
    event = await weakened(bench)
    pinned = {"strict": True, "checks": [{"context": "ci/build", "app_id": 7}]}
    file = bench.case(event, REVERT)
    bench.sim.faults.add(Fault(method="PUT", path="/protection$", kind="reset_after_effect"))
    bench.sim.faults.add(Fault(method="PATCH", path="/protection", kind="status", times=9))
    try:
        file = await bench.step(file, file.steps[0].id)
    except Unavailable:
        file = await bench.step(file, file.steps[0].id, sent=True)
    assert receipt_of(file).state is StepState.DONE
    settings = bench.sim.world.repository("widgets").protections["main"].settings
    assert settings["required_status_checks"] == pinned


@pytest.mark.parametrize("former", ["password = hunter2-hunter2", "Cogs. " * 500])
async def test_a_text_is_put_back_word_for_word(bench: Bench, former: str) -> None:
    """A recorded alert keeps it masked and cut: what came in is what is written."""
    await bench.sim.by("olivia").describe("widgets", description=former)
    await bench.sim.by("mallory").describe("widgets", description="Free money")
    event = bench.event("repository.edited")
    file = await bench.play(event, REVERT)
    assert receipt_of(file).state is StepState.DONE
    assert bench.sim.world.repository("widgets").description == former
    bench.recorded.clear()
    await bench.sim.by("mallory").describe("widgets", description="Free money")
    receipt = receipt_of(await bench.step(file, file.steps[0].id))
    assert receipt.state is StepState.BLOCKED
    assert "only a part is known" in receipt.summary
    assert bench.sim.world.repository("widgets").description == "Free money"


async def test_a_setting_put_back_is_known_as_our_own_act(bench: Bench) -> None:
    """So that the survey does not tell it as somebody's; its undo as well."""
    await bench.sim.by("mallory").switch_setting("members_can_fork_private_repositories", on=True)
    event = surveyed(bench, "members_can_fork_private_repositories", now=True, former=False)
    file = await bench.play(event, REVERT)
    key = "org-setting:acme/members_can_fork_private_repositories"
    assert receipt_of(file).effect == f"{key}=false"
    assert (await bench.undo(file, file.steps[0].id)).effect == f"{key}=true"
    assert bench.sim.world.org.settings["members_can_fork_private_repositories"] is True


async def test_a_setting_that_was_made_stricter_stays(bench: Bench) -> None:
    """Tipstaff lets nobody do more by itself."""
    await bench.sim.by("mallory").switch_setting("members_can_create_repositories", on=False)
    event = surveyed(bench, "members_can_create_repositories", now=False, former=True)
    receipt = receipt_of(await bench.play(event, REVERT))
    assert receipt.state is StepState.BLOCKED
    assert "loosens it for nobody by itself" in receipt.summary
    assert bench.writes() == []


async def test_a_key_that_could_push_is_given_to_nobody(bench: Bench) -> None:
    """Whoever removed it may have had to."""
    await bench.sim.by("olivia").add_deploy_key("widgets", "release", read_only=False)
    (key,) = bench.sim.deploy_keys("widgets")
    await bench.sim.by("mallory").delete_deploy_key("widgets", key["id"])
    receipt = receipt_of(await bench.play(bench.event("public_key.delete"), REVERT))
    assert receipt.state is StepState.BLOCKED
    assert "could push" in receipt.summary
    assert "Settings, Deploy keys" in receipt.summary
    assert bench.writes() == []


async def test_a_key_added_again_can_be_removed_again(bench: Bench) -> None:
    """By what it is: it has another number by then."""
    await bench.sim.by("olivia").add_deploy_key("widgets", "mirror", read_only=True)
    (key,) = bench.sim.deploy_keys("widgets")
    await bench.sim.by("mallory").delete_deploy_key("widgets", key["id"])
    file = await bench.play(bench.event("public_key.delete"), REVERT)
    assert [each["key"] for each in bench.sim.deploy_keys("widgets")] == [key["key"]]
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
    assert bench.sim.deploy_keys("widgets") == []


async def test_a_team_whose_slug_another_team_took_is_found_by_its_number(bench: Bench) -> None:
    """A name is no proof of who is meant."""
    bench.sim.add_team("guards")
    slug = await bench.sim.by("mallory").rename_team("guards", "Old staff")
    event = bench.event("team.rename")
    await bench.sim.by("mallory").rename_team(slug, "Older staff")
    bench.sim.add_team("old-staff")
    receipt = receipt_of(await bench.play(event, REVERT))
    assert receipt.state is StepState.UNCHANGED
    assert "has changed since, and is now name: Older staff" in receipt.summary
    assert sorted(bench.sim.world.org.teams) == ["old-staff", "older-staff"]


async def test_a_secret_in_a_text_gets_into_no_receipt(bench: Bench) -> None:
    """Then it can't be undone, and nobody is offered it."""
    await bench.sim.by("mallory").describe("widgets", description="password = hunter2-hunter2")
    file = await bench.play(bench.event("repository.edited"), REVERT)
    receipt = receipt_of(file)
    assert receipt.state is StepState.DONE
    assert not receipt.undoable
    assert "hunter2-hunter2" not in str(receipt)
    assert "hunter2-hunter2" not in str(file.alerts)


async def test_another_ruleset_by_the_name_of_a_deleted_one_is_not_taken_for_it(
    bench: Bench,
) -> None:
    """Whoever deletes the rules and leaves an empty shell is told of."""
    event = await rule_deleted(bench)
    await bench.sim.by("mallory").create_ruleset("widgets", "main", rules=[], conditions=MAIN)
    receipt = receipt_of(await bench.play(event, REVERT))
    assert receipt.state is StepState.BLOCKED
    assert "There is another ruleset by the name" in receipt.summary
    assert bench.writes() == []


async def test_another_ruleset_by_the_name_of_a_made_one_is_not_deleted(bench: Bench) -> None:
    """Only the very ruleset of the event is, by its number."""
    event = await rule_made(bench)
    (number,) = bench.sim.world.repository("widgets").rulesets
    await bench.sim.by("olivia").delete_ruleset("widgets", number)
    await bench.sim.by("olivia").create_ruleset("widgets", "main", rules=RULES, conditions=MAIN)
    receipt = receipt_of(await bench.play(event, REVERT))
    assert receipt.state is StepState.UNCHANGED
    assert bench.writes() == []
    assert len(bench.sim.world.repository("widgets").rulesets) == 1


async def test_the_repository_of_the_cases_is_never_archived(bench: Bench) -> None:
    """Nothing could be told any more."""
    await bench.sim.by("olivia").archive("security")
    await bench.sim.by("mallory").unarchive("security")
    receipt = receipt_of(await bench.play(bench.event("repo.unarchived"), REVERT))
    assert receipt.state is StepState.BLOCKED
    assert "is where cases are opened" in receipt.summary
    assert bench.sim.world.repository("security").archived is False


async def test_a_team_whose_number_nobody_told_is_followed_by_its_name(bench: Bench) -> None:
    """Its slug changes with it, and what GitHub shows of it afterwards is seen."""
    bench.sim.add_team("guards")
    await bench.sim.by("mallory").rename_team("guards", "Old staff")
    event = bench.event("team.rename")
    named = replace(event, fields={**event.fields, "team_id": None})
    receipt = receipt_of(await bench.play(named, REVERT))
    assert receipt.summary == "Set the team acme/old-staff back: name: guards."
    assert list(bench.sim.world.org.teams) == ["guards"]
