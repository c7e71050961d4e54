"""Webhooks of repositories and of the organisation, as GitHub shows them."""

from typing import Any

from bot.simulator.state.repository import Repository
from bot.simulator.state.webhooks import Webhook
from bot.simulator.world import World, stamp


def webhook(world: World, repo: Repository | None, made: Webhook) -> dict[str, Any]:
    """Return GitHub's ``hook``, or (without a repository) ``org-hook``."""
    place = f"orgs/{world.org.login}" if repo is None else f"repos/{repo.full_name}"
    url = f"{world.api}/{place}/hooks/{made.id}"
    config = {"url": made.url, "content_type": "json", "insecure_ssl": "0"}
    shown: dict[str, Any] = {
        "type": "Organization" if repo is None else "Repository",
        "id": made.id,
        "name": "web",
        "active": made.active,
        "events": list(made.events),
        "config": {**config, **({"secret": "********"} if made.secret else {})},
        "updated_at": stamp(made.updated_at),
        "created_at": stamp(made.created_at),
        "url": url,
        "ping_url": f"{url}/pings",
        "deliveries_url": f"{url}/deliveries",
    }
    if repo is not None:
        answer = {"code": None, "status": "unused", "message": None}
        shown |= {"test_url": f"{url}/test", "last_response": answer}
    return shown
