"""Endpoints of GitHub Actions: what may run, workflows, and their runs."""

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import workflows as change
from bot.simulator.problem import Problem, malformed, not_found
from bot.simulator.shapes import workflows
from bot.simulator.shapes.repository import minimal_repository
from bot.simulator.state.workflows import OrganizationActions, RepositoryActions, SelectedActions

_ALLOWED = ("all", "local_only", "selected")


def show_repository_policy(request: Request) -> Answer:
    """Say whether Actions may run in a repository, and which."""
    return Answer(data=workflows.repository_policy(request.world, request.repository))


def set_repository_policy(request: Request) -> Answer:
    """Say whether Actions may run in a repository, and which."""
    enabled = request.body.flag("enabled")
    if enabled is None:
        raise malformed('"enabled" wasn\'t supplied.')
    if enabled and request.world.actions.enabled == "none":
        raise Problem(409, "Actions is disabled by the organization's policy")
    actions = request.repository.actions
    actions.enabled = enabled
    _allow(request, actions)
    return Answer(status=204)


def show_organization_policy(request: Request) -> Answer:
    """Say in which repositories Actions may run, and which."""
    return Answer(data=workflows.organization_policy(request.world))


def set_organization_policy(request: Request) -> Answer:
    """Say in which repositories Actions may run, and which."""
    actions = request.world.actions
    wanted = request.body.choice("enabled_repositories", ("all", "none", "selected"))
    actions.enabled = "all" if wanted == "all" else "none" if wanted == "none" else "selected"
    if wanted == "none":
        actions.repositories.clear()
    _allow(request, actions)
    return Answer(status=204)


def _allow(request: Request, actions: RepositoryActions | OrganizationActions) -> None:
    wanted = request.body.choice("allowed_actions", _ALLOWED, actions.allowed)
    actions.allowed = (
        "all" if wanted == "all" else "selected" if wanted == "selected" else "local_only"
    )


def list_enabled_repositories(request: Request) -> Answer:
    """List the repositories in which Actions may run, where only some may."""
    if request.world.actions.enabled != "selected":
        raise Problem(409, "Actions is not enabled for selected repositories")
    chosen = request.world.actions.repositories
    found = [repo for repo in request.world.own_repositories() if repo.id in chosen]
    listed = request.page(found, lambda repo: minimal_repository(request.world, repo))
    data = {"total_count": len(found), "repositories": listed.data}
    return Answer(data=data, headers=listed.headers)


def set_enabled_repositories(request: Request) -> Answer:
    """Choose the repositories in which Actions may run."""
    if request.world.actions.enabled != "selected":
        raise Problem(409, "Actions is not enabled for selected repositories")
    wanted = request.body.fields.get("selected_repository_ids")
    if not isinstance(wanted, list):
        raise malformed('"selected_repository_ids" wasn\'t supplied.')
    request.world.actions.repositories = {int(number) for number in wanted}
    return Answer(status=204)


def show_selected_actions(request: Request) -> Answer:
    """Say which actions may run, where only selected ones may."""
    return Answer(data=workflows.selected_actions(_selecting(request).selected))


def set_selected_actions(request: Request) -> Answer:
    """Choose the actions that may run."""
    body = request.body
    _selecting(request).selected = SelectedActions(
        github_owned_allowed=bool(body.flag("github_owned_allowed")),
        verified_allowed=bool(body.flag("verified_allowed")),
        patterns_allowed=tuple(body.texts("patterns_allowed") or ()),
    )
    return Answer(status=204)


def _selecting(request: Request) -> RepositoryActions | OrganizationActions:
    """Return the place whose actions are selected ones; 409 where they are not."""
    in_repository = "repo" in request.params
    actions = request.repository.actions if in_repository else request.world.actions
    if actions.allowed != "selected":
        raise Problem(409, "Conflict: allowed_actions is not set to selected")
    return actions


def show_workflow(request: Request) -> Answer:
    """Show a workflow, by its id or its file's name."""
    known = change.find_workflow(request.repository, request.params["workflow_id"])
    return Answer(data=workflows.workflow(request.world, request.repository, known))


def disable_workflow(request: Request) -> Answer:
    """Keep a workflow from running."""
    known = change.find_workflow(request.repository, request.params["workflow_id"])
    known.state = "disabled_manually"
    return Answer(status=204)


def enable_workflow(request: Request) -> Answer:
    """Let a workflow run again."""
    known = change.find_workflow(request.repository, request.params["workflow_id"])
    known.state = "active"
    return Answer(status=204)


