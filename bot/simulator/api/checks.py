"""Endpoints of checks: an App's verdicts on commits."""

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import checks
from bot.simulator.shapes.checks import check_run

_CONCLUSIONS = (
    *("action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale"),
    "timed_out",
)


def create(request: Request) -> Answer:
    """Judge a commit."""
    _check(request)
    made = checks.create(
        request.world,
        request.repository,
        name=request.body.text("name"),
        sha=request.body.text("head_sha"),
        given=request.body.fields,
    )
    return Answer(status=201, data=check_run(request.world, request.repository, made))


def change(request: Request) -> Answer:
    """Change a verdict."""
    _check(request)
    made = checks.find(request.repository, request.number("check_run_id"))
    checks.change(request.world, made, request.body.fields)
    return Answer(data=check_run(request.world, request.repository, made))


def show(request: Request) -> Answer:
    """Show a verdict."""
    made = checks.find(request.repository, request.number("check_run_id"))
    return Answer(data=check_run(request.world, request.repository, made))


def list_for_commit(request: Request) -> Answer:
    """List the verdicts on a commit, newest first."""
    repo = request.repository
    ref = request.params["ref"]
    sha = repo.branches.get(ref.removeprefix("heads/"), ref)
    wanted = request.query.get("check_name")
    found = [
        made
        for made in reversed(repo.check_runs.values())
        if made.sha == sha and wanted in {None, made.name}
    ]
    page = request.page(found, lambda made: check_run(request.world, repo, made))
    return Answer(data={"total_count": len(found), "check_runs": page.data}, headers=page.headers)


def _check(request: Request) -> None:
    body = request.body
    if "conclusion" in body.fields:
        body.choice("conclusion", _CONCLUSIONS)
    output = body.table("output")
    if output is not None:
        type(body)(output).text("summary")


_RUNS = "/repos/{owner}/{repo}/check-runs"

ROUTES = (
    Route("POST", _RUNS, create, docs="checks/runs#create-a-check-run", needs="checks=write"),
    Route(
        "GET",
        f"{_RUNS}/{{check_run_id}}",
        show,
        docs="checks/runs#get-a-check-run",
        needs="checks=read",
    ),
    Route(
        "PATCH",
        f"{_RUNS}/{{check_run_id}}",
        change,
        docs="checks/runs#update-a-check-run",
        needs="checks=write",
    ),
    Route(
        "GET",
        "/repos/{owner}/{repo}/commits/{ref}/check-runs",
        list_for_commit,
        docs="checks/runs#list-check-runs-for-a-git-reference",
        needs="checks=read",
    ),
)
