"""Fine-grained tokens, their requests and SSO authorisations, as GitHub shows them."""

from typing import Any

from bot.simulator.shapes import people
from bot.simulator.shapes.repository import short_repository
from bot.simulator.state.repository import Repository
from bot.simulator.state.tokens import CredentialAuthorization, FineGrainedToken, TokenRequest
from bot.simulator.world import World, stamp


def reached(world: World, token: FineGrainedToken) -> list[Repository]:
    """Return the repositories a token reaches (or asks to reach)."""
    if token.selection == "none":
        return []
    own = world.own_repositories()
    return own if token.selection == "all" else [r for r in own if r.name in token.repositories]


def _common(world: World, token: FineGrainedToken, collection: str) -> dict[str, Any]:
    root = f"{world.api}/organizations/{world.org.id}/{collection}/{token.id}"
    return {
        "id": token.id,
        "owner": people.user(world, token.owner),
        "repository_selection": token.selection,
        "repositories_url": f"{root}/repositories",
        "permissions": token.permissions,
        **_lifetime(world, token),
    }


def _lifetime(world: World, token: FineGrainedToken) -> dict[str, Any]:
    expired = token.expires_at is not None and token.expires_at <= world.clock()
    return {
        "token_id": token.token_id,
        "token_name": token.name,
        "token_expired": expired,
        "token_expires_at": stamp(token.expires_at),
        "token_last_used_at": stamp(token.last_used_at),
    }


def grant(world: World, token: FineGrainedToken) -> dict[str, Any]:
    """Return GitHub's ``organization-programmatic-access-grant``: a token in force."""
    shown = _common(world, token, "personal-access-tokens")
    return {**shown, "access_granted_at": stamp(token.created_at)}


def request(world: World, asked: TokenRequest) -> dict[str, Any]:
    """Return GitHub's ``organization-programmatic-access-grant-request``."""
    shown = _common(world, asked, "personal-access-token-requests")
    return {**shown, "reason": asked.reason, "created_at": stamp(asked.created_at)}


def webhook_request(world: World, asked: TokenRequest) -> dict[str, Any]:
    """Return the request as its webhook carries it: no reason, but the repositories."""
    subset = asked.selection == "subset"
    return {
        "id": asked.id,
        "owner": people.user(world, asked.owner),
        "permissions_added": asked.permissions,
        "permissions_upgraded": {},
        "permissions_result": asked.permissions,
        "repository_selection": asked.selection,
        "repository_count": len(asked.repositories) if subset else None,
        "repositories": (
            [short_repository(repo) for repo in reached(world, asked)] if subset else None
        ),
        "created_at": stamp(asked.created_at),
        **_lifetime(world, asked),
    }


def authorization(given: CredentialAuthorization) -> dict[str, Any]:
    """Return GitHub's ``credential-authorization``."""
    shown: dict[str, Any] = {
        "login": given.user.login,
        "credential_id": given.id,
        "credential_type": given.kind,
        "credential_authorized_at": stamp(given.authorized_at),
        "credential_accessed_at": stamp(given.accessed_at),
        "authorized_credential_id": given.reference,
    }
    if given.kind == "SSH key":
        return {
            **shown,
            "fingerprint": given.fingerprint or "",
            "authorized_credential_title": given.note,
        }
    return {
        **shown,
        "token_last_eight": given.last_eight,
        "scopes": list(given.scopes),
        "authorized_credential_note": given.note,
        "authorized_credential_expires_at": stamp(given.expires_at),
    }
