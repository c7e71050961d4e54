"""Rulesets: what is put back exactly, and what only a person can do."""

from typing import Any

import pytest

from bot.respond.step import StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, playbook, receipt_of
from tests.actions.cases import altered, done
from tests.actions.scenes.rulesets import BYPASS, MAIN, RULES, rule_deleted, rule_disabled, rules


async def test_a_ruleset_without_a_history_is_put_back_from_what_the_event_says(
    bench: Bench,
) -> None:
    """The enforcement and the rules that were taken away are in the event; a bypass is not."""
    event = await rule_disabled(bench)
    bench.sim.faults.add(Fault(method="GET", path="/history$", kind="status", status=404))
    receipt = await done(bench, event, "restore-ruleset")
    assert receipt.state is StepState.DONE
    shown = rules(bench)
    assert shown is not None
    assert (shown["enforcement"], len(shown["rules"])) == ("active", 2)
    assert shown["bypass_actors"] == BYPASS


async def test_a_rule_whose_former_parameters_nobody_tells_is_a_persons_matter(
    bench: Bench,
) -> None:
    """Without a history, an updated rule can't be guessed."""
    number = await bench.sim.by("olivia").create_ruleset("widgets", "main", rules=RULES)
    loose = {"required_status_checks": [], "strict_required_status_checks_policy": False}
    weak = [RULES[0], {"type": "required_status_checks", "parameters": loose}]
    await bench.sim.by("mallory").change_ruleset("widgets", number, rules=weak)
    bench.sim.faults.add(Fault(method="GET", path="/history$", kind="status", status=404))
    receipt = await done(bench, bench.event("repository_ruleset.update"))
    assert receipt.state is StepState.BLOCKED
    assert "settings under Rules" in receipt.summary
    assert bench.writes() == []


async def test_a_history_that_does_not_show_the_change_is_told(bench: Bench) -> None:
    """Tipstaff does not take another version for it."""
    event = altered(await rule_disabled(bench), ruleset_enforcement="evaluate")
    receipt = await done(bench, event)
    assert receipt.state is StepState.BLOCKED
    assert "does not show this change" in receipt.summary


async def test_a_version_that_spells_a_rule_otherwise_is_found(bench: Bench) -> None:
    """The webhook and the history need not agree in every detail of a rule."""
    event = await rule_disabled(bench)
    spelled = [{"type": "deletion", "parameters": {"something": "new"}}]
    assert (await done(bench, altered(event, ruleset_rules=spelled))).state is StepState.DONE
    shown = rules(bench)
    assert shown is not None
    assert shown["enforcement"] == "active"


async def test_versions_after_the_event_are_not_taken_for_it(bench: Bench) -> None:
    """Two changes of one kind are told apart by their time; the later one is left alone."""
    event = await rule_disabled(bench)
    (number,) = bench.sim.world.repository("widgets").rulesets
    bench.clock.now = bench.clock.now.replace(hour=bench.clock.now.hour + 2)
    olivia = bench.sim.by("olivia")
    await olivia.change_ruleset("widgets", number, enforcement="evaluate")
    receipt = await done(bench, event)
    assert receipt.state is StepState.UNCHANGED
    assert "is now enforcement evaluate" in receipt.summary
    assert bench.writes() == []


async def test_a_ruleset_is_brought_to_a_version_of_its_history(bench: Bench) -> None:
    """Whatever event the playbook answers; an undo brings back what was found."""
    await rule_disabled(bench)
    await bench.sim.by("mallory").push("widgets", "Past the rules")
    ((number, made),) = bench.sim.world.repository("widgets").rulesets.items()
    params = {"ruleset_id": number, "version": made.versions[0].id}
    file = await bench.play(bench.event("git.push"), playbook(("restore-ruleset", params)))
    assert receipt_of(file).state is StepState.DONE
    assert (made.state["enforcement"], made.state["bypass_actors"]) == ("active", [])
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
    assert (made.state["enforcement"], made.state["bypass_actors"]) == ("disabled", BYPASS)


async def test_a_version_that_there_is_not_is_told(bench: Bench) -> None:
    """Rather than another one taken."""
    event = await rule_disabled(bench)
    receipt = await done(bench, event, "restore-ruleset", version=1)
    assert receipt.state is StepState.BLOCKED
    assert "has no version 1" in receipt.summary


async def test_restoring_a_ruleset_after_another_event_needs_a_version(bench: Bench) -> None:
    """The case says which parameters to give."""
    await bench.sim.by("mallory").push("widgets", "Past the rules")
    receipt = await done(bench, bench.event("git.push"), "restore-ruleset")
    assert receipt.state is StepState.BLOCKED
    assert "`ruleset_id` and `version`" in receipt.summary


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"ruleset_source_type": "Enterprise"}, "belongs to the enterprise"),
        ({"ruleset_rules": None}, "does not tell the rules"),
        ({"ruleset_rules": [{"type": "x", "parameters": "…"}]}, "does not tell the rules"),
        ({"ruleset_id": None}, "does not say which ruleset"),
    ],
    ids=["of the enterprise", "no rules", "rules that were cut", "no number"],
)
async def test_a_deleted_ruleset_is_only_made_again_whole(
    bench: Bench, fields: dict[str, Any], says: str
) -> None:
    """Half a ruleset would look like a whole one."""
    receipt = await done(bench, altered(await rule_deleted(bench), **fields))
    assert receipt.state is StepState.BLOCKED
    assert says in receipt.summary
    assert bench.writes() == []


async def test_the_deepest_of_rules_survives_the_alert(bench: Bench) -> None:
    """What an alert keeps of an event is enough to make any ruleset again."""
    reviewer = {"id": 7, "type": "Team"}
    asked = {"file_patterns": ["*.py"], "minimum_approvals": 1, "reviewer": reviewer}
    parameters = {
        "dismiss_stale_reviews_on_push": True,
        "require_code_owner_review": True,
        "require_last_push_approval": True,
        "required_approving_review_count": 2,
        "required_review_thread_resolution": True,
        "required_reviewers": [asked],
    }
    deep = [{"type": "pull_request", "parameters": parameters}]
    olivia = bench.sim.by("olivia")
    number = await olivia.create_ruleset("widgets", "deep", rules=deep, conditions=MAIN)
    await bench.sim.by("mallory").delete_ruleset("widgets", number)
    assert (await done(bench, bench.event("repository_ruleset.destroy"))).state is StepState.DONE
    shown = rules(bench)
    assert shown is not None
    assert shown["rules"] == deep


async def test_a_ruleset_of_the_organisation_takes_only_that_permission(bench: Bench) -> None:
    """The token is narrowed to where the ruleset is, and no wider."""
    number = await bench.sim.by("mallory").create_ruleset(None, "main", rules=[])
    await done(bench, bench.event("repository_ruleset.create"))
    asked = [
        call.body["permissions"]
        for call in bench.sim.calls
        if call.path.endswith("/access_tokens") and call.body
    ]
    assert asked[0] == {"organization_administration": "write"}
    assert number not in bench.sim.world.rulesets
