"""Entries of the audit log as they are, and as SIEMs rename their fields.

Facts: the ingest pipeline of Elastic's ``packages/github/data_stream/audit``, Panther's
``GitHub.Audit`` schema, Microsoft Sentinel's table ``GitHubAuditLogPolling_CL``.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from bot.core.event import MISSING, descend
from bot.core.forms.payload import event_of
from bot.core.forms.told import Document, Entry

_ECS: Final = {
    "event.action": "action",
    "event.id": "_document_id",
    "user.name": "actor",
    "user.id": "actor_id",
    "user.target.name": "user",
    "source.ip": "actor_ip",
    "client.ip": "actor_ip",
    "client.geo.country_iso_code": "actor_location.country_code",
    "user_agent.original": "user_agent",
    "@timestamp": "@timestamp",
}
"""Elastic's names, beside ``github.*``, and the audit log's."""

_RENAMED: Final = {"at_sign_timestamp": "@timestamp"}
_SENTINEL: Final = re.compile(r"_(?:s|d|b|t|g)$")
TIMES: Final = (
    *("@timestamp", "created_at", "p_event_time", "timestamp", "_time", "time", "TimeGenerated"),
    *("delivered_at", "received_at"),
)
"""Where an entry, or what is round it, tells when it happened; the first counts."""


def entry(document: Document) -> Entry | None:
    """Return the entry of the audit log that a document is."""
    for read in (_plain, _elastic, _sentinel):
        found = read(document)
        if found is not None:
            return Entry(fields=found)
    return None


def _plain(document: Document) -> Document | None:
    """Return an entry as GitHub writes it: an action that a webhook's payload does not have.

    Panther's own keys are left out. What older entries have under ``data`` newer ones have beside
    the rest.
    """
    action = document.get("action")
    if not isinstance(action, str) or ("." not in action and event_of(document) is not None):
        return None
    if isinstance(document.get("sender"), Mapping):
        return None
    inner = document.get("data")
    fields = {
        _RENAMED.get(name, name): value
        for name, value in document.items()
        if not name.startswith("p_")
    }
    return {**(inner if isinstance(inner, Mapping) else {}), **fields}


def _elastic(document: Document) -> Document | None:
    action, github = descend(document, "event.action"), _below(document, "github")
    if _one(action) is MISSING or not isinstance(_one(action), str) or not github:
        return None
    fields = {name: _one(value) for name, value in github.items() if name != "category"}
    for theirs, ours in _ECS.items():
        value = _one(descend(document, theirs))
        if value is not MISSING:
            fields.setdefault(ours, value)
    return fields


def _below(document: Document, name: str) -> dict[str, Any]:
    """Return what is below a name, whether its fields are nested or have dotted names."""
    nested = document.get(name)
    begin = f"{name}."
    flat = {key[len(begin) :]: each for key, each in document.items() if key.startswith(begin)}
    return {**flat, **(nested if isinstance(nested, Mapping) else {})}


def _one(value: Any) -> Any:
    """Return the value of a list of one: so Kibana gives every field."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _sentinel(document: Document) -> Document | None:
    if not isinstance(document.get("action_s"), str):
        return None
    kept = {name: value for name, value in document.items() if value not in (None, "")}
    return {_SENTINEL.sub("", name): value for name, value in kept.items()}
