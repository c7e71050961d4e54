"""Credentials people hold: fine-grained tokens, their requests, single sign-on authorisations."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.simulator.state.people import User

Permissions = dict[str, dict[str, str]]
"""``{"organization": {"members": "write"}, "repository": {"contents": "read"}}``."""

Selection = Literal["none", "all", "subset"]


@dataclass(kw_only=True, slots=True, eq=False)
class FineGrainedToken:
    """A fine-grained personal access token with access to the organisation.

    ``id`` is that of the grant (``pat_id``), ``token_id`` that of the token itself, which the
    audit log shows too. ``repositories`` are names, used when ``selection`` is ``subset``.
    """

    id: int
    token_id: int
    owner: User
    name: str
    permissions: Permissions
    selection: Selection
    repositories: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


@dataclass(kw_only=True, slots=True, eq=False)
class TokenRequest(FineGrainedToken):
    """A fine-grained token that waits for an owner's yes; ``id`` is that of the request."""

    reason: str | None = None


@dataclass(kw_only=True, slots=True, eq=False)
class CredentialAuthorization:
    """A classic token or SSH key that single sign-on lets into the organisation."""

    id: int
    user: User
    kind: Literal["personal access token", "SSH key", "OAuth app token", "GitHub app token"]
    scopes: tuple[str, ...]
    authorized_at: datetime
    accessed_at: datetime | None = None
    expires_at: datetime | None = None
    note: str | None = None
    last_eight: str = ""
    fingerprint: str | None = None
    reference: int = field(default=0)
