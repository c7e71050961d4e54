"""Events from a file, in any of the forms in which people have them."""

import codecs
import gzip
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import orjson

from bot.core.delivery import Delivery
from bot.core.errors import ConfigurationError
from bot.core.event import Event
from bot.core.forms import Entry, Told, Webhook, read_forms
from bot.core.normalise import normalise
from bot.detect.moment import read_time

_FORMS: Final = (
    'an entry of the audit log ({"action": "repo.add_member", ...}), a delivery '
    '({"event": "member", "payload": {...}}), a document of Elastic, Splunk, Wazuh or Panther '
    "that holds one, or a webhook's payload with --event"
)
_GZIP: Final = b"\x1f\x8b"
_MOST: Final = 1 << 30  # bytes that a packed file may unfold to


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """An event and what it was read from: a delivery, or an entry of the audit log."""

    event: Event
    delivery: Mapping[str, Any] | None = None


def read_samples(path: Path, event: str | None, *, foreign: bool = False) -> list[Sample]:
    """Read the events of a JSON file: one, an array, or one a line; packed by gzip or not.

    ``event`` is GitHub's name of the webhook event when the file holds bare payloads.
    ``foreign``: what is no event of GitHub's is taken as it is. Raises `ConfigurationError` that
    says what is expected.
    """
    now = datetime.now(UTC)
    return [
        _sample(told, f"{path.name}#{number}", now)
        for number, told in enumerate(read_events(path, event, foreign=foreign), 1)
    ]


def read_events(path: Path, event: str | None = None, *, foreign: bool = False) -> list[Told]:
    """Read the events of a file, as `read_samples` does, as they were told."""
    items = _items(path)
    found: list[Told] = []
    for number, item in enumerate(items, 1):
        if event is not None and isinstance(item, dict):
            found.append(Webhook(event=event, payload=item))
            continue
        where = f"{path}: event {number}"
        if not isinstance(item, dict):
            raise ConfigurationError(f"{where} is no object; it takes {_FORMS}")
        for told in read_forms(item):
            if told is None and not foreign:
                raise ConfigurationError(
                    f"{where}: it does not say which event this is; it takes {_FORMS} NAME "
                    "(such as member)"
                )
            found.append(told or Entry(fields=item))
    if not found:
        raise ConfigurationError(f"{path} holds an empty list: give it one event or more")
    return found


def _items(path: Path) -> list[Any]:
    """Return the JSON values of a file, and the elements of an array that it is."""
    content = _content(path)
    try:
        data = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        lines = list(_lines(content, path, error))
        return [item for line in lines for item in (line if isinstance(line, list) else [line])]
    return data if isinstance(data, list) else [data]


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        if content.startswith(_GZIP):
            with gzip.open(BytesIO(content)) as packed:
                content = packed.read(_MOST + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ConfigurationError(f"{path} cannot be unpacked: {error}") from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > _MOST:
        raise ConfigurationError(f"{path} holds more than 1 GiB: cut it into several files")
    return content.removeprefix(codecs.BOM_UTF8)


def _lines(content: bytes, path: Path, whole: orjson.JSONDecodeError) -> Iterator[Any]:
    """Yield what each line holds; ``whole`` says what is wrong if the file is no JSON lines."""
    begun = False
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield orjson.loads(line)
        except orjson.JSONDecodeError as error:
            place = f"{number}:{error.colno}" if begun else f"{whole.lineno}:{whole.colno}"
            why = error if begun else whole
            raise ConfigurationError(f"{path}:{place}: not JSON: {why.msg}") from None
        begun = True
    if not begun:
        raise ConfigurationError(f"{path}:{whole.lineno}:{whole.colno}: not JSON: {whole.msg}")


def _sample(told: Told, key: str, now: datetime) -> Sample:
    if isinstance(told, Webhook):
        delivery = {"event": told.event, "payload": told.payload}
        return Sample(event=_delivered(told, key, now), delivery=delivery)
    fields = told.fields
    event = Event(
        id=key,
        source="audit_log",
        kind="audit_log",
        at=read_time(fields.get("@timestamp", fields.get("created_at"))) or now,
        installation=None,
        fields=fields,
        raw={},
    )
    return Sample(event=event)


def _delivered(told: Webhook, key: str, now: datetime) -> Event:
    return normalise(
        Delivery(
            id=key,
            source="webhook",
            event=told.event,
            received_at=read_time(told.at) or now,
            body=orjson.dumps(told.payload),
            headers={},
        )
    )
