"""GitHub Actions: runs begin and end, machines come and go."""

from bot.simulator.changes import git
from bot.simulator.changes.webhook import send
from bot.simulator.problem import Problem, not_found
from bot.simulator.shapes import workflows
from bot.simulator.state.people import User
from bot.simulator.state.repository import Repository
from bot.simulator.state.workflows import Run, Runner, Workflow
from bot.simulator.world import World


def add_workflow(world: World, by: User, repo: Repository, path: str) -> Workflow:
    """Write a workflow's file, without telling anybody."""
    name = path.rpartition("/")[2].partition(".")[0]
    files = {path: f"name: {name}\n".encode()}
    git.commit(world, by, repo, repo.default_branch, message=f"Add {path}", files=files)
    made = Workflow(id=world.next_id(), name=name, path=path, created_at=world.clock())
    repo.actions.workflows[made.id] = made
    return made


def find_workflow(repo: Repository, name: str) -> Workflow:
    """Return a workflow by its id or by its file's name, or say 404."""
    for known in repo.actions.workflows.values():
        if name in {str(known.id), known.path.rpartition("/")[2]}:
            return known
    raise not_found()


def start_run(
    world: World, by: User, repo: Repository, workflow: Workflow, *, event: str, stubborn: bool
) -> Run:
    """Let a workflow run."""
    if not repo.actions.enabled or workflow.state != "active":
        raise Problem(422, "Actions has been disabled for this repository or workflow")
    now = world.clock()
    made = Run(
        id=world.next_id(),
        number=len(repo.actions.runs) + 1,
        workflow=workflow,
        by=by,
        event=event,
        branch=repo.default_branch,
        sha=repo.branches[repo.default_branch],
        started_at=now,
        updated_at=now,
        stubborn=stubborn,
    )
    repo.actions.runs[made.id] = made
    _send(world, by, repo, made, "requested")
    return made


def end_run(world: World, by: User, repo: Repository, run: Run, conclusion: str) -> None:
    """Let a run be over."""
    run.status, run.conclusion, run.updated_at = "completed", conclusion, world.clock()
    _send(world, by, repo, run, "completed")


def cancel_run(world: World, by: User, repo: Repository, number: int, *, force: bool) -> None:
    """Ask a run to end; only force ends a stubborn one."""
    run = repo.actions.runs.get(number)
    if run is None:
        raise not_found()
    if run.status == "completed":
        raise Problem(409, "Cannot cancel a workflow run that is completed")
    if force or not run.stubborn:
        end_run(world, by, repo, run, "cancelled")


def remove_runner(runners: dict[int, Runner], number: int) -> None:
    """Take a machine away, unless it is at work."""
    machine = runners.get(number)
    if machine is None:
        raise not_found()
    if machine.busy:
        text = f'Runner "{machine.name}" is still running a job'
        raise Problem(422, f"Bad request - {text}")
    del runners[number]


def _send(world: World, by: User, repo: Repository, run: Run, action: str) -> None:
    payload = {
        "action": action,
        "workflow": workflows.workflow(world, repo, run.workflow),
        "workflow_run": workflows.webhook_run(world, repo, run),
    }
    send(world, by, "workflow_run", payload, repo)
