"""YAML text to plain data that still knows its lines and columns."""

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml
from sigma.exceptions import SigmaError

from bot.core.problem import Place, Problem
from bot.detect.composer import Composer, Unusable, place_of

_UNPRINTABLE = r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One YAML document: ``data`` is plain Python, ``node`` the same with marks."""

    path: str
    data: Any
    node: yaml.Node

    def place(self, *keys: str | int) -> Place:
        """Return where the value under these keys begins, or the nearest one above it."""
        node = self.node
        for key in keys:
            if (inner := _step(node, key)) is None:
                break
            node = inner[1]
        return place_of(self.path, node)

    def key_place(self, *keys: str | int) -> Place:
        """Return where the last key itself stands (an item of a list stands at its value)."""
        node = self.node
        found = None
        for key in keys:
            if (found := _step(node, key)) is None:
                break
            node = found[1]
        return place_of(self.path, node if found is None else found[0])

    def scalar_offset(self, *keys: str | int) -> int | None:
        """Return the columns before a text's first character, ``None`` if it spans lines."""
        node = self.node
        for key in keys:
            if (inner := _step(node, key)) is None:
                return None
            node = inner[1]
        if node.start_mark.line != node.end_mark.line:
            return None
        style = getattr(node, "style", None)
        return 1 if style in {"'", '"'} else 0


def read(text: str, path: str) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Return the documents of a YAML text and what is wrong with it; never raises.

    Documents before a syntax error are still returned; a document with a repeated or wrong key
    is not.
    """
    documents: list[Document] = []
    problems: list[Problem] = []
    try:
        for data, node in Composer(text, path, problems).documents():
            documents.append(Document(path=path, data=data, node=node))
    except Unusable as error:
        problems.append(error.problem)
    except (yaml.YAMLError, SigmaError, ValueError) as error:
        problems.append(_explain(error, text, path))
    return tuple(documents), tuple(problems)


def _step(node: yaml.Node, key: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return name, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key]
    return None


def _explain(error: Exception, text: str, path: str) -> Problem:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        place = Place(path=path, line=mark.line + 1, column=mark.column + 1)
        return Problem(place=place, message=_yaml_words(error, text, mark.line))
    if isinstance(error, yaml.reader.ReaderError):
        bad = re.search(_UNPRINTABLE, text)
        before = text[: bad.start()] if bad else ""
        place = Place(
            path=path, line=before.count("\n") + 1, column=len(before) - before.rfind("\n")
        )
        return Problem(place=place, message="a control character, which YAML forbids: delete it")
    return Problem(place=Place(path=path), message=f"not usable YAML: {error}")


def _yaml_words(error: yaml.MarkedYAMLError, text: str, line: int) -> str:
    lines = text.splitlines()
    if line < len(lines) and lines[line].lstrip(" ").startswith("\t"):
        return "not YAML: indented by a tab; use spaces"
    context = f" {error.context}" if error.context else ""
    return f"not YAML: {error.problem}{context}"
