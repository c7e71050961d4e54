"""The fields a Falco rule may name, and what each is on our events.

The ``github.*`` ones are those of Falco's GitHub plugin (``plugins/github`` of
falcosecurity/plugins, ``Fields`` and ``getfieldStr``): all are texts, and most are empty, not
missing, where the payload says nothing. ``json.value[/pointer]`` is its JSON plugin's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

import orjson

from bot.core.event import MISSING, Event, descend
from bot.detect.falco import scan
from bot.detect.suggest import closest

Value: TypeAlias = str | int | None
"""What a field holds; ``None`` when it is missing: every comparison with it is then false."""

_GITHUB: Final = "https://github.com/"


class Kind(StrEnum):
    """What a field's values are; numbers compare as numbers."""

    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The event's own fields, by dotted path, of which one holds a Falco field's text.

    ``cut`` is a beginning that the text may be without. ``made`` is what the text is made of where
    no path is there. ``joined``: it is the texts of an array, by commas.
    """

    paths: tuple[str, ...]
    cut: str = ""
    made: str = ""
    joined: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field: ``origin`` says in words where it comes from, ``read`` gets it.

    ``same_as`` names the event's own field that holds the same text whenever there is one.
    ``known`` is false for what only Falco's own scanners tell. ``argument`` says that the name is
    followed by ``[...]``. ``source`` is where the text stands in an event, for the index.
    """

    name: str
    origin: str
    read: Callable[[Event, str], Value]
    kind: Kind = Kind.TEXT
    same_as: str = ""
    known: bool = True
    argument: bool = False
    source: Source | None = None


def _found(event: Event, path: str, otherwise: str) -> str:
    """Return a text of the payload; an event that came without one has audit-log fields only."""
    if not event.raw:
        return event.text(otherwise) or ""
    found = descend(event.raw, path)
    return found if isinstance(found, str) else ""


def _of_payload(name: str, path: str, otherwise: str = "") -> Field:
    origin = f"`{path}`" + (f" (without a payload: `{otherwise}`)" if otherwise else "")
    return Field(
        name=name,
        origin=origin,
        read=lambda event, _: _found(event, path, otherwise),
        source=Source(paths=(path, otherwise) if otherwise else (path,)),
    )


def _of_event(name: str, field: str) -> Field:
    return Field(
        name=name,
        origin=f"`{field}`",
        read=lambda event, _: event.text(field) or "",
        same_as=field,
    )


def _url(event: Event, _: str) -> str:
    if event.raw:
        return _found(event, "repository.html_url", "")
    return f"{_GITHUB}{event.repo}" if event.repo else ""


def _owner(event: Event, _: str) -> str:
    if event.raw:
        return _found(event, "repository.owner.login", "")
    return (event.repo or "").partition("/")[0]


def _public(event: Event, _: str) -> str:
    private = descend(event.raw, "repository.private")
    if isinstance(private, bool):
        return "false" if private else "true"
    # As the plugin has it: what is not said to be private is public.
    return "false" if event.fields.get("public_repo") is False else "true"


def _hook(event: Event, _: str) -> str:
    found = descend(event.raw, "hook.id")
    return str(found) if type(found) is int and found >= 0 else "0"


def _paths(name: str) -> Field:
    def read(event: Event, _: str) -> str:
        found = descend(event.raw, f"commits.{name}")
        given = found if isinstance(found, list) else []
        return ",".join(path for path in _flat(given) if isinstance(path, str))

    return Field(
        name=f"github.commit.{name}",
        origin=f"every `commits.{name}`, by commas",
        read=read,
        source=Source(paths=(f"commits.{name}",), joined=True),
    )


def _flat(values: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for value in values:
        flat.extend(value if isinstance(value, list) else (value,))
    return flat


def _scanned(name: str, read: Callable[[Event], str | None], *, otherwise: str) -> Field:
    """Return a field of what Falco's own scanner adds to the payload; GitHub never sends it."""
    return Field(
        name=name,
        origin=f"{otherwise}, but for what Falco's own scanner adds to the payload",
        read=lambda event, _: read(event),
        known=False,
    )


def _json(event: Event, pointer: str) -> Value:
    """Return what an RFC 6901 pointer finds in the payload, as a text."""
    node: Any = event.raw
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, Mapping):
            node = node.get(key, MISSING)
        elif isinstance(node, list) and key.isdecimal() and int(key) < len(node):
            node = node[int(key)]
        else:
            return None
    return _spelt(node)


def _spelt(node: Any) -> str | None:
    if node is MISSING or node is None:
        return None
    if isinstance(node, str):
        return node
    try:
        return orjson.dumps(node, default=str).decode()
    except TypeError:  # a number beyond 64 bits, half a surrogate pair, or too deep
        return None


