"""Endpoints of webhooks: of a repository, and of the organisation."""

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import webhooks
from bot.simulator.shapes import webhooks as shapes
from bot.simulator.state.webhooks import Webhook


def list_all(request: Request) -> Answer:
    """List the webhooks."""
    found = list(webhooks.kept(request.world, request.found).values())
    return request.page(found, lambda made: shapes.webhook(request.world, request.found, made))


def show(request: Request) -> Answer:
    """Show a webhook: of its secret only that there is one."""
    return Answer(data=shapes.webhook(request.world, request.found, _webhook(request)))


def change(request: Request) -> Answer:
    """Switch a webhook on or off, or choose its events."""
    made, body = _webhook(request), request.body
    webhooks.change(request.world, made, active=body.flag("active"), events=body.texts("events"))
    return Answer(data=shapes.webhook(request.world, request.found, made))


def delete(request: Request) -> Answer:
    """Take a webhook away."""
    webhooks.delete(request.world, request.found, request.number("hook_id"))
    return Answer(status=204)


def _webhook(request: Request) -> Webhook:
    return webhooks.find(request.world, request.found, request.number("hook_id"))


_REPO = "/repos/{owner}/{repo}/hooks"
_ORG = "/orgs/{org}/hooks"

ROUTES = (
    Route(
        "GET",
        _REPO,
        list_all,
        docs="repos/webhooks#list-repository-webhooks",
        needs="repository_hooks=read",
    ),
    Route(
        "GET",
        f"{_REPO}/{{hook_id}}",
        show,
        docs="repos/webhooks#get-a-repository-webhook",
        needs="repository_hooks=read",
    ),
    Route(
        "PATCH",
        f"{_REPO}/{{hook_id}}",
        change,
        docs="repos/webhooks#update-a-repository-webhook",
        needs="repository_hooks=write",
    ),
    Route(
        "DELETE",
        f"{_REPO}/{{hook_id}}",
        delete,
        docs="repos/webhooks#delete-a-repository-webhook",
        needs="repository_hooks=write",
    ),
    Route(
        "GET",
        _ORG,
        list_all,
        docs="orgs/webhooks#list-organization-webhooks",
        needs="organization_hooks=read",
    ),
    Route(
        "GET",
        f"{_ORG}/{{hook_id}}",
        show,
        docs="orgs/webhooks#get-an-organization-webhook",
        needs="organization_hooks=read",
    ),
    Route(
        "PATCH",
        f"{_ORG}/{{hook_id}}",
        change,
        docs="orgs/webhooks#update-an-organization-webhook",
        needs="organization_hooks=write",
    ),
    Route(
        "DELETE",
        f"{_ORG}/{{hook_id}}",
        delete,
        docs="orgs/webhooks#delete-an-organization-webhook",
        needs="organization_hooks=write",
    ),
)
