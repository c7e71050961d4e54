"""GitHub Actions as an event left it: the workflow, the run and the runner it speaks of."""

from bot.core.event import Event
from bot.rehearsal.people_scene import whole
from bot.simulator import Simulator
from bot.simulator.changes import workflows
from bot.simulator.state.people import User
from bot.simulator.state.repository import Repository
from bot.simulator.state.workflows import Runner, Workflow


def set_workflows(sim: Simulator, event: Event, repo: Repository | None) -> None:
    """Put on stage what the event names by a number; ``repo`` is its repository."""
    _runner(sim, event, repo)
    run, known = whole(event, "workflow_run_id"), whole(event, "workflow_id")
    if repo is None or (run is None and known is None):
        return
    path = event.text("path") or ".github/workflows/rehearsal.yml"
    workflow = add_workflow(sim, event, repo, path, number=known)
    if run is not None:
        add_run(sim, event, repo, workflow, run)
    if event.action == "workflows.disable_workflow":
        workflow.state = "disabled_manually"


def add_workflow(
    sim: Simulator, event: Event, repo: Repository, path: str, *, number: int | None = None
) -> Workflow:
    """Let there be a workflow in a repository."""
    workflow = workflows.add_workflow(sim.world, _somebody(sim, event), repo, path)
    if number is not None:
        del repo.actions.workflows[workflow.id]
        workflow.id = number
        repo.actions.workflows[number] = workflow
    return workflow


def add_run(
    sim: Simulator, event: Event, repo: Repository, workflow: Workflow, number: int
) -> None:
    """Let a workflow be running."""
    trigger = event.text("event") or "push"
    started = workflows.start_run(
        sim.world, _somebody(sim, event), repo, workflow, event=trigger, stubborn=False
    )
    del repo.actions.runs[started.id]
    started.id = number
    repo.actions.runs[number] = started


def _runner(sim: Simulator, event: Event, repo: Repository | None) -> None:
    number, name = whole(event, "runner_id"), event.text("runner_name")
    if number is not None or name is not None:
        add_runner(sim, None if event.action.startswith("org.") else repo, number, name)


def add_runner(
    sim: Simulator, repo: Repository | None, number: int | None, name: str | None
) -> None:
    """Let a runner be registered in a repository, or (``None``) in the organisation."""
    machine = Runner(id=number or sim.world.next_id(), name=name or "rehearsal")
    where = sim.world.actions if repo is None else repo.actions
    where.runners[machine.id] = machine


def _somebody(sim: Simulator, event: Event) -> User:
    return sim.world.person(event.actor or "somebody")
