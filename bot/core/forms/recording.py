"""Webhooks as tools record them: with their headers, by their name, or as another API tells them.

Facts: Falco's ``plugins/github`` (``webhook_type``), GitHub's "Events API" and "Get a delivery for
an app webhook", smee.io, AWS Lambda's function URLs, Octokit's ``webhooks-examples``.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qs

import orjson

from bot.core.forms.told import Document, Webhook

_BODIES: Final = ("body", "payload", "rawBody", "raw_body", "json", "data", "content")
_WORD: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def read_json(value: Any) -> Any:
    """Return what a JSON text of an object or array holds; anything else as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


def recorded(document: Document) -> Webhook | None:
    """Return the webhook that a recording holds."""
    for read in (_named, _requested, _by_falco, _by_events_api, _alerted_by_falco):
        found = read(document)
        if found is not None:
            return found
    return None


def _named(document: Document) -> Webhook | None:
    """``{"event": "member", "payload": {...}}``, or ``name`` as Probot and Octokit have it."""
    payload = read_json(document.get("payload"))
    for key in ("event", "name", "event_name", "event_type"):
        name = document.get(key)
        if isinstance(name, str) and isinstance(payload, Mapping):
            return Webhook(event=name, payload=payload)
    return None


def _requested(document: Document) -> Webhook | None:
    """Return what came by a recorded HTTP request; smee.io has the headers beside the body."""
    headers = dict(_headers(document.get("headers"))) or dict(_headers(document))
    event = headers.get("x-github-event")
    if event is None:
        return None
    for key in _BODIES:
        payload = _body(document.get(key), encoded=document.get("isBase64Encoded") is True)
        if isinstance(payload, Mapping):
            return Webhook(event=event, payload=payload)
    return None


def _headers(given: Any) -> Iterator[tuple[str, str]]:
    """Yield headers in small letters, from a mapping, pairs, or ``{"name": ..., "value": ...}``."""
    pairs = given.items() if isinstance(given, Mapping) else given
    for pair in pairs if isinstance(pairs, list) or isinstance(given, Mapping) else ():
        if isinstance(pair, Mapping):
            name, value = pair.get("name"), pair.get("value")
        elif isinstance(pair, list | tuple) and len(pair) == 2:
            name, value = pair
        else:
            continue
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(name, str) and isinstance(value, str):
            yield name.lower().replace("_", "-").removeprefix("http-"), value


def _body(value: Any, *, encoded: bool) -> Any:
    if encoded and isinstance(value, str):
        try:
            value = b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
    if isinstance(value, str) and value.startswith("payload="):
        value = parse_qs(value).get("payload", [""])[0]
    return read_json(value)


def _by_falco(document: Document) -> Webhook | None:
    """Return the payload to which Falco's plugin adds the header's name of the event."""
    event = document.get("webhook_type")
    return Webhook(event=event, payload=document) if isinstance(event, str) else None


def _alerted_by_falco(document: Document) -> Webhook | None:
    """Return what an alert of Falco's still tells of the webhook: the fields it was asked for."""
    told = document.get("output_fields")
    if not isinstance(told, Mapping) or not isinstance(told.get("github.type"), str):
        return None
    paths = {
        "github.action": ("action",),
        "github.user": ("sender", "login"),
        "github.org": ("organization", "login"),
        "github.owner": ("repository", "owner", "login"),
        "github.repo.name": ("repository", "full_name"),
        "github.repo.url": ("repository", "html_url"),
        "github.repo": ("repository", "html_url"),
        "github.repo.description": ("repository", "description"),
        "github.collaborator.name": ("member", "login"),
        "github.collaborator.role": ("changes", "permission", "to"),
        "github.workflow.filename": ("workflow", "path"),
    }
    payload: dict[str, Any] = {}
    for name, path in paths.items():
        value = told.get(name)
        if not isinstance(value, str) or not value:
            continue
        node = payload
        for key in path[:-1]:
            node = node.setdefault(key, {})
        node[path[-1]] = value
    repository = payload.get("repository", {})
    url = repository.get("html_url", "")
    if "full_name" not in repository and url.count("/") == 4:
        repository["full_name"] = "/".join(url.split("/")[3:])
    return Webhook(event=told["github.type"], payload=payload)


def _by_events_api(document: Document) -> Webhook | None:
    """Return an event of GitHub's Events API (as in GH Archive) as the webhook would tell it."""
    kind, payload = document.get("type"), document.get("payload")
    if not isinstance(kind, str) or not kind.endswith("Event") or not isinstance(payload, Mapping):
        return None
    actor, repo, org = (_object(document.get(key)) for key in ("actor", "repo", "org"))
    owner = str(repo.get("name", "")).partition("/")[0]
    kept = {"Organization": {"type": "Organization", **org}} if org else {}
    told: dict[str, Any] = {
        "sender": {"type": "User", **actor},
        "repository": {
            "id": repo.get("id"),
            "full_name": repo.get("name"),
            "html_url": f"https://github.com/{repo.get('name')}",
            "owner": kept.get("Organization", {"login": owner}),
            "private": not document.get("public", True),
        },
        **({"organization": org} if org else {}),
        **({"after": payload["head"]} if isinstance(payload.get("head"), str) else {}),
    }
    event = _WORD.sub("_", kind.removesuffix("Event")).lower()
    return Webhook(event=event, payload={**told, **payload}, at=document.get("created_at"))


def _object(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
