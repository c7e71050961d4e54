"""Rulesets made, changed, deleted; each change kept as a version."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from bot.simulator.changes.webhook import send
from bot.simulator.problem import Problem, not_found
from bot.simulator.shapes import protection as shapes
from bot.simulator.state.people import User
from bot.simulator.state.protection import RULESET_FIELDS, Ruleset, RulesetVersion
from bot.simulator.state.repository import Repository
from bot.simulator.world import World

_DEFAULTS: Mapping[str, Any] = {
    "target": "branch",
    "bypass_actors": [],
    "conditions": {},
    "rules": [],
}


def kept(world: World, repo: Repository | None) -> dict[int, Ruleset]:
    """Return the rulesets of a repository, or (``None``) of the organisation."""
    return world.rulesets if repo is None else repo.rulesets


def find(world: World, repo: Repository | None, number: int) -> Ruleset:
    """Return a ruleset, or say 404."""
    made = kept(world, repo).get(number)
    if made is None:
        raise not_found()
    return made


def create(world: World, by: User, repo: Repository | None, given: Mapping[str, Any]) -> Ruleset:
    """Make a ruleset; two of one place cannot have one name."""
    _check_name(world, repo, given["name"])
    now = world.clock()
    made = Ruleset(
        id=world.next_id(),
        source_type="Organization" if repo is None else "Repository",
        source=world.org.login if repo is None else repo.full_name,
        state=deepcopy({**_DEFAULTS, **given}),
        created_at=now,
        updated_at=now,
    )
    kept(world, repo)[made.id] = made
    _remember(world, by, made)
    _send(world, by, repo, made, "created")
    return made


def edit(
    world: World, by: User, repo: Repository | None, number: int, given: Mapping[str, Any]
) -> Ruleset:
    """Change those parts of a ruleset that are given."""
    made = find(world, repo, number)
    if given.get("name", made.state["name"]) != made.state["name"]:
        _check_name(world, repo, given["name"])
    before = made.state
    made.state = {**before, **deepcopy(dict(given))}
    if made.state != before:
        made.updated_at = world.clock()
        _remember(world, by, made)
        _send(world, by, repo, made, "edited", changes=_changes(before, made.state))
    return made


def delete(world: World, by: User, repo: Repository | None, number: int) -> None:
    """Delete a ruleset, its history with it."""
    made = find(world, repo, number)
    del kept(world, repo)[number]
    _send(world, by, repo, made, "deleted")


def _check_name(world: World, repo: Repository | None, name: str) -> None:
    if any(other.state["name"] == name for other in kept(world, repo).values()):
        raise Problem(422, "Validation Failed", errors=["Name must be unique"])


def _remember(world: World, by: User, made: Ruleset) -> None:
    state = {name: deepcopy(made.state[name]) for name in RULESET_FIELDS}
    made.versions.append(RulesetVersion(id=world.next_id(), by=by, at=made.updated_at, state=state))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a webhook tells of a change: nothing of who may bypass."""
    changes: dict[str, Any] = {
        name: {"from": before[name]}
        for name in ("name", "enforcement")
        if before[name] != after[name]
    }
    if before["rules"] != after["rules"]:
        old = {rule["type"]: rule for rule in before["rules"]}
        new = {rule["type"]: rule for rule in after["rules"]}
        changes["rules"] = {
            "added": [rule for kind, rule in new.items() if kind not in old],
            "deleted": [rule for kind, rule in old.items() if kind not in new],
            "updated": [
                {"rule": rule, "changes": {"configuration": {"from": "{}"}}}
                for kind, rule in new.items()
                if kind in old and old[kind] != rule
            ],
        }
    return changes


def _send(
    world: World, by: User, repo: Repository | None, made: Ruleset, action: str, **more: Any
) -> None:
    payload = {"action": action, "repository_ruleset": shapes.ruleset(world, made), **more}
    send(world, by, "repository_ruleset", payload, repo)
