"""A rule of a rules file, or a change to one, as it was written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.core.problem import Place
from bot.detect.falco.exception import read_exceptions
from bot.detect.falco.section import ItemSection

PRIORITIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("emergency", "alert", "critical"), "critical"),
    "error": "high",
    "warning": "medium",
    "notice": "low",
    **dict.fromkeys(("informational", "info", "debug"), "informational"),
}
"""The playbook's level for each of Falco's priorities, whose case does not matter."""

_NEEDED: Final = ("condition", "output", "desc", "priority")
_APPENDABLE: Final = frozenset({"condition", "output", "desc", "tags", "exceptions"})
_REPLACEABLE: Final = frozenset(
    {*_APPENDABLE, "priority", "enabled", "warn_evttypes", "skip-if-unknown-filter"}
)
_RULE_KEYS: Final = frozenset({*_REPLACEABLE, "rule", "source", "append", "override", "capture"})


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleItem:
    """A rule, or a change to one.

    ``given`` holds the keys that are there, as they were read; ``operations`` says for a change
    which of them are appended and which replaced.
    """

    name: str
    given: Mapping[str, Any]
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)
    operations: Mapping[str, str] = field(default_factory=dict)


def read_rule(section: ItemSection) -> RuleItem | None:
    """Return a rule or a change to one; what is wrong is noted."""
    section.warn_of_unknown(_RULE_KEYS)
    name = section.scalar("rule")
    operations = section.operations(_APPENDABLE, _REPLACEABLE)
    if section.switch("append"):
        kept = {"condition", "exceptions"}
        operations = {key: "append" for key in section.data if key in kept}
        if not operations:
            section.note("an appended rule needs 'condition' or 'exceptions'")
    elif operations:
        _check_overrides(section, operations)
    elif not any(key in section.data for key in _NEEDED):
        section.require("enabled", f"{', '.join(_NEEDED)} (or 'enabled', to switch one on or off)")
    else:
        for key in _NEEDED:
            section.require(key, f"'{key}: ...'")
    given = _given(section, operations=operations)
    if name is None:
        return None
    return RuleItem(
        name=name,
        given=given,
        place=section.document.place(*section.path),
        places={key: section.document.place(*section.path, key) for key in given},
        operations=operations,
    )


def _check_overrides(section: ItemSection, operations: Mapping[str, str]) -> None:
    for key, operation in operations.items():
        if key not in section.data:
            message = f"'{key}' is to be overridden ({operation}), and is not here: add it"
            section.note(message, "override", key)
    for key in section.data:
        if key in _REPLACEABLE and key not in operations:
            message = f"'{key}' is not named under 'override': add '{key}: replace' there"
            section.note_key(message, key)


def _given(section: ItemSection, *, operations: Mapping[str, str]) -> dict[str, Any]:
    """Return the rule's keys that are there, read."""
    readers: dict[str, Callable[[str], Any]] = {
        "condition": section.script,
        "output": section.scalar,
        "desc": section.scalar,
        "source": section.scalar,
        "tags": section.scalars,
        "enabled": section.switch,
        "skip-if-unknown-filter": section.switch,
        "priority": lambda _: _priority(section),
        "exceptions": lambda _: read_exceptions(
            section, more=operations.get("exceptions") == "append"
        ),
    }
    return {key: read(key) for key, read in readers.items() if key in section.data}


def _priority(section: ItemSection) -> str | None:
    priority = section.scalar("priority")
    if priority is not None and priority.lower() not in PRIORITIES:
        message = f"'priority' must be one of {', '.join(PRIORITIES)}, not '{priority}'"
        section.note(message, "priority")
    return priority
