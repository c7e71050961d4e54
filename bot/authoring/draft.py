"""The first draft of a playbook, from a few answers or from an event that happened."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from bot.core.event import Event
from bot.core.normalise import KNOWN_ACTIONS
from bot.core.playbook import Level

TELLING: Final = (
    *("permission", "visibility", "read_only", "forced", "repository_selection"),
    *("programmatic_access_type", "ref_type", "secret_type", "resolution", "severity", "feature"),
)
"""Fields whose value makes one event of an action graver than another."""

SURROUNDINGS: Final = ("org", "repo", "team", "actor", "user")
"""Fields that say where and who; a test's event is easier to read with them."""

_GROUPING: Final = ("org", "repo", "team", "user", "actor")
_PEOPLE: Final = {"org": "acme", "repo": "acme/site", "team": "acme/admins", "actor": "bob"}
_EXAMPLE: Final = {**_PEOPLE, "user": "eve"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What a new playbook is to be: its head, what it asks, and what it does.

    ``wanted`` are the values that fields must have besides the action. ``event`` are the fields of
    an event it must match: of the one that happened, or of an example.
    """

    id: str
    title: str
    description: str
    level: Level
    date: str
    action: str
    wanted: Mapping[str, Any] = field(default_factory=dict)
    event: Mapping[str, Any] = field(default_factory=dict)
    falsepositives: tuple[str, ...] = ()
    author: str = ""
    revert: bool = False


def telling(event: Event) -> dict[str, Any]:
    """Return the fields of an event that are worth asking for, with their values."""
    return {
        name: value
        for name in TELLING
        if isinstance(value := event.fields.get(name), str | int | bool) and value != ""
    }


def surroundings(event: Event) -> dict[str, Any]:
    """Return where an event happened and who took part."""
    return {name: text for name in SURROUNDINGS if (text := event.text(name)) is not None}


def example(action: str) -> dict[str, Any]:
    """Return made-up surroundings, as far as events of an action have them."""
    known = KNOWN_ACTIONS.get(action, ("org", "actor"))
    return {name: value for name, value in _EXAMPLE.items() if name in known}


def file_name(title: str) -> str:
    """Return a file's name for a title."""
    return f"{re.sub('[^a-z0-9]+', '-', title.lower()).strip('-')[:80] or 'playbook'}.yml"


def write(draft: Draft) -> str:
    """Return the playbook's text: one that observes, with a test of each kind in it."""
    return "\n".join(_lines(draft)) + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    yield f"title: {_spelt(draft.title)}"
    yield f"id: {draft.id}"
    yield "status: experimental"
    yield f"description: {_spelt(draft.description)}"
    if draft.author:
        yield f"author: {_spelt(draft.author)}"
    yield f"date: {draft.date}"
    yield "logsource: {product: github, service: audit}"
    yield "detection:"
    yield "  selection:"
    yield f"    action: {_spelt(draft.action)}"
    for name, value in draft.wanted.items():
        yield f"    {_spelt(name)}: {_sigma(value)}"
    yield "  condition: selection"
    yield "falsepositives:"
    for text in draft.falsepositives:
        yield f"  - {_spelt(text)}"
    yield f"level: {draft.level}"
    yield from _response(draft)
    yield from _tests(draft)


def _response(draft: Draft) -> Iterator[str]:
    groups = [name for name in _GROUPING if name in draft.event]
    yield "response:"
    yield "  mode: observe    # later ask or enforce, when it has found the right ones"
    yield f"  about: {'actor' if 'actor' in draft.event or 'user' not in draft.event else 'user'}"
    if groups:
        yield f"  group-by: [{', '.join(groups)}]"
    yield "  steps:"
    if draft.revert:
        yield "    - action: revert"
    yield "    - action: open-issue"


def _tests(draft: Draft) -> Iterator[str]:
    event = {"action": draft.action, **draft.event, **draft.wanted}
    yield "tests:"
    yield "  - name: what happened is found"
    yield f"    event: {_flow(event)}"
    yield "    match: true"
    yield "  - name: something else is left alone"
    yield f"    event: {_flow(_other(draft, event))}"
    yield "    match: false"


def _other(draft: Draft, event: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event like the one that matches, but for the last thing that is asked of it."""
    if not draft.wanted:
        return {**event, "action": _neighbour(draft.action)}
    last = list(draft.wanted)[-1]
    value = draft.wanted[last]
    return {**event, last: (not value) if isinstance(value, bool) else _differing(value)}


def _differing(value: Any) -> Any:
    return value + 1 if isinstance(value, int) else "read" if value == "admin" else f"not {value}"


def _neighbour(action: str) -> str:
    """Return another action, of the same category where there is one."""
    category = action.partition(".")[0]
    others = (name for name in KNOWN_ACTIONS if name.lower() != action.lower())
    return next((name for name in others if name.partition(".")[0] == category), "repo.create")


def _spelt(value: Any) -> str:
    """Return a value as YAML spells it on one line."""
    text = yaml.safe_dump(
        value, default_flow_style=True, width=10**9, allow_unicode=True, sort_keys=False
    )
    return text.removesuffix("\n").removesuffix("\n...")


def _sigma(value: Any) -> str:
    """Return a value as Sigma takes it literally: its wildcards and escapes are none."""
    if not isinstance(value, str):
        return _spelt(value)
    return _spelt(re.sub(r"\\*[*?]|\\+$|\\{2,}", _escaped, value))


def _escaped(found: re.Match[str]) -> str:
    return found[0].replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?")


def _flow(fields: Mapping[str, Any]) -> str:
    return _spelt(dict(fields)) if fields else "{}"
