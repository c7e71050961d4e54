"""Branch protection and rulesets: what is put back exactly, and what only a person can do."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core.event import Event
from bot.respond.step import Receipt, StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, playbook, receipt_of
from tests.actions.scenes.branches import guards, laid_open, protected, weakened
from tests.actions.scenes.rulesets import BYPASS, MAIN, RULES, rule_deleted, rule_disabled, rules

PROTECT = "restore-branch-protection"


async def done(bench: Bench, event: Event, action: str = "revert", **params: Any) -> Receipt:
    """Return the receipt of one step."""
    return receipt_of(await bench.play(event, playbook((action, params))))


def told(event: Event, **fields: Any) -> Event:
    """Return the event with other fields; ``None`` takes one away."""
    kept = {**event.fields, **fields}
    return replace(event, fields={k: v for k, v in kept.items() if v is not None})


@pytest.mark.parametrize("pattern", ["release/*", "v[0-9]", "hot?fix"])
async def test_a_rule_for_a_pattern_is_a_persons_matter(bench: Bench, pattern: str) -> None:
    """GitHub's REST API takes single branches only, and a pattern is never taken for one."""
    receipt = await done(bench, told(await laid_open(bench), name=pattern))
    assert receipt.state is StepState.BLOCKED
    assert "every branch like" in receipt.summary
    assert "in the repository's settings" in receipt.summary
    assert bench.writes() == []


async def test_a_branch_of_a_pattern_can_be_named_by_the_playbook(bench: Bench) -> None:
    """That one branch gets the rule."""
    event = told(await laid_open(bench), name="m*")
    receipt = await done(bench, event, PROTECT, branch="main", repository="acme/widgets")
    assert receipt.state is StepState.DONE
    assert guards(bench) is not None


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"merge_queue_enforcement_level": "everyone"}, "can't set the merge queue"),
        ({"required_deployments_enforcement_level": "everyone"}, "can't set required deployments"),
        ({"authorized_dismissal_actors_only": True}, "does not say who may dismiss reviews"),
        ({"authorized_actor_names": ["olivia", "gone"]}, "Nobody here is called gone"),
    ],
    ids=["merge queue", "deployments", "dismissal", "an account that is gone"],
)
async def test_what_cannot_be_set_again_is_told(
    bench: Bench, fields: dict[str, Any], says: str
) -> None:
    """The rest is done all the same, and the receipt says what a person has to do."""
    receipt = await done(bench, told(await laid_open(bench), **fields))
    assert receipt.state is StepState.DONE
    assert says in receipt.summary


async def test_restricted_dismissal_comes_back_for_nobody_rather_than_for_everybody(
    bench: Bench,
) -> None:
    """The stricter of two ways, where the event does not say."""
    await done(bench, told(await laid_open(bench), authorized_dismissal_actors_only=True))
    reviews = (
        bench.sim.world.repository("widgets")
        .protections["main"]
        .settings["required_pull_request_reviews"]
    )
    assert reviews["dismissal_restrictions"] == {"users": [], "teams": [], "apps": []}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": {"from": "master"}}, "another pattern"),
        ({"merge_queue_enforcement_level": {"from": "everyone"}}, "can't set what was changed"),
        ({}, "the event does not say"),
    ],
    ids=["renamed", "beyond the API", "nothing told"],
)
async def test_a_change_that_the_api_cannot_take_back_is_a_persons_matter(
    bench: Bench, changes: dict[str, Any], says: str
) -> None:
    """Nothing is written, and the case says where to look."""
    receipt = await done(bench, told(await weakened(bench), changes_from=changes))
    assert receipt.state is StepState.BLOCKED
    assert says in receipt.summary
    assert "settings under Branches" in receipt.summary
    assert bench.writes() == []


async def test_only_what_the_event_changed_is_put_back(bench: Bench) -> None:
    """What somebody set since, beside it, stays."""
    event = await weakened(bench)
    await bench.sim.by("olivia").change_protection("widgets", required_linear_history=True)
    assert (await done(bench, event, PROTECT)).state is StepState.DONE
    shown = guards(bench)
    assert shown is not None
    assert shown["required_linear_history"] is True
    assert shown["enforce_admins"] is True


