"""A case with an open issue, that more and more alerts join."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.core.event import Event
from bot.respond.alert import CaseFile
from bot.respond.step import Step
from tests.actions.bench import Bench, playbook, recorded

OPEN = playbook("open-issue")


def act(bench: Bench, name: str = "one", repo: str = "acme/widgets") -> Event:
    """Return an event of Mallory making Eve an administrator."""
    number = min(repository.id for repository in bench.sim.world.own_repositories())
    event = bench.made(
        "repo.add_member",
        repo=repo,
        repo_id=number,
        user="eve",
        permission="admin",
        actor="mallory",
    )
    return replace(event, id=f"made:{name}")


async def opened(bench: Bench, action: str, params: Mapping[str, Any]) -> CaseFile:
    """Return a case whose issue is open, with one more step to take."""
    file = bench.case(act(bench), playbook("open-issue", (action, params)))
    return await bench.step(file, file.steps[0].id)


def joined(bench: Bench, file: CaseFile, name: str) -> tuple[CaseFile, Step]:
    """Return the case with one more alert, and the step that is to tell of it."""
    more = bench.plan(act(bench, name), OPEN)
    alert = replace(more.alert, case_id=file.case.id)
    step = replace(more.steps[0], case_id=file.case.id, attempts=1)
    return replace(file, alerts=(*file.alerts, alert), steps=(*file.steps, step)), step


async def told(bench: Bench, file: CaseFile, name: str) -> CaseFile:
    """Return the case after one more alert was told of."""
    file, step = joined(bench, file, name)
    return recorded(file, step, await bench.act(file, step))
