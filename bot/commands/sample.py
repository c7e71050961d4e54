"""An event from a file, in any of the forms in which people have one."""

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from bot.core.delivery import Delivery
from bot.core.errors import ConfigurationError
from bot.core.event import Event
from bot.core.normalise import normalise
from bot.detect.moment import read_time

_FORMS = (
    'an entry of the audit log ({"action": "repo.add_member", ...}), a delivery '
    '({"event": "member", "payload": {...}}), or a webhook\'s payload with --event'
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """An event and what it was read from: a delivery, or an entry of the audit log."""

    event: Event
    delivery: Mapping[str, Any] | None = None


def read_samples(path: Path, event: str | None) -> list[Sample]:
    """Read the events of a JSON file: one of the forms, or a list of them.

    ``event`` is GitHub's name of the webhook event when the file holds a bare payload. Raises
    `ConfigurationError` that says what is expected.
    """
    try:
        data = orjson.loads(path.read_bytes().removeprefix(codecs.BOM_UTF8))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    except orjson.JSONDecodeError as error:
        raise ConfigurationError(
            f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}"
        ) from None
    items = data if isinstance(data, list) else [data]
    if not items:
        raise ConfigurationError(f"{path} holds an empty list: give it one event or more")
    return list(_samples(items, event, path))


def _samples(items: list[Any], event: str | None, path: Path) -> Iterator[Sample]:
    now = datetime.now(UTC)
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise ConfigurationError(f"{path}: event {number} is no object; it takes {_FORMS}")
        yield _sample(item, event, f"{path.name}#{number}", now, path)


def _sample(item: dict[str, Any], event: str | None, key: str, now: datetime, path: Path) -> Sample:
    if event is not None:
        return _delivered({"event": event, "payload": item}, key, now)
    if isinstance(item.get("event"), str) and isinstance(item.get("payload"), dict):
        return _delivered({"event": item["event"], "payload": item["payload"]}, key, now)
    if isinstance(item.get("action"), str) and not isinstance(item.get("sender"), dict):
        return Sample(event=_entry(item, key, now))
    raise ConfigurationError(
        f"{path}: it does not say which event this is; it takes {_FORMS} NAME (such as member)"
    )


def _delivered(delivery: dict[str, Any], key: str, now: datetime) -> Sample:
    event = normalise(
        Delivery(
            id=key,
            source="webhook",
            event=delivery["event"],
            received_at=now,
            body=orjson.dumps(delivery["payload"]),
            headers={},
        )
    )
    return Sample(event=event, delivery=delivery)


def _entry(fields: dict[str, Any], key: str, now: datetime) -> Event:
    return Event(
        id=key,
        source="audit_log",
        kind="audit_log",
        at=read_time(fields.get("@timestamp", fields.get("created_at"))) or now,
        installation=None,
        fields=fields,
        raw={},
    )
