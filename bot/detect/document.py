"""YAML text to plain data that still knows its lines and columns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml
from sigma.exceptions import SigmaError
from sigma.rule.base import check_alias_expansion

from bot.core.problem import Place, Problem

_UNPRINTABLE = r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_BEFORE_BLOCK = re.compile(r"^[ \t?:-]+", re.MULTILINE)
DEEPEST = 50  # far beyond any playbook, far below where a C stack ends

Path: TypeAlias = tuple[str | int, ...]


class _Loader(yaml.CSafeLoader):
    """Plain YAML at C speed, but a date, and a lone ``=``, stays the text that was written."""


_TEXTS = (":timestamp", ":value")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith(_TEXTS)]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


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
        return _place(self.path, node)

    def key_place(self, *keys: str | int) -> Place:
        """Return where the last key itself stands (an item of a list stands at its value)."""
        node = self.node
        found = None
        for key in keys:
            if (found := _step(node, key)) is None:
                break
            node = found[1]
        return _place(self.path, node if found is None else found[0])

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
    if (deep := _too_deep(text, path)) is not None:
        return (), (deep,)
    try:
        loader = _Loader(text)
        while loader.check_node():
            node = loader.get_node()
            if node is None:
                break
            found = tuple(_check_keys(node, path))
            problems.extend(found)
            if not found:
                data = loader.construct_document(node)
                if "&" in text:  # without an anchor no alias multiplies anything
                    check_alias_expansion(data)
                documents.append(Document(path=path, data=data, node=node))
    except (yaml.YAMLError, SigmaError, ValueError) as error:
        problems.append(_explain(error, text, path))
    return tuple(documents), tuple(problems)


def _too_deep(text: str, path: str) -> Problem | None:
    """Measure nesting before anything recursive touches the text; syntax errors come later."""
    if _surely_flat(text):
        return None
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEEPEST:
                    message = f"nested more than {DEEPEST} deep: make it flatter"
                    return Problem(place=_place(path, event), message=message)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        return None
    return None


def _surely_flat(text: str) -> bool:
    """Say whether a look is enough: brackets nest, and so do columns where a block may begin.

    A block begins after nothing but spaces and the signs ``-``, ``?`` and ``:``; each lies further
    right than the one around it, or is a list in the column of its mapping.
    """
    brackets = text.count("[") + text.count("{")
    if brackets > DEEPEST:
        return False
    right = max((found.end() - found.start() for found in _BEFORE_BLOCK.finditer(text)), default=0)
    return brackets + 2 * (right + 1) <= DEEPEST


def _step(node: yaml.Node, key: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return name, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key]
    return None


def _place(path: str, marked: yaml.Node | yaml.Event) -> Place:
    mark = marked.start_mark
    if mark is None:
        return Place(path=path)
    return Place(path=path, line=mark.line + 1, column=mark.column + 1)


def _check_keys(root: yaml.Node, path: str) -> Iterator[Problem]:
    pending, seen = [root], set()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            pending.extend(reversed(node.value))
        elif isinstance(node, yaml.MappingNode):
            yield from _check_mapping(node, path)
            pending.extend(value for _, value in reversed(node.value))


def _check_mapping(node: yaml.MappingNode, path: str) -> Iterator[Problem]:
    first: dict[str, yaml.Node] = {}
    for key, _ in node.value:
        if key.tag == "tag:yaml.org,2002:merge":
            continue
        if key.tag != "tag:yaml.org,2002:str" or not isinstance(key, yaml.ScalarNode):
            spelt = key.value if isinstance(key, yaml.ScalarNode) else "..."
            message = f"the key {spelt} is not a text: put it in quotes"
            yield Problem(place=_place(path, key), message=message)
        elif key.value in first:
            line = first[key.value].start_mark.line + 1
            message = f"'{key.value}' is written twice (first in line {line}): keep one of them"
            yield Problem(place=_place(path, key), message=message)
        else:
            first[key.value] = key


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
