"""A mapping of a rules file, read key by key; its texts remember where they were written."""

from collections.abc import Collection
from typing import TypeAlias

import yaml

from bot.detect.falco.script import Scalar, Script
from bot.detect.section import Section, shown

Entry: TypeAlias = str | tuple["Entry", ...]
"""A text, or a list of such."""


class ItemSection(Section):
    """A section of a rules file, whose texts remember where they were written."""

    source: str = ""

    def warn_of_unknown(self, known: Collection[str]) -> None:
        """Record a warning for every key that is not known."""
        for key in self.data:
            if key not in known:
                message = f"unknown key '{key}' is ignored; known: {', '.join(sorted(known))}"
                self.note_key(message, key, severity="warning")

    def operations(
        self, appendable: Collection[str], replaceable: Collection[str]
    ) -> dict[str, str]:
        """Return what ``override`` says: for each key ``append`` or ``replace``."""
        given = self.mapping("override") or {}
        if given and self.switch("append"):
            message = "'append' and 'override' exclude each other: keep 'override'"
            self.note_key(message, "append")
        for key, operation in given.items():
            choices = (("append", appendable), ("replace", replaceable))
            allowed = [name for name, keys in choices if key in keys]
            if operation not in allowed:
                wanted = f"write {' or '.join(allowed)}" if allowed else "delete it"
                message = f"'{key}' cannot be overridden by {shown(operation)}: {wanted}"
                self.note(message, "override", key)
        return {key: str(operation) for key, operation in given.items()}

    def script(self, key: str) -> Script | None:
        """Return a condition."""
        text = self.scalar(key)
        if text is None:
            return None
        node = _node(self.document.node, (*self.path, key))
        return Script.of(Scalar(path=self.document.path, source=self.source, node=node), text)

    def scalar(self, key: str) -> str | None:
        """Return a text; numbers and booleans count as the text they were written as."""
        value = self.data.get(key)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, bool | int | float):
            return str(_node(self.document.node, (*self.path, key)).value)
        if key in self.data:
            self.note(f"'{key}' must be a text, not {shown(value or None)}", key)
        return None

    def scalars(self, key: str) -> tuple[str, ...] | None:
        """Return a list of texts."""
        value = self.data.get(key)
        if not isinstance(value, list):
            if key in self.data:
                self.note(f"'{key}' must be a list, not {shown(value)}", key)
            return None
        inner = ItemSection(self.document, self.path, self.problems, name=self.name)
        return tuple(
            text
            for number in range(len(value))
            if (text := inner.entry((key, number), nested=False)) is not None
            and isinstance(text, str)
        )

    def entry(self, at: tuple[str | int, ...], *, nested: bool = True) -> Entry | None:
        """Return the text, or the list of them, at a place below this section."""
        node = _node(self.document.node, (*self.path, *at))
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        if isinstance(node, yaml.SequenceNode) and nested:
            found = [self.entry((*at, number)) for number in range(len(node.value))]
            return tuple(one for one in found if one is not None)
        self.note("write a text here", *at)
        return None

    def switch(self, key: str) -> bool | None:
        """Return true or false, also when spelt as a text."""
        value = self.data.get(key)
        if isinstance(value, str) and value.lower() in {"true", "false", "yes", "no"}:
            return value.lower() in {"true", "yes"}
        return self.flag(key)


def _node(node: yaml.Node, keys: tuple[str | int, ...]) -> yaml.Node:
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            node = next(value for name, value in node.value if name.value == key)
        else:
            node = node.value[key]
    return node
