"""An App's verdicts on commits."""

from collections.abc import Mapping
from typing import Any

from bot.simulator.problem import Problem, not_found
from bot.simulator.state.checks import CheckRun
from bot.simulator.state.repository import Repository
from bot.simulator.world import World


def create(
    world: World, repo: Repository, *, name: str, sha: str, given: Mapping[str, Any]
) -> CheckRun:
    """Judge a commit; the same name may come again."""
    if sha not in repo.commits:
        raise Problem(422, f"No commit found for SHA: {sha}")
    made = CheckRun(
        id=world.next_id(),
        suite=world.next_id(),
        name=name,
        sha=sha,
        status="queued",
        started_at=world.clock(),
        external_id=given.get("external_id") or "",
        details_url=given.get("details_url"),
    )
    repo.check_runs[made.id] = made
    change(world, made, given)
    return made


def change(world: World, made: CheckRun, given: Mapping[str, Any]) -> None:
    """Change a verdict: with a conclusion it is completed."""
    if given.get("conclusion"):
        made.status, made.conclusion = "completed", given["conclusion"]
        made.completed_at = world.clock()
    elif given.get("status"):
        made.status = given["status"]
    made.output = {**made.output, **(given.get("output") or {})}


def find(repo: Repository, number: int) -> CheckRun:
    """Return a verdict, or say 404."""
    made = repo.check_runs.get(number)
    if made is None:
        raise not_found()
    return made
