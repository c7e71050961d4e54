"""What is put back when the present has moved on: by others, in part, or twice in a hurry."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.event import Event
from bot.respond.step import StepState
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import REVERT, case_of, taken
from tests.actions.put_back import PLAYED
from tests.actions.scenes.rulesets import MAIN, RULES

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
