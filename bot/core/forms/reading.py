"""Opening what is wrapped round events, layer by layer."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.core.event import MISSING, descend
from bot.core.forms.entry import TIMES, entry
from bot.core.forms.payload import event_of
from bot.core.forms.recording import read_json, recorded
from bot.core.forms.told import Document, Entry, Told, Webhook

_DEEPEST: Final = 8

_WRAPPINGS: Final = (
    "event.original",  # Elastic, where the original was kept: nothing is lost in that
    "_source",  # a hit of Elasticsearch, OpenSearch or Wazuh's indexer
    "hits.hits",  # an answer of theirs
    "_raw",  # Splunk: what came in
    "result",  # Splunk: a line of an export
    "results",  # Splunk: a whole one
    "event",  # Splunk's HTTP Event Collector
    "data.github",  # Wazuh: an alert
    "github",  # Wazuh: what its module collects
    "full_log",
    "logEvents",  # CloudWatch Logs: a subscription's batch
    "message",  # CloudWatch Logs, Filebeat, Logstash
    "@message",
    "records",  # Azure Event Hubs
    "Records",
    "request",  # GitHub's log of an App's or a hook's deliveries
    "detail",  # Amazon EventBridge
    "jsonPayload",  # Google Cloud Logging
    "textPayload",
    "attributes",  # Datadog
    "expected",  # the test data of Elastic's integrations
    "fields",  # Kibana
)
"""Where tools keep the event, by dotted path: an object, an array or a JSON text of either."""


def read_forms(data: Any) -> Iterator[Told | None]:
    """Yield the events of a JSON document in any known form, in order.

    ``None`` stands for what is in no known form.
    """
    return _read(data, None, _DEEPEST)


def _read(data: Any, at: Any, depth: int) -> Iterator[Told | None]:
    found = read_json(data)
    if isinstance(found, list) and depth:
        for item in found:
            yield from _read(item, at, depth - 1)
    elif isinstance(found, Mapping) and depth:
        yield from _open(found, at, depth)
    else:
        yield None


def _open(document: Document, at: Any, depth: int) -> Iterator[Told | None]:
    told = _told(document)
    when = next((each for key in TIMES if (each := document.get(key)) is not None), at)
    if told is not None:
        yield _timed(told, when)
        return
    for inner in _inner(document):
        found = list(_read(inner, when, depth - 1))
        if any(each is not None for each in found):
            yield from found
            return
    yield None


def _told(document: Document) -> Told | None:
    """Return the event that a document is, if nothing more is round it."""
    if isinstance(read_json(descend(document, "event.original")), Mapping):
        return None
    found: Told | None = recorded(document) or entry(document)
    if found is None and (event := event_of(document)) is not None:
        found = Webhook(event=event, payload=document)
    return found


def _inner(document: Document) -> Iterator[Any]:
    examples, name = document.get("examples"), document.get("name")
    if isinstance(examples, list) and isinstance(name, str):  # Octokit's webhooks-examples
        yield [{"event": name, "payload": each} for each in examples]
    for path in _WRAPPINGS:
        inner = read_json(descend(document, path))
        if inner is not MISSING and isinstance(inner, Mapping | list) and inner:
            yield inner


def _timed(told: Told, when: Any) -> Told:
    """Give an event the time that it, or what was round it, tells."""
    if isinstance(told, Entry):
        if when is None or "@timestamp" in told.fields:
            return told
        return Entry(fields={**told.fields, "@timestamp": when})
    if told.at is not None:
        return told
    return Webhook(event=told.event, payload=told.payload, at=when)
