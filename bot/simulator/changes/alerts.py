"""What GitHub finds by itself, and what people make of it."""

from typing import Any

from bot.simulator.changes.webhook import send
from bot.simulator.problem import Problem, not_found
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


def set_secret_state(
    world: World,
    by: User,
    repo: Repository,
    number: int,
    *,
    state: str,
    resolution: str | None = None,
    comment: str | None = None,
) -> dict[str, Any]:
    """Resolve a secret scanning alert, or open it again."""
    alert = repo.secrets.get(number)
    if alert is None:
        raise not_found()
    if (state == "resolved") != bool(resolution):
        raise Problem(422, "State does not match the resolution or resolution comment")
    resolved = state == "resolved"
    before = alert["state"]
    alert |= {
        "state": state,
        "resolution": resolution,
        "resolution_comment": comment,
        "resolved_at": stamp(world.clock()) if resolved else None,
        "resolved_by": people.user(world, by) if resolved else None,
    }
    if before != state:
        told = {name: value for name, value in alert.items() if name not in {"state", "secret"}}
        payload = {"action": "resolved" if resolved else "reopened", "alert": told}
        send(world, by, "secret_scanning_alert", payload, repo)
    return alert


def add_finding(world: World, repo: Repository, kind: str) -> int:
    """Let code scanning or Dependabot find something, and tell nobody; gives its number."""
    number = world.next_id()
    now = stamp(world.clock())
    repo.findings[kind, number] = {
        "number": number,
        "created_at": now,
        "url": f"{world.api}/repos/{repo.full_name}/{kind}/alerts/{number}",
        "html_url": f"{world.html}/{repo.full_name}/security/{kind}/{number}",
        "state": "open",
        "dismissed_reason": None,
        "dismissed_comment": None,
        "dismissed_at": None,
        "dismissed_by": None,
    }
    return number


def set_finding_state(
    world: World,
    by: User,
    repo: Repository,
    found: tuple[str, int],
    *,
    state: str,
    reason: str | None = None,
    comment: str | None = None,
) -> dict[str, Any]:
    """Dismiss a finding, or open it again; of neither the simulator sends a webhook."""
    alert = repo.findings.get(found)
    if alert is None:
        raise not_found()
    dismissed = state == "dismissed"
    if dismissed != bool(reason):
        raise Problem(422, "A dismissed alert needs a reason, and no other has one")
    alert |= {
        "state": state,
        "dismissed_reason": reason,
        "dismissed_comment": comment,
        "dismissed_at": stamp(world.clock()) if dismissed else None,
        "dismissed_by": people.user(world, by) if dismissed else None,
    }
    return alert
