"""Fine-grained tokens: asked for, let in, refused, thrown out."""

from collections.abc import Sequence
from datetime import datetime

from bot.simulator.changes.webhook import send
from bot.simulator.problem import not_found
from bot.simulator.shapes import tokens
from bot.simulator.state.people import User
from bot.simulator.state.tokens import FineGrainedToken, Permissions, Selection, TokenRequest
from bot.simulator.world import World


def request(
    world: World,
    by: User,
    *,
    name: str,
    permissions: Permissions,
    selection: Selection = "all",
    repositories: Sequence[str] = (),
    expires_at: datetime | None = None,
    reason: str | None = None,
) -> TokenRequest:
    """Ask that a token may reach the organisation."""
    asked = TokenRequest(
        id=world.next_id(),
        token_id=world.next_id(),
        owner=by,
        name=name,
        permissions=permissions,
        selection=selection,
        repositories=tuple(repositories),
        created_at=world.clock(),
        expires_at=expires_at,
        reason=reason,
    )
    world.credentials.requests[asked.id] = asked
    _send(world, by, asked, "created")
    return asked


def approve(world: World, by: User, number: int) -> FineGrainedToken:
    """Say yes to a request: the token is in force from now on."""
    asked = _take(world, number)
    granted = FineGrainedToken(
        id=world.next_id(),
        token_id=asked.token_id,
        owner=asked.owner,
        name=asked.name,
        permissions=asked.permissions,
        selection=asked.selection,
        repositories=asked.repositories,
        created_at=world.clock(),
        expires_at=asked.expires_at,
    )
    world.credentials.tokens[granted.id] = granted
    _send(world, by, asked, "approved")
    return granted


def deny(world: World, by: User, number: int) -> None:
    """Say no to a request."""
    _send(world, by, _take(world, number), "denied")


def cancel(world: World, by: User, number: int) -> None:
    """Take back a request of one's own."""
    _send(world, by, _take(world, number), "cancelled")


def revoke(world: World, number: int) -> None:
    """Lock a token out of the organisation; no webhook tells."""
    if world.credentials.tokens.pop(number, None) is None:
        raise not_found()


def _take(world: World, number: int) -> TokenRequest:
    asked = world.credentials.requests.pop(number, None)
    if asked is None:
        raise not_found()
    return asked


def _send(world: World, by: User, asked: TokenRequest, action: str) -> None:
    shown = tokens.webhook_request(world, asked)
    payload = {"action": action, "personal_access_token_request": shown}
    send(world, by, "personal_access_token_request", payload)
