"""GitHub Actions as an event left it: the workflow, the run and the runner it speaks of."""

from bot.core.event import Event
from bot.simulator import Simulator
from bot.simulator.changes import workflows
from bot.simulator.state.repository import Repository
from bot.simulator.state.workflows import Runner


def set_workflows(sim: Simulator, event: Event, repo: Repository | None) -> None:
    """Put on stage what the event names by a number; ``repo`` is its repository."""
    _runner(sim, event, repo)
    run, known = _number(event, "workflow_run_id"), _number(event, "workflow_id")
    if repo is None or (run is None and known is None):
        return
    somebody = sim.world.person(event.actor or "somebody")
    path = event.text("path") or ".github/workflows/rehearsal.yml"
    workflow = workflows.add_workflow(sim.world, somebody, repo, path)
    if known is not None:
        del repo.actions.workflows[workflow.id]
        workflow.id = known
        repo.actions.workflows[known] = workflow
    if run is not None:
        started = workflows.start_run(
            sim.world, somebody, repo, workflow, event=event.text("event") or "push", stubborn=False
        )
        del repo.actions.runs[started.id]
        started.id = run
        repo.actions.runs[run] = started
    if event.action == "workflows.disable_workflow":
        workflow.state = "disabled_manually"


def _runner(sim: Simulator, event: Event, repo: Repository | None) -> None:
    number, name = _number(event, "runner_id"), event.text("runner_name")
    if number is None and name is None:
        return
    machine = Runner(id=number or sim.world.next_id(), name=name or "rehearsal")
    if repo is None or event.action.startswith("org."):
        sim.world.actions.runners[machine.id] = machine
    else:
        repo.actions.runners[machine.id] = machine


def _number(event: Event, field: str) -> int | None:
    value = event.fields.get(field)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
