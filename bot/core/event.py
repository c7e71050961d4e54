"""One shape for whatever happened, whichever source told us.

Field names are those of GitHub's audit log (https://docs.github.com/en/organizations/
keeping-your-organization-secure/managing-security-settings-for-your-organization/
reviewing-the-audit-log-for-your-organization), so a rule written for the audit log also fires on
webhooks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final


class Missing(Enum):
    """The type of :data:`MISSING`: a field the event does not have (``null`` is a value)."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened in an organisation, in audit-log vocabulary.

    ``id`` is the delivery's id (unique for ever), ``source`` names who told us (``webhook``,
    ``roster``), ``kind`` is GitHub's event name (``member``), ``at`` is when it happened (UTC),
    ``installation`` the App installation it came through (``None``: the App itself).
    ``fields`` is the normalised view; ``raw`` the payload, untouched.
    """

    id: str
    source: str
    kind: str
    at: datetime
    installation: int | None
    fields: Mapping[str, Any]
    raw: Mapping[str, Any]

    @property
    def action(self) -> str:
        """The audit-log action, such as ``repo.add_member``; empty if it is another log's event."""
        return str(self.fields.get("action", ""))

    @property
    def actor(self) -> str | None:
        """The login of who did it, where GitHub says."""
        return self.text("actor")

    @property
    def user(self) -> str | None:
        """The login of the person it was done to, where there is one."""
        return self.text("user")

    @property
    def org(self) -> str | None:
        """The organisation's login."""
        return self.text("org")

    @property
    def repo(self) -> str | None:
        """The repository as ``owner/name``."""
        return self.text("repo")

    def text(self, field: str) -> str | None:
        """Return a normalised field when it holds a string, else ``None``."""
        value = self.fields.get(field)
        return value if isinstance(value, str) else None

    def lookup(self, field: str) -> Any:
        """Return what ``field`` holds: the normalised view first, then ``raw`` by dotted path.

        A path that crosses arrays gives the list of what every element holds. ``MISSING`` when
        there is no such field; ``None`` when it is there and null.
        """
        found = descend(self.fields, field)
        return found if found is not MISSING else descend(self.raw, field)

    def values(self, field: str) -> tuple[Any, ...]:
        """Return every single value of ``field``, arrays flattened; empty when missing."""
        found = self.lookup(field)
        return () if found is MISSING else tuple(flatten(found))


def descend(node: Any, path: str) -> Any:
    """Follow a dotted path through mappings, and through every element of arrays.

    A key may hold dots itself: of the keys that begin a path, the longest is tried first. Once an
    array was crossed the answer is the flat list of what its elements hold; ``MISSING`` if none.
    """
    if isinstance(node, list):
        return _gather(node, path.split("."))
    if not isinstance(node, Mapping):
        return MISSING
    if path in node:
        return node[path]
    end = path.rfind(".")
    while end > 0:
        if (key := path[:end]) in node:
            found = descend(node[key], path[end + 1 :])
            if found is not MISSING:
                return found
        end = path.rfind(".", 0, end)
    return MISSING


def _gather(node: list[Any], keys: list[str]) -> Any:
    """Return what the elements of an array hold under a path, level by level (no recursion)."""
    found: list[Any] = []
    level: list[Any] = node
    for depth in range(len(keys)):
        rest = ".".join(keys[depth:])
        deeper: list[Any] = []
        for item in flatten(level):
            if not isinstance(item, Mapping):
                continue
            if rest in item:
                found.append(item[rest])
            elif keys[depth] in item:
                deeper.append(item[keys[depth]])
        level = deeper
    return found or MISSING


def flatten(value: Any) -> Iterator[Any]:
    """Yield the single values of a value: itself, or those of every element of an array."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, list | tuple):
            pending.extend(reversed(item))
        else:
            yield item
