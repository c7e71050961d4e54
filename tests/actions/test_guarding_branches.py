"""Branch protection: what is put back exactly, and what only a person can do."""

from typing import Any

import pytest

from bot.respond.step import StepState
from tests.actions.bench import Bench, playbook
from tests.actions.cases import altered, done
from tests.actions.scenes.branches import guards, laid_open, protected, weakened

PROTECT = "restore-branch-protection"


@pytest.mark.parametrize("pattern", ["release/*", "v[0-9]", "hot?fix"])
async def test_a_rule_for_a_pattern_is_a_persons_matter(bench: Bench, pattern: str) -> None:
    """GitHub's REST API takes single branches only, and a pattern is never taken for one."""
    receipt = await done(bench, altered(await laid_open(bench), name=pattern))
    assert receipt.state is StepState.BLOCKED
    assert "every branch like" in receipt.summary
    assert "in the repository's settings" in receipt.summary
    assert bench.writes() == []


async def test_a_branch_of_a_pattern_can_be_named_by_the_playbook(bench: Bench) -> None:
    """That one branch gets the rule."""
    event = altered(await laid_open(bench), name="m*")
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
    receipt = await done(bench, altered(await laid_open(bench), **fields))
    assert receipt.state is StepState.DONE
    assert says in receipt.summary


async def test_restricted_dismissal_comes_back_for_nobody_rather_than_for_everybody(
    bench: Bench,
) -> None:
    """The stricter of two ways, where the event does not say."""
    await done(bench, altered(await laid_open(bench), authorized_dismissal_actors_only=True))
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
    receipt = await done(bench, altered(await weakened(bench), changes_from=changes))
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
