"""The App and its installation, as GitHub shows them."""

from typing import Any

from bot.simulator.shapes import people
from bot.simulator.world import World, stamp


def integration(world: World) -> dict[str, Any]:
    """Return GitHub's ``integration``: the App."""
    app = world.app
    since = stamp(world.org.created_at)
    return {
        "id": app.id,
        "slug": app.slug,
        "node_id": f"A_{app.id}",
        "client_id": app.client_id,
        "owner": people.organization_owner(world),
        "name": app.slug,
        "description": "",
        "external_url": f"{world.html}/apps/{app.slug}",
        "html_url": f"{world.html}/apps/{app.slug}",
        "created_at": since,
        "updated_at": since,
        "permissions": {"metadata": "read", **app.permissions},
        "events": list(app.events),
    }


def installation(world: World) -> dict[str, Any]:
    """Return GitHub's ``installation``: the App's place in the organisation."""
    placed = world.installation
    api = f"{world.api}/app/installations/{placed.id}"
    page = f"{world.html}/organizations/{world.org.login}/settings/installations/{placed.id}"
    suspended_by = placed.suspended_by
    return {
        "id": placed.id,
        "client_id": world.app.client_id,
        "account": people.organization_owner(world),
        "repository_selection": "all" if placed.repositories is None else "selected",
        "access_tokens_url": f"{api}/access_tokens",
        "repositories_url": f"{world.api}/installation/repositories",
        "html_url": page,
        "app_id": world.app.id,
        "app_slug": world.app.slug,
        "target_id": world.org.id,
        "target_type": "Organization",
        "permissions": {"metadata": "read", **world.app.permissions},
        "events": list(world.app.events),
        "created_at": stamp(placed.created_at),
        "updated_at": stamp(placed.updated_at),
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": people.user(world, suspended_by) if suspended_by else None,
        "suspended_at": stamp(placed.suspended_at),
    }


def short_installation(world: World) -> dict[str, Any]:
    """Return the two fields by which a webhook names the installation."""
    return {"id": world.installation.id, "node_id": f"MDIz_{world.installation.id}"}
