"""Endpoints of self-hosted runners, of a repository and of the organisation."""

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes.workflows import remove_runner
from bot.simulator.problem import not_found
from bot.simulator.shapes import workflows
from bot.simulator.state.workflows import Runner


def list_all(request: Request) -> Answer:
    """List the runners."""
    found = list(_runners(request).values())
    listed = request.page(found, workflows.runner)
    data = {"total_count": len(found), "runners": listed.data}
    return Answer(data=data, headers=listed.headers)


def show(request: Request) -> Answer:
    """Show a runner."""
    machine = _runners(request).get(request.number("runner_id"))
    if machine is None:
        raise not_found()
    return Answer(data=workflows.runner(machine))


def remove(request: Request) -> Answer:
    """Take a runner away."""
    remove_runner(_runners(request), request.number("runner_id"))
    return Answer(status=204)


def _runners(request: Request) -> dict[int, Runner]:
    in_repository = "repo" in request.params
    place = request.repository.actions if in_repository else request.world.actions
    return place.runners


_DOCS = "actions/self-hosted-runners"
_ONES = (
    ("/repos/{owner}/{repo}", "administration", "a-repository"),
    ("/orgs/{org}", "organization_self_hosted_runners", "an-organization"),
)

ROUTES = tuple(
    route
    for root, permission, where in _ONES
    for route in (
        Route(
            "GET",
            f"{root}/actions/runners",
            list_all,
            docs=f"{_DOCS}#list-self-hosted-runners-for-{where}",
            needs=f"{permission}=read",
        ),
        Route(
            "GET",
            f"{root}/actions/runners/{{runner_id}}",
            show,
            docs=f"{_DOCS}#get-a-self-hosted-runner-for-{where}",
            needs=f"{permission}=read",
        ),
        Route(
            "DELETE",
            f"{root}/actions/runners/{{runner_id}}",
            remove,
            docs=f"{_DOCS}#delete-a-self-hosted-runner-from-{where}",
            needs=f"{permission}=write",
        ),
    )
)