async def test_a_protection_that_somebody_changed_since_is_left_alone(bench: Bench) -> None:
    """Tipstaff does not overrule them."""
    event = await weakened(bench)
    await bench.sim.by("olivia").change_protection(
        "widgets",
        enforce_admins=True,
        allow_force_pushes=False,
        required_pull_request_reviews={"required_approving_review_count": 1},
        restrictions={"users": ["mallory"], "teams": [], "apps": []},
    )
    receipt = await done(bench, event)
    assert receipt.state is StepState.UNCHANGED
    assert "has changed since" in receipt.summary
    assert bench.writes() == []


async def test_a_branch_that_is_gone_is_not_protected(bench: Bench) -> None:
    """GitHub says so, and the step fails with its words."""
    event = await laid_open(bench)
    del bench.sim.world.repository("widgets").branches["main"]
    file = bench.case(event, playbook("revert"))
    with pytest.raises(Exception, match="Branch not found"):
        await bench.step(file, file.steps[0].id)


async def test_a_branch_with_a_slash_in_its_name_is_put_back(bench: Bench) -> None:
    """The name is one part of the address."""
    await bench.sim.by("olivia").create_branch("widgets", "release/1.0")
    await bench.sim.by("olivia").protect_branch("widgets", "release/1.0", enforce_admins=True)
    await bench.sim.by("mallory").unprotect_branch("widgets", "release/1.0")
    receipt = await done(bench, bench.event("protected_branch.destroy"))
    assert receipt.state is StepState.DONE
    assert "release/1.0" in bench.sim.world.repository("widgets").protections
    bench.problems.clear()  # the judge reads addresses decoded, and takes the slash for two parts


async def test_an_event_without_the_rule_leaves_the_branch(bench: Bench) -> None:
    """The audit log names the branch and not the rule."""
    event = bench.made("protected_branch.destroy", repo="acme/widgets", name="main")
    receipt = await done(bench, event)
    assert receipt.state is StepState.BLOCKED
    assert "does not tell the rule" in receipt.summary


async def test_restoring_after_another_event_is_refused(bench: Bench) -> None:
    """A rule that was made took no protection away: only `revert` removes it."""
    receipt = await done(bench, await protected(bench), PROTECT)
    assert receipt.state is StepState.BLOCKED
    assert "took no branch's protection away" in receipt.summary


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
    event = told(await rule_disabled(bench), ruleset_enforcement="evaluate")
    receipt = await done(bench, event)
    assert receipt.state is StepState.BLOCKED
    assert "does not show this change" in receipt.summary


async def test_a_version_that_spells_a_rule_otherwise_is_found(bench: Bench) -> None:
    """The webhook and the history need not agree in every detail of a rule."""
    event = await rule_disabled(bench)
    spelled = [{"type": "deletion", "parameters": {"something": "new"}}]
    assert (await done(bench, told(event, ruleset_rules=spelled))).state is StepState.DONE
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
    receipt = await done(bench, told(await rule_deleted(bench), **fields))
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


@pytest.mark.parametrize(
    ("aspect", "note"),
    [
        ({"authorized_actors_only": True}, "names nobody who may push"),
        ({"required_status_checks_enforcement_level": "everyone"}, "names no status checks"),
    ],
)
async def test_a_list_that_the_event_does_not_tell_is_asked_for(
    bench: Bench, aspect: dict[str, Any], note: str
) -> None:
    """An empty one is set, and the receipt says that a person has to fill it."""
    await bench.sim.by("olivia").protect_branch("widgets", enforce_admins=True)
    (name, value) = next(iter(aspect.items()))
    off = False if value is True else "off"
    event = bench.made(
        "protected_branch.update",
        repo="acme/widgets",
        name="main",
        admin_enforced=True,
        pull_request_reviews_enforcement_level="off",
        changes_from={name: {"from": value}},
        **{name: off},
    )
    receipt = await done(bench, event)
    assert receipt.state is StepState.DONE
    assert note in receipt.summary
