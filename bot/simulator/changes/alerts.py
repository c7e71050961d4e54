"""What GitHub finds by itself: secrets in the code."""

from typing import Any

from bot.simulator.changes.webhook import send
from bot.simulator.shapes import people
from bot.simulator.state.people import User
from bot.simulator.state.repository import Repository
from bot.simulator.world import World, stamp


def find_secret(
    world: World,
    by: User,
    repo: Repository,
    *,
    secret_type: str,
    name: str,
    validity: str,
    publicly_leaked: bool,
    bypassed_by: User | None,
    secret: str = "",
) -> int:
    """Raise a secret scanning alert; gives its number. GitHub never shows the secret itself."""
    number = world.next_id()
    now = stamp(world.clock())
    api = f"{world.api}/repos/{repo.full_name}/secret-scanning/alerts/{number}"
    alert: dict[str, Any] = {
        "number": number,
        "created_at": now,
        "updated_at": now,
        "url": api,
        "html_url": f"{world.html}/{repo.full_name}/security/secret-scanning/{number}",
        "locations_url": f"{api}/locations",
        "resolution": None,
        "resolved_at": None,
        "resolved_by": None,
        "secret_type": secret_type,
        "secret_type_display_name": name,
        "validity": validity,
        "publicly_leaked": publicly_leaked,
        "multi_repo": False,
        "push_protection_bypassed": bypassed_by is not None,
        "push_protection_bypassed_by": people.user(world, bypassed_by) if bypassed_by else None,
        "push_protection_bypassed_at": now if bypassed_by else None,
    }
    repo.secrets[number] = {**alert, "state": "open", "secret": secret}
    send(world, by, "secret_scanning_alert", {"action": "created", "alert": alert}, repo)
    return number
