"""What `revert` takes for the very thing of an event, what it writes there, and what it leaves."""

from dataclasses import replace

import pytest

from bot.core.errors import Unavailable
from bot.respond.step import StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import REVERT, done
from tests.actions.put_back.played import surveyed
from tests.actions.scenes.branches import weakened
from tests.actions.scenes.rulesets import MAIN, RULES, rule_deleted, rule_made


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
    receipt = await done(bench, event)
    assert receipt.state is StepState.BLOCKED
    assert "is evil/widgets now and belongs to acme no more" in receipt.summary
    assert bench.writes() == []


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
    receipt = await done(bench, event)
    assert receipt.state is StepState.BLOCKED
    assert "loosens it for nobody by itself" in receipt.summary
    assert bench.writes() == []


async def test_a_key_that_could_push_is_given_to_nobody(bench: Bench) -> None:
    """Whoever removed it may have had to."""
    await bench.sim.by("olivia").add_deploy_key("widgets", "release", read_only=False)
    (key,) = bench.sim.deploy_keys("widgets")
    await bench.sim.by("mallory").delete_deploy_key("widgets", key["id"])
    receipt = await done(bench, bench.event("public_key.delete"))
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
    receipt = await done(bench, event)
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
    receipt = await done(bench, event)
    assert receipt.state is StepState.BLOCKED
    assert "There is another ruleset by the name" in receipt.summary
    assert bench.writes() == []


async def test_another_ruleset_by_the_name_of_a_made_one_is_not_deleted(bench: Bench) -> None:
    """Only the very ruleset of the event is, by its number."""
    event = await rule_made(bench)
    (number,) = bench.sim.world.repository("widgets").rulesets
    await bench.sim.by("olivia").delete_ruleset("widgets", number)
    await bench.sim.by("olivia").create_ruleset("widgets", "main", rules=RULES, conditions=MAIN)
    receipt = await done(bench, event)
    assert receipt.state is StepState.UNCHANGED
    assert bench.writes() == []
    assert len(bench.sim.world.repository("widgets").rulesets) == 1


async def test_the_repository_of_the_cases_is_never_archived(bench: Bench) -> None:
    """Nothing could be told any more."""
    await bench.sim.by("olivia").archive("security")
    await bench.sim.by("mallory").unarchive("security")
    receipt = await done(bench, bench.event("repo.unarchived"))
    assert receipt.state is StepState.BLOCKED
    assert "is where cases are opened" in receipt.summary
    assert bench.sim.world.repository("security").archived is False


async def test_a_team_whose_number_nobody_told_is_followed_by_its_name(bench: Bench) -> None:
    """Its slug changes with it, and what GitHub shows of it afterwards is seen."""
    bench.sim.add_team("guards")
    await bench.sim.by("mallory").rename_team("guards", "Old staff")
    event = bench.event("team.rename")
    named = replace(event, fields={**event.fields, "team_id": None})
    receipt = await done(bench, named)
    assert receipt.summary == "Set the team acme/old-staff back: name: guards."
    assert list(bench.sim.world.org.teams) == ["guards"]
