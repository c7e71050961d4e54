"""The text of a condition, each character of which knows where in the file it was written.

Falco puts lists into conditions as text, joins appended conditions by a blank and spells exceptions
as conditions; what is then wrong must still be told at the line it comes from.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from bot.core.problem import Place

_BLANKS: Final = " \t\n\r"
_DELIMITERS: Final = f"{_BLANKS}(),="


@dataclass(frozen=True, kw_only=True, slots=True)
class Scalar:
    """A text of a rules file: ``source`` is the file's text, ``node`` where the scalar is."""

    path: str
    source: str
    node: yaml.Node

    def place(self, offset: int) -> Place:
        """Return where the character after so many others of the value stands in the file.

        Blanks may differ (YAML folds lines), so the others are counted.
        """
        value = self.node.value if isinstance(self.node.value, str) else ""
        wanted = len("".join(value[:offset].split()))
        position = self._start()
        end = self.node.end_mark.index if self.node.end_mark else len(self.source)
        while position < end and (wanted or self.source[position].isspace()):
            wanted -= not self.source[position].isspace()
            position += 1
        before = self.source[:position]
        return Place(
            path=self.path,
            line=before.count("\n") + 1,
            column=position - before.rfind("\n"),
        )

    def _start(self) -> int:
        start = self.node.start_mark.index if self.node.start_mark else 0
        style = getattr(self.node, "style", None)
        if style in {"|", ">"}:  # the text begins on the next line
            return self.source.find("\n", start) + 1 or start
        return start + 1 if style in {"'", '"'} else start


@dataclass(frozen=True, slots=True)
class Script:
    """A condition's text; ``origins`` has one entry for each character (``None``: ours)."""

    text: str = ""
    origins: tuple[tuple[Scalar | Place, int] | None, ...] = ()

    @classmethod
    def of(cls, scalar: Scalar, text: str) -> "Script":
        """Return a text as it was written."""
        return cls(text, tuple((scalar, offset) for offset in range(len(text))))

    @classmethod
    def about(cls, place: Place, text: str) -> "Script":
        """Return a text made from what stands at a place."""
        return cls(text, ((place, 0),) * len(text))

    @classmethod
    def ours(cls, text: str) -> "Script":
        """Return a text that stands nowhere."""
        return cls(text, (None,) * len(text))

    def __add__(self, other: "Script | str") -> "Script":
        """Join two texts."""
        more = Script.ours(other) if isinstance(other, str) else other
        return Script(self.text + more.text, self.origins + more.origins)

    def place(self, offset: int) -> Place | None:
        """Return where a character was written; where it is ours, the nearest one before it."""
        nearby = (*reversed(self.origins[: offset + 1]), *self.origins[offset + 1 :])
        found = next((origin for origin in nearby if origin is not None), None)
        if found is None:
            return None
        return found[0] if isinstance(found[0], Place) else found[0].place(found[1])

    def cut(self, start: int, end: int | None = None) -> "Script":
        """Return a part of it."""
        return Script(self.text[start:end], self.origins[start:end])


def quote_item(item: str) -> str:
    """Return a list's item as Falco puts it into a condition: quoted when it holds a blank."""
    return f'"{item}"' if " " in item and item[0] not in "\"'" else item


def put_list(script: Script, name: str, items: Sequence[str], *, longest: int) -> Script:
    """Return the condition with a list's items in place of its name.

    As Falco does it, wherever the name stands between blanks, brackets, commas and ``=``; an
    empty list takes a comma with it. Stops once the text is longer than ``longest``.
    """
    pattern = re.compile(
        rf"(?<![^{re.escape(_DELIMITERS)}]){re.escape(name)}(?![^{re.escape(_DELIMITERS)}])"
    )
    items_text = ", ".join(quote_item(item) for item in items)
    position = 0
    while (found := pattern.search(script.text, position)) is not None:
        if len(script.text) > longest:
            break
        start = len(script.text[: found.start()].rstrip(_BLANKS))
        end = (
            found.end()
            + len(script.text[found.end() :])
            - len(script.text[found.end() :].lstrip(_BLANKS))
        )
        if not items_text:
            start, end = _with_comma(script.text, start, end)
        origin = script.origins[found.start()]
        inserted = Script(f" {items_text} ", (origin,) * (len(items_text) + 2))
        script = script.cut(0, start) + inserted + script.cut(end)
        position = start + len(inserted.text) - 1
    return script


def _with_comma(text: str, start: int, end: int) -> tuple[int, int]:
    if start > 0 and text[start - 1] == ",":
        return start - 1, end
    return (start, end + 1) if text[end : end + 1] == "," else (start, end)
