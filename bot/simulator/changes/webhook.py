"""The envelope every webhook shares: where it happened, who did it, and for which installation."""

from collections.abc import Mapping
from typing import Any

from bot.simulator.shapes import app, people
from bot.simulator.shapes.repository import webhook_repository
from bot.simulator.state.people import User
from bot.simulator.state.repository import Repository
from bot.simulator.world import World


def send(
    world: World,
    by: User,
    event: str,
    payload: Mapping[str, Any],
    repo: Repository | None = None,
) -> None:
    """Send a webhook about what ``by`` just did, if the installation reaches the repository."""
    if repo is not None and not world.installed_on(repo):
        return
    body = dict(payload)
    if repo is not None:
        body.setdefault("repository", webhook_repository(world, repo))
    body["organization"] = people.organization(world)
    body.setdefault("sender", people.user(world, by))
    body.setdefault("installation", app.short_installation(world))
    world.emit(event, body, repo.id if repo else None)
