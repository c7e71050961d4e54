"""GitHub's webhook deliveries: believed only with a good signature over the raw bytes.

| What is wrong with the delivery                                        | Answer |
|------------------------------------------------------------------------|--------|
| no signature; SHA-1 only; not ``sha256=`` and 64 hex digits; wrong     | 401    |
| a header that matters is given twice                                   | 400    |
| ``X-GitHub-Event`` or ``X-GitHub-Delivery`` missing or not sane        | 400    |
| content type is not ``application/json`` (form-encoded, missing)       | 415    |
| body empty, not JSON (NaN, lone surrogates), too deep, not an object   | 400    |

The signature is judged first and the body is parsed last, so nobody without the secret learns or
costs anything. The answer's text is one line that says what to set. Whether the body is too large
is for the HTTP server to say, before it reads it.

Facts: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson

from bot.core.delivery import Delivery
from bot.core.errors import ConfigurationError, DeliveryError

_SIGNATURE: Final = re.compile(r"sha256=[0-9a-fA-F]{64}")
_EVENT: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
# GitHub sends a GUID, but does not promise to; a colon would collide with other sources' ids.
_GUID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_KEPT: Final = "x-github-"
_SINGLE: Final = frozenset({"x-hub-signature-256", "content-type"})
_DEEPEST: Final = 100  # GitHub's own payloads stay below 12; what works on them may recurse


@dataclass(frozen=True, slots=True)
class Secrets:
    """The webhook secret, and the one before it while it is being changed.

    Raises `ConfigurationError` for an empty one: with an empty key anybody can sign.
    """

    current: str = field(repr=False)
    previous: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.current.strip():
            raise ConfigurationError(
                "the webhook secret is empty: set WEBHOOK_SECRET to the secret that is set in the "
                "App's settings at GitHub under Webhook"
            )
        if self.previous is not None and not self.previous.strip():
            raise ConfigurationError(
                "the previous webhook secret is empty: set WEBHOOK_SECRET_PREVIOUS to the former "
                "secret, or leave it out when there is none"
            )

    def keys(self) -> tuple[bytes, ...]:
        """Return the keys a signature may be made with."""
        secrets = (self.current,) if self.previous is None else (self.current, self.previous)
        return tuple(secret.encode() for secret in secrets)


def verify(headers: Mapping[str, str], body: bytes, secrets: Secrets) -> None:
    """Make sure that ``body`` was signed with one of the secrets.

    Raises `DeliveryError` (401) saying what is missing or wrong; never which secret was tried.
    """
    _verify(_lower(headers), body, secrets)


def receive(
    headers: Mapping[str, str], body: bytes, *, secrets: Secrets, received_at: datetime
) -> Delivery:
    """Return a genuine delivery, ready to be recorded.

    ``headers`` may be spelled in any case; ``body`` is the bytes as they came. Raises
    `DeliveryError` with the status to answer and one clear line.
    """
    lower = _lower(headers)
    _verify(lower, body, secrets)
    event = _sane(lower, "x-github-event", _EVENT)
    guid = _sane(lower, "x-github-delivery", _GUID)
    _check_content_type(lower.get("content-type", ""))
    _check_body(body)
    return Delivery(
        id=guid,
        source="webhook",
        event=event,
        received_at=received_at,
        body=body,
        headers={name: value for name, value in lower.items() if name.startswith(_KEPT)},
    )


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    """Spell header names in lower case, and refuse two answers to one question."""
    lower: dict[str, str] = {}
    for spelled, value in headers.items():
        name = spelled.lower()
        if name in lower and (name in _SINGLE or name.startswith(_KEPT)):
            raise DeliveryError(400, f"the header {spelled} is given twice")
        lower[name] = value
    return lower


def _verify(headers: Mapping[str, str], body: bytes, secrets: Secrets) -> None:
    signature = headers.get("x-hub-signature-256")
    if signature is None:
        if "x-hub-signature" in headers:
            raise DeliveryError(
                401,
                "signed with SHA-1 only: send X-Hub-Signature-256, as GitHub does "
                "(does a proxy drop headers?)",
            )
        raise DeliveryError(
            401, "not signed: set the webhook secret in the App's settings at GitHub"
        )
    if _SIGNATURE.fullmatch(signature) is None:
        raise DeliveryError(401, "X-Hub-Signature-256 is not sha256= and 64 hex digits")
    given = bytes.fromhex(signature[7:])
    for key in secrets.keys():  # noqa: SIM118 - not a mapping
        if hmac.compare_digest(hmac.digest(key, body, "sha256"), given):
            return
    raise DeliveryError(
        401,
        "the signature is wrong: WEBHOOK_SECRET and the secret in the App's settings at GitHub "
        "differ, or the body was changed on its way",
    )


def _sane(headers: Mapping[str, str], name: str, pattern: re.Pattern[str]) -> str:
    value = headers.get(name)
    if value is None:
        raise DeliveryError(400, f"the header {name} is missing: is this a GitHub delivery?")
    if pattern.fullmatch(value) is None:
        raise DeliveryError(400, f"the header {name} is not one that GitHub sends")
    return value


def _check_content_type(value: str) -> None:
    kind = value.partition(";")[0].strip().lower()
    if kind != "application/json":
        found = "form-encoded" if kind == "application/x-www-form-urlencoded" else "no JSON"
        raise DeliveryError(
            415,
            f"the delivery is {found}: set the webhook's content type to application/json at "
            "GitHub",
        )


def _check_body(body: bytes) -> None:
    if not body:
        raise DeliveryError(400, "the body is empty")
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        # Its text names place and problem, and never quotes the body.
        raise DeliveryError(400, f"the body is not JSON: {error}") from None
    if not isinstance(data, dict):
        raise DeliveryError(400, "the body is JSON, but not an object")
    # Counting brackets costs a microsecond and rules out nearly every body.
    if body.count(b"{") + body.count(b"[") > _DEEPEST and _depth(data) > _DEEPEST:
        raise DeliveryError(400, f"the body is nested more than {_DEEPEST} levels deep")


def _depth(data: Any) -> int:
    """Return how deep a JSON value is nested, without recursion."""
    depth = 0
    level = [data]
    while level:
        depth += 1
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
    return depth
