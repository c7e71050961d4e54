"""Scenes of rulesets, of a repository or of the organisation."""

from datetime import timedelta
from typing import Any

from bot.core.event import Event
from tests.actions.bench import Bench
from tests.actions.scenes.scene import Scene

MAIN = {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}
ALL_MAINS = {**MAIN, "repository_name": {"include": ["~ALL"], "exclude": []}}
RULES = [
    {"type": "deletion"},
    {
        "type": "required_status_checks",
        "parameters": {
            "required_status_checks": [{"context": "ci/build", "integration_id": 15368}],
            "strict_required_status_checks_policy": True,
        },
    },
]
LATER = timedelta(hours=1)
BYPASS = [{"actor_id": 1, "actor_type": "OrganizationAdmin", "bypass_mode": "always"}]
FULL = {"name": "main", "enforcement": "active", "target": "branch", "rules": RULES}
THIN = {**FULL, "enforcement": "disabled", "rules": RULES[:1], "bypass_actors": BYPASS}
RULE = {**FULL, "conditions": MAIN, "bypass_actors": []}
ORGANIZATION_RULE = {**FULL, "conditions": ALL_MAINS, "bypass_actors": []}


async def rule_disabled(bench: Bench) -> Event:
    """Let a ruleset be switched off, its rules thinned out and its bypass opened."""
    return await _ruleset_weakened(bench, "widgets")


async def organization_rule_disabled(bench: Bench) -> Event:
    """Let a ruleset of the organisation be weakened."""
    return await _ruleset_weakened(bench, None)


async def _ruleset(bench: Bench, repo: str | None, **state: Any) -> int:
    conditions = MAIN if repo else ALL_MAINS
    return await bench.sim.by("olivia").create_ruleset(
        repo, "main", rules=RULES, conditions=conditions, **state
    )


async def _ruleset_weakened(bench: Bench, repo: str | None) -> Event:
    number = await _ruleset(bench, repo)
    bench.clock.now += LATER
    await bench.sim.by("mallory").change_ruleset(
        repo, number, enforcement="disabled", rules=RULES[:1], bypass_actors=BYPASS
    )
    return bench.event("repository_ruleset.update")


async def rule_deleted(bench: Bench) -> Event:
    """Let a ruleset be deleted."""
    return await _ruleset_deleted(bench, "widgets")


async def organization_rule_deleted(bench: Bench) -> Event:
    """Let a ruleset of the organisation be deleted."""
    return await _ruleset_deleted(bench, None)


async def _ruleset_deleted(bench: Bench, repo: str | None) -> Event:
    number = await _ruleset(bench, repo, bypass_actors=BYPASS)
    await bench.sim.by("mallory").delete_ruleset(repo, number)
    return bench.event("repository_ruleset.destroy")


async def rule_made(bench: Bench) -> Event:
    """Let a ruleset be made that stops everybody."""
    await bench.sim.by("mallory").create_ruleset("widgets", "main", rules=RULES, conditions=MAIN)
    return bench.event("repository_ruleset.create")


def rules(bench: Bench) -> dict[str, Any] | None:
    """Return the one ruleset there is, wherever."""
    world = bench.sim.world
    both = (*world.repository("widgets").rulesets.values(), *world.rulesets.values())
    return next(({**each.state} for each in both), None)


async def rule_changed(bench: Bench) -> None:
    """Somebody only wants to watch what the ruleset would do."""
    await _each_ruleset(bench, enforcement="evaluate")


async def rule_removed(bench: Bench) -> None:
    """Somebody deletes the ruleset."""
    for where in (None, "widgets"):
        for number in _numbers(bench, where):
            await bench.sim.by("olivia").delete_ruleset(where, number)


async def rule_made_by_hand(bench: Bench) -> None:
    """Somebody makes a ruleset of that name."""
    await bench.sim.by("olivia").create_ruleset("widgets", "main", rules=[])


async def _each_ruleset(bench: Bench, **state: Any) -> None:
    for where in (None, "widgets"):
        for number in _numbers(bench, where):
            await bench.sim.by("olivia").change_ruleset(where, number, **state)


def _numbers(bench: Bench, repo: str | None) -> list[int]:
    world = bench.sim.world
    return list(world.rulesets if repo is None else world.repository(repo).rulesets)


SCENES = (
    Scene(
        name="restore-ruleset of a repository from its history",
        action="restore-ruleset",
        prepare=rule_disabled,
        look=rules,
        before={**RULE, **THIN},
        after=RULE,
        summary="Changed the ruleset main of acme/widgets back: enforcement active; rules "
        "deletion, required_status_checks (…",
        write=("PUT", "/repos/acme/widgets/rulesets/"),
        move=rule_changed,
        moved="is now enforcement evaluate",
    ),
    Scene(
        name="restore-ruleset of the organisation from its history",
        action="restore-ruleset",
        prepare=organization_rule_disabled,
        look=rules,
        before={**ORGANIZATION_RULE, **THIN},
        after=ORGANIZATION_RULE,
        summary="Changed the ruleset main of acme back: enforcement active; …",
        write=("PUT", "/orgs/acme/rulesets/"),
        move=rule_changed,
        moved="is now enforcement evaluate",
    ),
    Scene(
        name="restore-ruleset of a repository that was deleted",
        action="restore-ruleset",
        prepare=rule_deleted,
        look=rules,
        before=None,
        after={**RULE, "bypass_actors": BYPASS},
        summary="Made the ruleset main of acme/widgets again.",
        write=("POST", "/repos/acme/widgets/rulesets$"),
        move=rule_removed,
        moved="is gone already",
    ),
    Scene(
        name="revert of a ruleset of the organisation that was deleted",
        action="revert",
        prepare=organization_rule_deleted,
        look=rules,
        before=None,
        after={**ORGANIZATION_RULE, "bypass_actors": BYPASS},
        summary="Made the ruleset main of acme again.",
        write=("POST", "/orgs/acme/rulesets$"),
        move=rule_removed,
        moved="is gone already",
    ),
    Scene(
        name="revert of a ruleset that was made",
        action="revert",
        prepare=rule_made,
        look=rules,
        before=RULE,
        after=None,
        summary="Deleted the ruleset main of acme/widgets.",
        write=("DELETE", "/repos/acme/widgets/rulesets/"),
        move=rule_made_by_hand,
        moved="There is another ruleset by the name",
    ),
)
