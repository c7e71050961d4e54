"""The kinds of values that variables hold, as an operator may write them."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from bot.core.playbook import Mode
from bot.core.times import parse_span

RESERVED: Final = frozenset({"/", "/healthz", "/readyz", "/metrics"})
"""Paths that a webhook path may not take."""


class LogLevel(StrEnum):
    """The least serious line that is still written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How a log line is written: for machines or for people."""

    JSON = "json"
    TEXT = "text"


def _mode(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return Mode.parse(text.strip())
    except KeyError:
        raise ValueError(text) from None


def _seconds(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    seconds = float(value.strip().removesuffix("s"))
    if not seconds < timedelta.max.total_seconds():
        raise ValueError(value)
    return timedelta(seconds=seconds)


def _span(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.isascii() and text.isdigit() and len(text) < 12:
        return timedelta(seconds=int(text))
    span = parse_span(text)
    return timedelta(0) if span is None else span


def _names(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return frozenset(part.strip().lstrip("@").lower() for part in value.split(",") if part.strip())


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _path(value: Any) -> Any:
    if isinstance(value, str) and value.rstrip("/") in RESERVED | {""}:
        raise ValueError(value)
    return value


_LOGIN = r"^[a-z0-9](?:[a-z0-9_-]{0,98}[a-z0-9])?(?:\[bot\])?$"
Login = Annotated[str, Field(pattern=_LOGIN)]
Seconds = Annotated[timedelta, BeforeValidator(_seconds)]
Repository = Annotated[str, Field(pattern=r"^[a-z0-9._-]+(/[a-z0-9._-]+)?$")]
Span = Annotated[timedelta, BeforeValidator(_span)]
Ceiling = Annotated[Mode, BeforeValidator(_mode)]
Logins = Annotated[frozenset[Login], BeforeValidator(_names)]
Repositories = Annotated[frozenset[Repository], BeforeValidator(_names)]
WrittenLevel = Annotated[LogLevel, BeforeValidator(_lower)]
WrittenFormat = Annotated[LogFormat, BeforeValidator(_lower)]
WebhookPath = Annotated[str, BeforeValidator(_path)]
