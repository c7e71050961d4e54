"""Endpoints of the App itself: its installations, its tokens, its delivery log."""

from typing import Any

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.credentials import RANKS
from bot.simulator.problem import Problem, malformed, not_found
from bot.simulator.shapes import app
from bot.simulator.shapes.repository import full_repository
from bot.simulator.state.repository import Repository
from bot.simulator.world import stamp


def show_app(request: Request) -> Answer:
    """Show the App."""
    installed = request.world.installation.state != "deleted"
    shown = app.integration(request.world)
    return Answer(data={**shown, "installations_count": int(installed)})


def list_installations(request: Request) -> Answer:
    """List where the App is installed."""
    placed = request.world.installation
    found = [] if placed.state == "deleted" else [placed]
    return request.page(found, lambda _: app.installation(request.world))


def show_installation(request: Request) -> Answer:
    """Show one installation."""
    _check_installation(request, request.number("installation_id"))
    return Answer(data=app.installation(request.world))


def show_organization_installation(request: Request) -> Answer:
    """Show the organisation's installation."""
    _check_installation(request, request.world.installation.id)
    return Answer(data=app.installation(request.world))


def _check_installation(request: Request, number: int) -> None:
    placed = request.world.installation
    if number != placed.id or placed.state == "deleted":
        raise not_found()


def create_token(request: Request) -> Answer:
    """Make an installation token, narrowed to what is asked for."""
    world = request.world
    _check_installation(request, request.number("installation_id"))
    if world.installation.state == "suspended":
        raise Problem(403, "This installation has been suspended")
    permissions = _narrowed(request)
    repositories = _chosen(request)
    ids = None if repositories is None else frozenset(repo.id for repo in repositories)
    token, caller = request.credentials.issue(permissions, ids)
    limited = repositories is not None or world.installation.repositories is not None
    data: dict[str, Any] = {
        "token": token,
        "expires_at": stamp(caller.expires_at),
        "permissions": permissions,
        "repository_selection": "selected" if limited else "all",
    }
    if repositories is not None:
        data["repositories"] = [_listed(request, repo) for repo in repositories]
    return Answer(status=201, data=data)


def _narrowed(request: Request) -> dict[str, str]:
    """Return the token's permissions; 422 for more than the App was granted."""
    granted = {"metadata": "read", **request.world.app.permissions}
    asked = request.body.table("permissions")
    if asked is None:
        return granted
    for name, wanted in asked.items():
        held = RANKS.get(granted.get(name, ""), 0)
        if RANKS.get(str(wanted), len(RANKS) + 1) > held:
            message = "The permissions requested are not granted to this installation."
            raise Problem(422, message)
    return {"metadata": "read", **asked}


def _chosen(request: Request) -> list[Repository] | None:
    """Return the repositories the token is for; ``None``: all that the App reaches."""
    world = request.world
    names = request.body.texts("repositories")
    ids = request.body.fields.get("repository_ids")
    if names is None and ids is None:
        return None
    if ids is not None and not isinstance(ids, list):
        raise malformed("For 'properties/repository_ids', it is not an array.")
    reached = [repo for repo in world.own_repositories() if world.installed_on(repo)]
    by_name = {repo.name.lower(): repo for repo in reached}
    by_id = {repo.id: repo for repo in reached}
    found = [by_name.get(name.lower()) for name in names or ()]
    found += [by_id.get(number) for number in ids or ()]
    known = [repo for repo in found if repo is not None]
    if len(known) != len(found):
        message = (
            "There is at least one repository that does not exist or is not accessible to the "
            "parent installation."
        )
        raise Problem(422, message)
    return known


def _listed(request: Request, repo: Repository) -> dict[str, Any]:
    shown = full_repository(request.world, repo)
    for name in _NOT_LISTED:
        shown.pop(name, None)
    return shown


_NOT_LISTED = (
    *("organization", "custom_properties", "subscribers_count", "network_count"),
    "security_and_analysis",
)


def list_deliveries(request: Request) -> Answer:
    """List the delivery log, newest first, from a cursor on."""
    newest = list(reversed(request.hooks.log()))
    wanted = request.query.get("status")
    if wanted is not None:
        newest = [
            found for found in newest if _succeeded(found.status_code) == (wanted != "failure")
        ]
    cursor = request.query.get("cursor", "").removeprefix("v1_")
    if cursor:
        if not cursor.isdigit():
            raise Problem(422, "Invalid cursor")
        newest = [found for found in newest if found.id <= int(cursor)]
    asked = request.query.get("per_page", "30")
    size = min(max(int(asked), 1), 100) if asked.isdigit() else 30
    headers = {}
    if len(newest) > size:
        address = request.address(per_page=str(size), cursor=f"v1_{newest[size].id}")
        headers["Link"] = f'<{address}>; rel="next"'
    return Answer(data=[found.item() for found in newest[:size]], headers=headers)


def _succeeded(status: int) -> bool:
    return 200 <= status < 400


def show_delivery(request: Request) -> Answer:
    """Show one delivery: what was sent, what was answered."""
    return Answer(data=request.hooks.find(request.number("delivery_id")).full())


def redeliver(request: Request) -> Answer:
    """Send a delivery again."""
    request.hooks.redeliver(request.number("delivery_id"))
    return Answer(status=202, data={})


ROUTES = (
    Route(
        "GET",
        "/app",
        show_app,
        docs="apps/apps#get-the-authenticated-app",
        asks="app",
    ),
    Route(
        "GET",
        "/app/installations",
        list_installations,
        docs="https://docs.github.com/enterprise-server@3.9/rest/apps/apps#list-installations-for-the-authenticated-app",
        asks="app",
    ),
    Route(
        "GET",
        "/app/installations/{installation_id}",
        show_installation,
        docs="apps/apps#get-an-installation-for-the-authenticated-app",
        asks="app",
    ),
    Route(
        "POST",
        "/app/installations/{installation_id}/access_tokens",
        create_token,
        docs="apps/apps#create-an-installation-access-token-for-an-app",
        asks="app",
    ),
    Route(
        "GET",
        "/orgs/{org}/installation",
        show_organization_installation,
        docs="apps/apps#get-an-organization-installation-for-the-authenticated-app",
        asks="app",
    ),
    Route(
        "GET",
        "/app/hook/deliveries",
        list_deliveries,
        docs="apps/webhooks#list-deliveries-for-an-app-webhook",
        asks="app",
    ),
    Route(
        "GET",
        "/app/hook/deliveries/{delivery_id}",
        show_delivery,
        docs="apps/webhooks#get-a-delivery-for-an-app-webhook",
        asks="app",
    ),
    Route(
        "POST",
        "/app/hook/deliveries/{delivery_id}/attempts",
        redeliver,
        docs="apps/webhooks#redeliver-a-delivery-for-an-app-webhook",
        asks="app",
    ),
)