def show_run(request: Request) -> Answer:
    """Show a run."""
    known = request.repository.actions.runs.get(request.number("run_id"))
    if known is None:
        raise not_found()
    return Answer(data=workflows.run(request.world, request.repository, known))


def cancel_run(request: Request) -> Answer:
    """Ask a run to end."""
    return _cancel(request, force=False)


def force_cancel_run(request: Request) -> Answer:
    """End a run, whatever its jobs say."""
    return _cancel(request, force=True)


def _cancel(request: Request, *, force: bool) -> Answer:
    number = request.number("run_id")
    change.cancel_run(request.world, request.actor, request.repository, number, force=force)
    return Answer(status=202, data={})


_REPO = "/repos/{owner}/{repo}/actions"
_ORG = "/orgs/{org}/actions/permissions"
_DOCS = "actions/permissions"

ROUTES = (
    Route(
        "GET",
        f"{_REPO}/permissions",
        show_repository_policy,
        docs=f"{_DOCS}#get-github-actions-permissions-for-a-repository",
        needs="administration=read",
    ),
    Route(
        "PUT",
        f"{_REPO}/permissions",
        set_repository_policy,
        docs=f"{_DOCS}#set-github-actions-permissions-for-a-repository",
        needs="administration=write",
    ),
    Route(
        "GET",
        f"{_REPO}/permissions/selected-actions",
        show_selected_actions,
        docs=f"{_DOCS}#get-allowed-actions-and-reusable-workflows-for-a-repository",
        needs="administration=read",
    ),
    Route(
        "PUT",
        f"{_REPO}/permissions/selected-actions",
        set_selected_actions,
        docs=f"{_DOCS}#set-allowed-actions-and-reusable-workflows-for-a-repository",
        needs="administration=write",
    ),
    Route(
        "GET",
        _ORG,
        show_organization_policy,
        docs=f"{_DOCS}#get-github-actions-permissions-for-an-organization",
        needs="organization_administration=read",
    ),
    Route(
        "PUT",
        _ORG,
        set_organization_policy,
        docs=f"{_DOCS}#set-github-actions-permissions-for-an-organization",
        needs="organization_administration=write",
    ),
    Route(
        "GET",
        f"{_ORG}/repositories",
        list_enabled_repositories,
        docs=f"{_DOCS}#list-selected-repositories-enabled-for-github-actions-in-an-organization",
        needs="organization_administration=read",
    ),
    Route(
        "PUT",
        f"{_ORG}/repositories",
        set_enabled_repositories,
        docs=f"{_DOCS}#set-selected-repositories-enabled-for-github-actions-in-an-organization",
        needs="organization_administration=write",
    ),
    Route(
        "GET",
        f"{_ORG}/selected-actions",
        show_selected_actions,
        docs=f"{_DOCS}#get-allowed-actions-and-reusable-workflows-for-an-organization",
        needs="organization_administration=read",
    ),
    Route(
        "PUT",
        f"{_ORG}/selected-actions",
        set_selected_actions,
        docs=f"{_DOCS}#set-allowed-actions-and-reusable-workflows-for-an-organization",
        needs="organization_administration=write",
    ),
    Route(
        "GET",
        f"{_REPO}/workflows/{{workflow_id}}",
        show_workflow,
        docs="actions/workflows#get-a-workflow",
        needs="actions=read",
    ),
    Route(
        "PUT",
        f"{_REPO}/workflows/{{workflow_id}}/disable",
        disable_workflow,
        docs="actions/workflows#disable-a-workflow",
        needs="actions=write",
    ),
    Route(
        "PUT",
        f"{_REPO}/workflows/{{workflow_id}}/enable",
        enable_workflow,
        docs="actions/workflows#enable-a-workflow",
        needs="actions=write",
    ),
    Route(
        "GET",
        f"{_REPO}/runs/{{run_id}}",
        show_run,
        docs="actions/workflow-runs#get-a-workflow-run",
        needs="actions=read",
    ),
    Route(
        "POST",
        f"{_REPO}/runs/{{run_id}}/cancel",
        cancel_run,
        docs="actions/workflow-runs#cancel-a-workflow-run",
        needs="actions=write",
    ),
    Route(
        "POST",
        f"{_REPO}/runs/{{run_id}}/force-cancel",
        force_cancel_run,
        docs="actions/workflow-runs#force-cancel-a-workflow-run",
        needs="actions=write",
    ),
)
