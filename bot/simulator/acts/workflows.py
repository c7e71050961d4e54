"""What a person does with GitHub Actions."""

from bot.simulator.acts.actor import Actor
from bot.simulator.changes import workflows
from bot.simulator.state.workflows import Runner


class WorkflowActs(Actor):
    """Acts on workflows, their runs and the machines they run on."""

    async def add_workflow(self, repo: str, path: str = ".github/workflows/ci.yml") -> int:
        """Write a workflow's file; gives the workflow's id."""
        return workflows.add_workflow(self._world, self.user, self._repo(repo), path).id

    async def run_workflow(
        self, repo: str, workflow: int, *, event: str = "push", stubborn: bool = False
    ) -> int:
        """Let a workflow run: ``workflow_run`` ``requested``; gives the run's id.

        A ``stubborn`` one has a job that runs whatever happens.
        """
        where = self._repo(repo)
        known = workflows.find_workflow(where, str(workflow))
        return workflows.start_run(
            self._world, self.user, where, known, event=event, stubborn=stubborn
        ).id

    async def finish_run(self, repo: str, run: int, conclusion: str = "success") -> None:
        """Let a run be over: ``workflow_run`` ``completed``."""
        where = self._repo(repo)
        known = where.actions.runs[run]
        workflows.end_run(self._world, self.user, where, known, conclusion)

    async def set_workflow(self, repo: str, workflow: int, *, active: bool) -> None:
        """Switch a workflow on or off, which no webhook tells."""
        known = workflows.find_workflow(self._repo(repo), str(workflow))
        known.state = "active" if active else "disabled_manually"

    async def set_actions(self, repo: str, *, enabled: bool) -> None:
        """Switch Actions on or off in a repository, which no webhook tells."""
        self._repo(repo).actions.enabled = enabled

    async def register_runner(self, name: str, repo: str | None = None) -> int:
        """Let a machine run jobs of a repository, or of the whole organisation; gives its id.

        No webhook tells.
        """
        made = Runner(id=self._world.next_id(), name=name)
        place = self._world.actions if repo is None else self._repo(repo).actions
        place.runners[made.id] = made
        return made.id

    async def occupy_runner(self, runner: int, *, busy: bool = True) -> None:
        """Give a machine a job, or let it be done."""
        here = (repo.actions.runners for repo in self._world.own_repositories())
        for runners in (self._world.actions.runners, *here):
            if runner in runners:
                runners[runner].busy = busy
