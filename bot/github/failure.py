"""What GitHub's answer means when it is not a success. Pure: answer and time in, error out.

The error says what to do: come back later (`Unavailable`), or take no for an answer (`Refused`
and its kin). Sources: https://docs.github.com/en/rest/using-the-rest-api/
rate-limits-for-the-rest-api#exceeding-the-rate-limit and .../troubleshooting-the-rest-api.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import orjson

from bot.core.errors import (
    ApiError,
    Forbidden,
    NotFound,
    Refused,
    Suspended,
    Unavailable,
)
from bot.github.redaction import redact

_BODY_KEPT: Final = 4096  # characters of an error body that are kept for a person to read
_LONGEST_WAIT: Final = timedelta(hours=24)
_SUSPENDED: Final = timedelta(hours=1)  # until the next look, should no webhook tell of the end
_LIMIT_WORDS: Final = ("secondary rate limit", "rate limit exceeded", "abuse detection")
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An HTTP answer as it came: its status, its headers (lower-case names) and its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def failure_of(
    answer: Answer, *, method: str, path: str, now: datetime, backoff: timedelta
) -> ApiError | None:
    """Return the error an answer amounts to, ``None`` for a success (2xx, or a 304).

    ``backoff`` is how long to stay away when a rate limit does not say until when. Every text is
    free of credentials.
    """
    status = answer.status
    if 200 <= status < 300 or status == 304:
        return None
    said = _message(answer.body)
    text = redact(f"{method} {path}: GitHub answered {status}" + (f", {said}" if said else ""))
    body = redact(answer.body[:_BODY_KEPT].decode("utf-8", "replace"))
    if status in {403, 429} and _is_limit(answer, said):
        until = _retry_at(answer.headers, now=now, backoff=backoff)
        return Unavailable(text, status=status, body=body, retry_at=until)
    if status >= 500:
        sent = is_write(method)
        retry_at = _after(answer.headers.get("retry-after"), now)
        return Unavailable(text, status=status, body=body, retry_at=retry_at, sent=sent)
    if status == 403 and "installation has been suspended" in said.lower():
        return Suspended(text, status=status, body=body, retry_at=now + _SUSPENDED)
    return _refusal(answer, text=text, body=body)


def is_global_limit(answer: Answer) -> bool:
    """Whether a limit stops every call, and not only those to one resource (such as search)."""
    if answer.headers.get("x-ratelimit-remaining") == "0":
        return answer.headers.get("x-ratelimit-resource", "core") == "core"
    return True


def is_write(method: str) -> bool:
    """Whether a call may change something."""
    return method not in _READS


def _refusal(answer: Answer, *, text: str, body: str) -> ApiError:
    status = answer.status
    if status in {404, 410}:
        return NotFound(text, status=status, body=body)
    if status in {401, 403}:
        needed = answer.headers.get("x-accepted-github-permissions")
        if needed:
            text = f"{text}; it takes the App permission {needed}"
        return Forbidden(text, status=status, body=body)
    if 300 <= status < 400:
        text = f"{text}; it moved to {redact(answer.headers.get('location', 'nowhere'))}"
    return Refused(text, status=status, body=body)


def _is_limit(answer: Answer, said: str) -> bool:
    headers = answer.headers
    return (
        answer.status == 429
        or "retry-after" in headers
        or headers.get("x-ratelimit-remaining") == "0"
        or any(words in said.lower() for words in _LIMIT_WORDS)
    )


def _retry_at(headers: Mapping[str, str], *, now: datetime, backoff: timedelta) -> datetime:
    """Honour retry-after, then x-ratelimit-reset, then the backoff; never before a second."""
    at = _after(headers.get("retry-after"), now)
    if at is None and headers.get("x-ratelimit-remaining") == "0":
        at = _epoch(headers.get("x-ratelimit-reset"))
    if at is None:
        at = now + backoff
    return min(max(at, now + timedelta(seconds=1)), now + _LONGEST_WAIT)


def _after(value: str | None, now: datetime) -> datetime | None:
    """Read ``retry-after``: seconds, or an HTTP date."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return now + min(timedelta(seconds=int(value.strip()[:9])), _LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _epoch(value: str | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(value or ""), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _message(body: bytes) -> str:
    """Return GitHub's message with its list of errors, or "" when there is none to read."""
    try:
        data: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(data, dict):
        return ""
    message = str(data.get("message") or "")
    errors = data.get("errors")
    if not errors:
        return message
    listed = "; ".join(_error(item) for item in (errors if isinstance(errors, list) else [errors]))
    return f"{message} ({listed})"


def _error(item: object) -> str:
    """Say one entry of ``errors`` in words: GitHub sends strings as well as objects."""
    if not isinstance(item, dict):
        return str(item)
    if item.get("message"):
        return str(item["message"])
    parts = (item.get("resource"), item.get("field"), item.get("code"))
    return " ".join(str(part) for part in parts if part)
