"""What Falco's own scanner adds to a payload: secrets in a push, miners in a workflow.

``files`` and ``workflow_miner_detections``, as ``getfieldStr`` of its GitHub plugin reads them.
GitHub itself sends neither.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.core.event import Event, descend


def _entries(node: Any, path: str) -> list[Any] | None:
    found = descend(node, path) if isinstance(node, Mapping) else None
    return found if isinstance(found, list) else None


def _secrets(event: Event) -> list[tuple[Any, Any]] | None:
    """Return every secret that was found in a push, with the file it is in."""
    files = _entries(event.raw, "files")
    if files is None:
        return None
    return [(file, match) for file in files for match in _entries(file, "matches") or ()]


def has_secrets(event: Event) -> str:
    """Return whether secrets were found in a push; empty when nobody looked."""
    found = _secrets(event)
    return "" if found is None else "true" if found else "false"


def of_secrets(spell: Callable[[Any, Any], str]) -> Callable[[Event], str | None]:
    """Return the reader of what ``spell`` says of each secret's file and match, by commas."""

    def read(event: Event) -> str | None:
        found = _secrets(event)
        return None if found is None else ",".join(spell(*one) for one in found)

    return read


def links(event: Event) -> str:
    """Return the address of each secret, by commas."""
    repo, commit = _text(event, "repository.html_url"), _text(event, "head_commit.id")
    return ",".join(
        f"{repo}/blob/{commit}/{part(file, 'name')}/#L{line(match)}"
        for file, match in _secrets(event) or ()
    )


def part(node: Any, key: str) -> str:
    """Return a text of a file or a match, empty when there is none."""
    found = node.get(key) if isinstance(node, Mapping) else None
    return found if isinstance(found, str) else ""


def line(match: Any) -> str:
    """Return the line of a match."""
    found = match.get("line") if isinstance(match, Mapping) else None
    return str(found) if type(found) is int and found >= 0 else "0"


def has_miners(event: Event) -> str | None:
    """Return whether a workflow holds miners; ``None`` when nobody looked."""
    found = _entries(event.raw, "workflow_miner_detections.matches")
    return None if found is None else "true" if found else "false"


def miners(event: Event) -> str | None:
    """Return the kinds of miners in a workflow, by commas."""
    found = _entries(event.raw, "workflow_miner_detections.matches")
    return None if found is None else ",".join(dict.fromkeys(part(one, "type") for one in found))


def _text(event: Event, path: str) -> str:
    found = descend(event.raw, path)
    return found if isinstance(found, str) else ""
