"""Scenes of GitHub Actions: switched off, and a workflow disabled."""

from typing import Any

from bot.core.event import Event
from bot.simulator.state.workflows import SelectedActions
from tests.actions.bench import Bench
from tests.actions.scenes.scene import Scene

CHOSEN = SelectedActions(
    github_owned_allowed=False, verified_allowed=True, patterns_allowed=("acme/*",)
)


def here(bench: Bench, action: str = "git.clone", **fields: Any) -> Event:
    """Return an event in the repository ``widgets``."""
    number = bench.sim.world.repository("widgets").id
    return bench.made(action, repo="acme/widgets", repo_id=number, **fields)


async def repository_on(bench: Bench) -> Event:
    """Let selected actions run in the repository."""
    actions = bench.sim.world.repository("widgets").actions
    actions.allowed, actions.selected = "selected", CHOSEN
    return here(bench)


def repository_policy(bench: Bench) -> object:
    """Return what may run in the repository."""
    actions = bench.sim.world.repository("widgets").actions
    return (actions.allowed, actions.selected.patterns_allowed) if actions.enabled else "off"


async def organization_on(bench: Bench) -> Event:
    """Let local actions run in one repository."""
    actions = bench.sim.world.actions
    actions.enabled, actions.allowed = "selected", "local_only"
    actions.repositories = {bench.sim.world.repository("widgets").id}
    return here(bench)


def organization_policy(bench: Bench) -> object:
    """Return what may run in the organisation, and where."""
    actions = bench.sim.world.actions
    return (actions.enabled, actions.allowed, len(actions.repositories))


async def workflow_on(bench: Bench) -> Event:
    """Let there be a workflow."""
    number = await bench.sim.by("mallory").add_workflow("widgets")
    return here(bench, workflow_id=number)


def workflow_state(bench: Bench) -> object:
    """Return whether the workflow may run."""
    (workflow,) = bench.sim.world.repository("widgets").actions.workflows.values()
    return workflow.state


async def allow_local(bench: Bench) -> None:
    """Let somebody decide otherwise for the repository."""
    actions = bench.sim.world.repository("widgets").actions
    actions.enabled, actions.allowed = True, "local_only"


async def allow_everywhere(bench: Bench) -> None:
    """Let somebody decide otherwise for the organisation."""
    actions = bench.sim.world.actions
    actions.enabled, actions.allowed = "all", "all"


async def delete_workflow(bench: Bench) -> None:
    """Let somebody delete the workflow's file."""
    bench.sim.world.repository("widgets").actions.workflows.clear()


SCENES = (
    Scene(
        name="disable-actions in a repository",
        action="disable-actions",
        prepare=repository_on,
        look=repository_policy,
        before=("selected", ("acme/*",)),
        after="off",
        summary="Switched GitHub Actions off in acme/widgets (was selected).…",
        write=("PUT", "/repos/acme/widgets/actions/permissions$"),
        again=False,
        move=allow_local,
        moved="local_only",
    ),
    Scene(
        name="disable-actions in the organisation",
        action="disable-actions",
        params={"scope": "organization"},
        prepare=organization_on,
        look=organization_policy,
        before=("selected", "local_only", 1),
        after=("none", "local_only", 0),
        summary="Switched GitHub Actions off in acme (was local_only).…",
        write=("PUT", "/orgs/acme/actions/permissions$"),
        again=False,
        move=allow_everywhere,
        moved="now all",
    ),
    Scene(
        name="disable-workflow",
        action="disable-workflow",
        prepare=workflow_on,
        look=workflow_state,
        before="active",
        after="disabled_manually",
        summary="Disabled the workflow…",
        write=("PUT", "/disable$"),
        move=delete_workflow,
        moved="is gone",
    ),
)
