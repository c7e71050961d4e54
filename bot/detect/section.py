"""A mapping of a playbook, read key by key: what is wrong is noted at its place, never raised."""

from collections.abc import Collection, Mapping
from typing import Any

from bot.core.problem import Place, Problem, Severity
from bot.detect.document import Document, Path
from bot.detect.suggest import did_you_mean


class Section:
    """The mapping under ``path`` in a document; findings go to the shared ``problems``.

    ``name`` is what messages call it. A key that is missing or unusable reads as ``None``. What
    is no mapping at all is noted once, is not ``usable`` and reads as an empty one.
    """

    def __init__(
        self, document: Document, path: Path, problems: list[Problem], *, name: str
    ) -> None:
        self.document = document
        self.path = path
        self.problems = problems
        self.name = name
        found = document.data
        for key in path:
            found = found[key]
        self.usable = isinstance(found, Mapping)
        self.data: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
        if not self.usable:
            self.note(f"{name} must be a mapping (key: value)")

    def note(
        self, message: str, *keys: str | int, severity: Severity = "error", rule: str = ""
    ) -> None:
        """Record a finding about the value under ``keys`` (none: about the section)."""
        self.note_at(message, self.document.place(*self.path, *keys), severity=severity, rule=rule)

    def note_key(self, message: str, key: str, *, severity: Severity = "error") -> None:
        """Record a finding about a key itself."""
        self.note_at(message, self.document.key_place(*self.path, key), severity=severity)

    def note_at(
        self, message: str, place: Place, *, severity: Severity = "error", rule: str = ""
    ) -> None:
        """Record a finding about a place."""
        self.problems.append(Problem(place=place, message=message, severity=severity, rule=rule))

    def check_keys(self, known: Collection[str]) -> None:
        """Record an error for every key that is not known."""
        for key in self.data:
            if key not in known:
                self.note_key(f"unknown key '{key}' in {self.name}{did_you_mean(key, known)}", key)

    def require(self, key: str, what: str) -> bool:
        """Say whether a key is there; if not, record what to add."""
        if key in self.data or not self.usable:
            return self.usable
        self.note(f"{self.name} has no '{key}': add {what}")
        return False

    def text(self, key: str) -> str | None:
        """Return a text that is not empty."""
        value = self.data.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if key in self.data:
            self.note(f"'{key}' must be a text, not {shown(value)}", key)
        return None

    def flag(self, key: str) -> bool | None:
        """Return true or false."""
        value = self.data.get(key)
        if isinstance(value, bool):
            return value
        if key in self.data:
            self.note(f"'{key}' must be true or false, not {shown(value)}", key)
        return None

    def choice(self, key: str, known: Collection[str]) -> str | None:
        """Return one of the known words."""
        value = self.data.get(key)
        if isinstance(value, str) and value in known:
            return value
        if key in self.data:
            options = ", ".join(known)
            self.note(f"'{key}' must be one of {options}, not {shown(value)}", key)
        return None

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Return a list of texts."""
        value = self.data.get(key)
        if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
            return tuple(value)
        if key in self.data:
            self.note(f"'{key}' must be a list of texts, not {shown(value)}", key)
        return None

    def mapping(self, key: str) -> Mapping[str, Any] | None:
        """Return a mapping."""
        value = self.data.get(key)
        if isinstance(value, Mapping):
            return value
        if key in self.data:
            self.note(f"'{key}' must be a mapping (key: value), not {shown(value)}", key)
        return None

    def sections(self, key: str, *, name: str) -> tuple["Section", ...]:
        """Return every mapping of a list of mappings."""
        value = self.data.get(key)
        if not isinstance(value, list):
            if key in self.data:
                self.note(f"'{key}' must be a list, not {shown(value)}", key)
            return ()
        return tuple(
            Section(self.document, (*self.path, key, number), self.problems, name=name)
            for number in range(len(value))
        )


def shown(value: Any) -> str:
    """Return a value as a message may show it: short, in YAML's words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
