"""Logs: one JSON object a line, and never a secret or a token in it.

`redacted` and `Redactor` are pure. `configure` is called once, at the edge; after it, structlog
and the standard library's loggers (aiohttp, SQLAlchemy) write the same lines to the same place.
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from json import dumps
from typing import Any, Final, TextIO

import orjson
import structlog
from structlog.typing import Processor

MASK: Final = "[redacted]"
_DEEPEST: Final = 8
# A shorter secret would also mask half of all ordinary words.
_SHORTEST_SECRET: Final = 4

_PATTERNS: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
         MASK),
        (r"gh[a-z]_[A-Za-z0-9._]{20,}", MASK),
        (r"github_pat_[A-Za-z0-9_]{20,}", MASK),
        (r"\bv1\.[0-9a-f]{40}\b", MASK),
        (r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*", MASK),
        (r"(?i)\b((?:proxy-)?authorization[\"']?\s*[:=,]\s*b?[\"']?(?:[a-z]+\s+)?)[^\s\"',;})]+",
         rf"\1{MASK}"),
        (r"(?i)\b((?:bearer|basic|splunk)\s+)[A-Za-z0-9._~+/=-]{12,}", rf"\1{MASK}"),
        (r"(?i)(://[^\s/:@]*:)[^\s/@]+@", rf"\1{MASK}@"),
    )
)  # fmt: skip
_SECRET_NAMES: Final = frozenset(
    {"token", "secret", "password", "passwd", "jwt", "pem", "cookie", "credentials"}
)
_SECRET_ENDS: Final = (
    "authorization",
    "access_token",
    "refresh_token",
    "_secret",
    "_password",
    "private_key",
    "api_key",
    "set_cookie",
)


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """Return the text with GitHub tokens, JWTs, keys, credentials and ``secrets`` masked."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


class Redactor:
    """A structlog processor that masks secrets anywhere in a line, however deep.

    ``secrets`` are exact texts to mask besides what looks like a token: the webhook secrets and
    the private key. What is left of an event dict holds only what JSON knows.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        lines = {line.strip() for secret in secrets for line in (secret, *secret.splitlines())}
        kept = (line for line in lines if len(line) >= _SHORTEST_SECRET)
        # The longest first, so that a secret that begins with another leaves no tail.
        self._secrets = tuple(sorted(kept, key=len, reverse=True))

    def __call__(
        self, _logger: Any, _method: str, event_dict: MutableMapping[str, Any]
    ) -> Mapping[str, Any]:
        """Return the event dict with every secret masked."""
        return {name: self._member(name, value, 0) for name, value in event_dict.items()}

    def _member(self, name: str, value: Any, depth: int) -> Any:
        if value is not None and _is_secret(name):
            return MASK
        return self._value(value, depth)

    def _value(self, value: Any, depth: int) -> Any:
        match value:
            case None | bool() | int() | float():
                return value
            case str():
                return redacted(value, self._secrets)
            case bytes():
                return redacted(value.decode("utf-8", "replace"), self._secrets)
            case Mapping() if depth < _DEEPEST:
                return {
                    redacted(str(name), self._secrets): self._member(str(name), member, depth + 1)
                    for name, member in value.items()
                }
            case list() | tuple() | set() | frozenset() if depth < _DEEPEST:
                return [self._value(member, depth + 1) for member in value]
            case _:
                return redacted(str(value), self._secrets)


def _is_secret(name: str) -> bool:
    plain = name.lower().replace("-", "_")
    return plain in _SECRET_NAMES or plain.endswith(_SECRET_ENDS)


def configure(
    *,
    level: str,
    json: bool,
    stream: TextIO,
    secrets: Iterable[str] = (),
    colors: bool = False,
) -> None:
    """Send all logs, structlog's and the standard library's, to ``stream`` from ``level`` on.

    Call it once, first thing in a process. The standard library's loggers are told of too; those
    that would log every request are held to warnings.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    redactor = Redactor(secrets)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.StackInfoRenderer(),
                redactor,
                _render_json if json else _text_renderer(colors=colors),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    for name in ("aiohttp.access", "sqlalchemy.engine", "alembic", "asyncio"):
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _render_json(_logger: Any, _method: str, event_dict: MutableMapping[str, Any]) -> str:
    ordered = {"at": event_dict.pop("at", None), "level": event_dict.pop("level", None)}
    line = {**ordered, **event_dict}
    try:
        return orjson.dumps(line).decode()
    except orjson.JSONEncodeError:
        # Lone surrogates and very long integers: a line may look odd, but is never lost.
        return dumps(line)


def _text_renderer(*, colors: bool) -> Callable[..., str]:
    # repr, so that no value can break the line or speak to the terminal.
    return structlog.dev.ConsoleRenderer(
        colors=colors, timestamp_key="at", repr_native_str=True, pad_event_to=0
    )
