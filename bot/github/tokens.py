"""Who the App is to GitHub: its JWT, and the installation tokens it gets with it.

Facts: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app. A
JWT lasts ten minutes at most and is dated a minute back for clock drift; an installation token is
opaque, lasts an hour, and can be narrowed to less than the App was granted.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import jwt
from cachetools import LRUCache
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from bot.actions.port import Reply
from bot.core.errors import Forbidden, InstallationGone, NotFound, Refused, Suspended, Unavailable
from bot.github.client import Client
from bot.github.line import Bearer

_BACKDATED: Final = timedelta(seconds=60)
_JWT_LIFE: Final = timedelta(minutes=9)
_JWT_USED_FOR: Final = timedelta(minutes=7)
_TOKEN_SPARE: Final = timedelta(minutes=5)
_TOKENS_HELD: Final = 2048
_LEVELS: Final = {"none": 0, "read": 1, "write": 2, "admin": 3}

Permissions = tuple[tuple[str, str], ...]
"""Permission names and levels, sorted: one set of permissions has one spelling."""


def spell(permissions: Mapping[str, str]) -> Permissions:
    """Return a set of permissions in its one spelling.

    An empty set asks for metadata only: GitHub reads "none" as "all that was granted".
    """
    return tuple(sorted(permissions.items())) or (("metadata", "read"),)


class AppJwt:
    """The credential of the App itself: a JWT signed with its private key, made when needed."""

    def __init__(self, app_id: str, key: RSAPrivateKey, *, clock: Callable[[], datetime]) -> None:
        self._app_id = app_id
        self._key = key
        self._clock = clock
        self._made: tuple[datetime, Bearer] | None = None

    async def bearer(self) -> Bearer:
        """Return a JWT with at least a minute to go."""
        now = self._clock()
        if self._made is not None and timedelta() <= now - self._made[0] < _JWT_USED_FOR:
            return self._made[1]
        issued = now - _BACKDATED
        claims = {
            "iat": int(issued.timestamp()),
            "exp": int((issued + _JWT_LIFE).timestamp()),
            "iss": self._app_id,
        }
        bearer = Bearer(jwt=jwt.encode(claims, self._key, algorithm="RS256"))
        self._made = (now, bearer)
        return bearer

    def drop(self, bearer: Bearer) -> bool:  # noqa: ARG002 - the protocol's shape
        """Start anew, but give up: a fresh JWT of the same key is refused as well."""
        self._made = None
        return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """An installation token and when it ends."""

    value: str = field(repr=False)
    expires_at: datetime


class TokenMint:
    """Gets installation tokens, keeps each until shortly before its end, one request at a time.

    Tokens are kept in memory only, by installation and permissions.
    """

    def __init__(self, app: Client, *, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._clock = clock
        self._tokens: LRUCache[tuple[int, Permissions], Token] = LRUCache(_TOKENS_HELD)
        self._minting: dict[tuple[int, Permissions], asyncio.Task[Token]] = {}

    async def token(self, installation: int, permissions: Permissions) -> str:
        """Return a token that is good for five minutes at least.

        Raises `InstallationGone` when the App was uninstalled, `Suspended` when it is suspended,
        `Forbidden` with the missing permission when it was not granted.
        """
        key = (installation, permissions)
        held = self._tokens.get(key)
        if held is not None and held.expires_at - self._clock() > _TOKEN_SPARE:
            return held.value
        task = self._minting.get(key)
        if task is None:
            task = asyncio.create_task(self._mint(installation, permissions))
            self._minting[key] = task
            task.add_done_callback(lambda done: self._settle(key, done))
        # Shielded: one caller that gives up must not take the token from the others.
        return (await asyncio.shield(task)).value

    def drop(self, installation: int, permissions: Permissions, value: str) -> None:
        """Forget a token GitHub refused, unless it was replaced already."""
        held = self._tokens.get((installation, permissions))
        if held is not None and held.value == value:
            del self._tokens[installation, permissions]

    def _settle(self, key: tuple[int, Permissions], done: asyncio.Task[Token]) -> None:
        self._minting.pop(key, None)
        # Asking for the exception also tells asyncio that it was seen, should all have left.
        if not done.cancelled() and done.exception() is None:
            self._tokens[key] = done.result()

    async def _mint(self, installation: int, permissions: Permissions) -> Token:
        try:
            reply = await self._app.call_again(
                "POST",
                "/app/installations/{installation_id}/access_tokens",
                {"installation_id": installation},
                body={"permissions": dict(permissions)},
            )
        except NotFound as failure:
            raise _gone(installation, failure) from None
        except Suspended:
            raise
        except Unavailable as failure:
            # What the token was for has not been sent, whatever became of this request.
            raise Unavailable(
                str(failure),
                status=failure.status,
                body=failure.body,
                retry_at=failure.retry_at,
                sent=False,
            ) from None
        except Forbidden:
            raise
        except Refused as failure:
            if failure.status != 422:
                raise
            raise await self._lacking(installation, permissions, failure) from None
        return _read(reply)

    async def _lacking(
        self, installation: int, permissions: Permissions, failure: Refused
    ) -> Refused:
        """Find out which permission GitHub meant: its answer does not say."""
        reply = await self._app.call(
            "GET", "/app/installations/{installation_id}", {"installation_id": installation}
        )
        granted = dict(reply.data.get("permissions") or {})
        missing = [
            f"{name}: {level} (it has {granted.get(name, 'none')})"
            for name, level in permissions
            if _LEVELS.get(granted.get(name, "none"), 0) < _LEVELS.get(level, 3)
        ]
        if not missing:
            return failure
        account = (reply.data.get("account") or {}).get("login", "the organisation")
        where = reply.data.get("html_url") or "the organisation's settings, GitHub Apps"
        return Forbidden(
            f"the App's installation in {account} lacks the permission {', '.join(missing)}; "
            "grant it in the App's settings under Permissions & events, then have an owner accept "
            f"it at {where}",
            status=422,
            body=failure.body,
        )


def _gone(installation: int, failure: NotFound) -> Refused:
    """Tell an uninstalled App from one that never was: only the first is about the tenant."""
    if "integration not found" in str(failure).lower():
        return Forbidden(
            f"{failure}; GitHub knows no App of this id: check APP_ID", status=failure.status
        )
    return InstallationGone(
        f"installation {installation} is gone: the App was uninstalled",
        status=failure.status,
        body=failure.body,
    )


def _read(reply: Reply) -> Token:
    data: Any = reply.data
    try:
        return Token(
            value=str(data["token"]), expires_at=datetime.fromisoformat(data["expires_at"])
        )
    except (KeyError, TypeError, ValueError):
        raise Unavailable("GitHub's answer to a request for a token holds no token") from None


class InstallationCredential:
    """The credential of one installation, narrowed to a set of permissions."""

    def __init__(self, mint: TokenMint, installation: int, permissions: Permissions) -> None:
        self._mint = mint
        self._installation = installation
        self._permissions = permissions

    async def bearer(self) -> Bearer:
        """Return a token that is good now."""
        return Bearer(oauth_token=await self._mint.token(self._installation, self._permissions))

    def drop(self, bearer: Bearer) -> bool:
        """Forget a refused token; a new one may be good."""
        if bearer.oauth_token is not None:
            self._mint.drop(self._installation, self._permissions, bearer.oauth_token)
        return True
