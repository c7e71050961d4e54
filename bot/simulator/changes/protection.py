"""Branches protected, changed and laid open; and what the webhooks tell of it."""

from collections.abc import Mapping
from typing import Any

from bot.simulator.changes.refusals import check_writable
from bot.simulator.changes.webhook import send
from bot.simulator.problem import Problem
from bot.simulator.shapes import protection as shapes
from bot.simulator.state.people import User
from bot.simulator.state.protection import Protection
from bot.simulator.state.repository import Repository
from bot.simulator.world import World


def find(repo: Repository, branch: str) -> Protection:
    """Return a branch's protection, or say which of the two is missing: both are a 404."""
    if branch not in repo.branches:
        raise Problem(404, "Branch not found")
    if branch not in repo.protections:
        raise Problem(404, "Branch not protected")
    return repo.protections[branch]


def protect(
    world: World, by: User, repo: Repository, branch: str, settings: Mapping[str, Any]
) -> Protection:
    """Protect a branch, or change how it is: ``settings`` replace the former ones."""
    check_writable(repo)
    if branch not in repo.branches:
        raise Problem(404, "Branch not found")
    _check_people(world, settings)
    made = repo.protections.get(branch)
    if made is None:
        now = world.clock()
        made = Protection(
            id=world.next_id(),
            branch=branch,
            settings=dict(settings),
            created_at=now,
            updated_at=now,
        )
        repo.protections[branch] = made
        _send(world, by, repo, made, "created")
        return made
    before = shapes.rule(repo, made)
    made.settings = dict(settings)
    _tell(world, by, repo, made, before)
    return made


def set_signatures(
    world: World, by: User, repo: Repository, made: Protection, *, wanted: bool
) -> None:
    """Ask for signed commits, or do no longer."""
    before = shapes.rule(repo, made)
    made.signatures = wanted
    _tell(world, by, repo, made, before)


def unprotect(world: World, by: User, repo: Repository, branch: str) -> None:
    """Lay a branch open."""
    check_writable(repo)
    made = find(repo, branch)
    del repo.protections[branch]
    _send(world, by, repo, made, "deleted")


def _tell(
    world: World, by: User, repo: Repository, made: Protection, before: Mapping[str, Any]
) -> None:
    after = shapes.rule(repo, made)
    changes = {name: {"from": before[name]} for name in after if before[name] != after[name]}
    if changes:
        made.updated_at = world.clock()
        _send(world, by, repo, made, "edited", changes=changes)


def _send(
    world: World, by: User, repo: Repository, made: Protection, action: str, **more: Any
) -> None:
    payload = {"action": action, "rule": shapes.rule(repo, made), **more}
    send(world, by, "branch_protection_rule", payload, repo)


def _check_people(world: World, settings: Mapping[str, Any]) -> None:
    """Refuse users and teams that there are none of."""
    named = settings.get("restrictions") or {}
    users = [login for login in named.get("users", ()) if login.lower() not in world.users]
    teams = [slug for slug in named.get("teams", ()) if slug.lower() not in world.org.teams]
    if users or teams:
        message = "Only users, teams and apps with write access can be added as authorized actors"
        raise Problem(422, "Validation Failed", errors=[message])
