"""Who is calling: the App by its JWT, or its installation by a token."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bot.simulator.calls import TokenKind
from bot.simulator.problem import Problem
from bot.simulator.world import World

LIFETIME = timedelta(hours=1)
LONGEST_JWT = 600
DRIFT = 60
RANKS = {"read": 1, "write": 2, "admin": 3}

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """A valid credential; ``repositories`` are ids (``None``: all that the App reaches)."""

    kind: TokenKind
    permissions: Mapping[str, str]
    repositories: frozenset[int] | None = None
    expires_at: datetime | None = None

    def may(self, needs: str) -> bool:
        """Whether it holds what an endpoint needs, written as GitHub's header writes it."""
        return not needs or any(
            all(self._holds(*part.strip().split("=")) for part in one.split(","))
            for one in needs.split(";")
        )

    def _holds(self, name: str, wanted: str) -> bool:
        held = RANKS.get(self.permissions.get(name, ""), 0)
        return held >= RANKS[wanted] or (name, wanted) == ("metadata", "read")


class Credentials:
    """The App's public key, and the installation tokens it was given."""

    def __init__(self, world: World) -> None:
        self._world = world
        key = serialization.load_pem_public_key(world.app.public_key.encode())
        if not isinstance(key, rsa.RSAPublicKey):
            raise TypeError(
                "a GitHub App signs with an RSA key; this public key is of another kind"
            )
        self._key = key
        self._tokens: dict[str, Caller] = {}

    def identify(self, authorization: str | None) -> Caller | None:
        """Return who calls; ``None`` without a credential; 401 with one that is no good."""
        if not authorization:
            return None
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() not in {"bearer", "token"} or not value:
            raise Problem(401, "Bad credentials")
        if value.count(".") == 2 and scheme.lower() == "bearer" and not value.startswith("gh"):
            self._check_jwt(value)
            return Caller(kind="app", permissions={})
        return self._installation(value)

    def issue(
        self, permissions: Mapping[str, str], repositories: frozenset[int] | None
    ) -> tuple[str, Caller]:
        """Make an installation token that lasts an hour."""
        now = self._world.clock()
        expired = [key for key, held in self._tokens.items() if _over(held, now)]
        for key in expired:
            del self._tokens[key]
        caller = Caller(
            kind="installation",
            permissions=dict(permissions),
            repositories=repositories,
            expires_at=now + LIFETIME,
        )
        token = "ghs_" + "".join(self._world.random.choices(_ALPHABET, k=36))
        self._tokens[token] = caller
        return token, caller

    def _installation(self, token: str) -> Caller:
        caller = self._tokens.get(token)
        if caller is None or _over(caller, self._world.clock()):
            raise Problem(401, "Bad credentials")
        state = self._world.installation.state
        if state == "suspended":
            raise Problem(403, "This installation has been suspended")
        if state == "deleted":
            raise Problem(401, "Bad credentials")
        return caller

    def _check_jwt(self, token: str) -> None:
        claims = self._claims(token)
        now = self._world.clock().timestamp()
        issued, expires = claims.get("iat"), claims.get("exp")
        if not isinstance(issued, int | float) or issued > now + DRIFT:
            message = (
                "'Issued at' claim ('iat') must be an Integer representing the time that the "
                "assertion was issued"
            )
            raise Problem(401, message)
        if not isinstance(expires, int | float) or expires <= now:
            message = (
                "'Expiration time' claim ('exp') must be a numeric value representing the future "
                "time at which the assertion expires"
            )
            raise Problem(401, message)
        if expires > now + LONGEST_JWT + DRIFT or expires - issued > LONGEST_JWT + 2 * DRIFT:
            raise Problem(401, "'Expiration time' claim ('exp') is too far in the future")
        if str(claims.get("iss")) not in {str(self._world.app.id), self._world.app.client_id}:
            raise Problem(404, "Integration not found")

    def _claims(self, token: str) -> dict[str, Any]:
        signed, _, signature = token.rpartition(".")
        try:
            header, claims = (orjson.loads(_decode(part)) for part in signed.split("."))
            if header.get("alg") != "RS256":
                raise InvalidSignature
            scheme = padding.PKCS1v15()
            self._key.verify(_decode(signature), signed.encode(), scheme, hashes.SHA256())
        except (ValueError, AttributeError, InvalidSignature) as error:
            raise Problem(401, "A JSON web token could not be decoded") from error
        if not isinstance(claims, dict):
            raise Problem(401, "A JSON web token could not be decoded")
        return claims


def _over(caller: Caller, now: datetime) -> bool:
    return caller.expires_at is not None and caller.expires_at <= now


def _decode(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error as error:
        raise ValueError(str(error)) from error