def _nanoseconds(at: datetime) -> int:
    return round((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1e6) * 1000


def _clock(name: str, form: str, origin: str) -> Field:
    return Field(
        name=name,
        origin=origin,
        read=lambda event, _: event.at.astimezone(UTC).strftime(form).replace("@", "000"),
    )


def _constant(name: str, value: str) -> Field:
    return Field(name=name, origin=f"always `{value}`", read=lambda *_: value)


_ALL: Final = (
    _of_event("github.type", "webhook_event"),
    _of_event("github.action", "webhook_action"),
    _of_payload("github.user", "sender.login", "actor"),
    *(
        Field(
            name=name,
            origin="`repository.html_url` (without a payload: from `repo`)",
            read=_url,
            source=Source(paths=("repository.html_url",), made="repo"),
        )
        for name in ("github.repo", "github.repo.url")
    ),
    Field(
        name="github.repo.name",
        origin="`repository.html_url` without `https://github.com/` (without a payload: `repo`)",
        read=lambda event, _: _url(event, _).removeprefix(_GITHUB),
        source=Source(paths=("repository.html_url", "repo"), cut=_GITHUB),
    ),
    _of_payload("github.repo.description", "repository.description"),
    _of_payload("github.org", "organization.login", "org"),
    Field(
        name="github.owner",
        origin="`repository.owner.login` (without a payload: from `repo`)",
        read=_owner,
        source=Source(paths=("repository.owner.login",), made="repo"),
    ),
    Field(
        name="github.repo.public",
        origin="`false` when `repository.private` is true, else `true`",
        read=_public,
    ),
    _of_payload("github.collaborator.name", "member.login", "user"),
    _of_payload("github.collaborator.role", "changes.permission.to", "permission"),
    Field(name="github.webhook.id", origin="`hook.id`, else `0`", read=_hook),
    _of_payload("github.webhook.type", "hook.type"),
    *(_paths(name) for name in ("added", "modified", "removed")),
    _scanned("github.diff.has_secrets", scan.has_secrets, otherwise="empty"),
    *(
        _scanned(
            f"github.diff.committed_secrets.{name}", scan.of_secrets(spell), otherwise="missing"
        )
        for name, spell in (
            ("desc", lambda _, match: scan.part(match, "desc")),
            ("files", lambda file, _: scan.part(file, "name")),
            ("lines", lambda _, match: scan.line(match)),
        )
    ),
    _scanned("github.diff.committed_secrets.links", scan.links, otherwise="empty"),
    _scanned("github.workflow.has_miners", scan.has_miners, otherwise="missing"),
    _scanned("github.workflow.miners.type", scan.miners, otherwise="missing"),
    _of_payload("github.workflow.filename", "workflow.path"),
    *(
        Field(
            name=name,
            origin="what the JSON pointer finds in the payload, as a text",
            read=_json,
            argument=True,
        )
        for name in ("json.value", "jevt.value")
    ),
    _clock("evt.time", "%H:%M:%S.%f@", "the event's time of day (UTC), with nanoseconds"),
    _clock("evt.time.s", "%H:%M:%S", "the event's time of day (UTC)"),
    _clock("evt.time.iso8601", "%Y-%m-%dT%H:%M:%S.%f@+0000", "the event's time, ISO 8601"),
    _clock("evt.datetime", "%Y-%m-%d %H:%M:%S.%f@", "the event's date and time (UTC)"),
    _clock("evt.datetime.s", "%Y-%m-%d %H:%M:%S", "the same, without the fraction"),
    Field(
        name="evt.rawtime",
        origin="nanoseconds since 1970",
        read=lambda event, _: _nanoseconds(event.at),
        kind=Kind.NUMBER,
    ),
    Field(
        name="evt.rawtime.s",
        origin="seconds since 1970",
        read=lambda event, _: _nanoseconds(event.at) // 1_000_000_000,
        kind=Kind.NUMBER,
    ),
    _constant("evt.source", "github"),
    _constant("evt.pluginname", "github"),
    _constant("evt.type", "pluginevent"),
)

FIELDS: Final[Mapping[str, Field]] = {field.name: field for field in _ALL}
"""Every field by its name."""


def field_hint(name: str) -> str:
    """Return what somebody who wrote a name that is none probably meant."""
    meant = closest(name, FIELDS, cutoff=0.7)
    return f"; did you mean '{meant}'?" if meant else ": docs/falco.md names those there are"


def table() -> str:
    """Return the page's table of fields."""
    rows = [
        f"| `{field.name}{'[/pointer]' if field.argument else ''}` | {field.origin} |"
        for field in _ALL
    ]
    return "\n".join(("| Field | What it is on our events |", "|---|---|", *rows))
