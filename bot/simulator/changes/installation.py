"""The App's place in the organisation: suspended, woken, taken away."""

from bot.simulator.changes.webhook import send
from bot.simulator.shapes import app
from bot.simulator.shapes.repository import short_repository
from bot.simulator.state.people import User
from bot.simulator.world import World


def install(world: World, by: User) -> None:
    """Tell the App that it was installed."""
    _send(world, by, "created")


def uninstall(world: World, by: User) -> None:
    """Take the App away: its tokens are worth nothing from now on."""
    _send(world, by, "deleted")
    world.installation.state = "deleted"


def suspend(world: World, by: User) -> None:
    """Lock the App out without taking it away."""
    placed = world.installation
    placed.state, placed.suspended_by, placed.suspended_at = "suspended", by, world.clock()
    _send(world, by, "suspend")


def unsuspend(world: World, by: User) -> None:
    """Let the App in again."""
    placed = world.installation
    placed.state, placed.suspended_by, placed.suspended_at = "active", None, None
    _send(world, by, "unsuspend")


def _send(world: World, by: User, action: str) -> None:
    reached = [repo for repo in world.own_repositories() if world.installed_on(repo)]
    payload = {
        "action": action,
        "installation": app.installation(world),
        "repositories": [short_repository(repo) for repo in reached],
    }
    send(world, by, "installation", payload)
