"""YAML's events to plain data and nodes with marks, side by side in one pass.

PyYAML composes nodes and then constructs data, each in a pass of its own and the second in Python,
and neither minds how deep they are nested. Two thirds of the time are saved here.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

import yaml
from sigma.rule.base import check_alias_expansion
from yaml.constructor import SafeConstructor

from bot.core.problem import Place, Problem

DEEPEST: Final = 50  # far beyond any playbook, far below where a stack ends

Read: TypeAlias = tuple[Any, yaml.Node]
Event: TypeAlias = Any  # what the stubs of PyYAML say of its events fits neither of its parsers

_SEQUENCE_END: Final[Event] = yaml.SequenceEndEvent
_MAPPING_END: Final[Event] = yaml.MappingEndEvent
_TAG: Final = "tag:yaml.org,2002:"
_TEXT: Final = _TAG + "str"
_MERGE: Final = _TAG + "merge"
_NOT_RESOLVED: Final = (_TAG + "timestamp", _TAG + "value")
_FORMS: Final = {
    first: tuple((tag, form) for tag, form in forms if tag not in _NOT_RESOLVED)
    for first, forms in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
"""What a plain scalar may be besides a text: a date, and a lone ``=``, stays what was written."""
_SCALARS: Final[Mapping[str, Callable[[SafeConstructor, yaml.ScalarNode], Any]]] = {
    _TAG + "int": SafeConstructor.construct_yaml_int,
    _TAG + "float": SafeConstructor.construct_yaml_float,
    _TAG + "bool": SafeConstructor.construct_yaml_bool,
    _TAG + "null": SafeConstructor.construct_yaml_null,
}


class Unusable(Exception):
    """The text cannot be read on from here."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Composer:
    """One reading of a text; what is wrong with a document goes to ``problems``.

    Raises `Unusable`, ``yaml.YAMLError`` and ``SigmaError`` where it cannot go on.
    """

    def __init__(self, text: str, path: str, problems: list[Problem]) -> None:
        self._next: Callable[[], Any] = yaml.CSafeLoader(text).get_event
        self._path = path
        self._problems = problems
        self._anchors: dict[str, Read | None] = {}
        self._depth = 0

    def documents(self) -> Iterator[Read]:
        """Yield every document that is usable, as data and as nodes."""
        while (event := self._next()) is not None:
            if type(event) is not yaml.DocumentStartEvent:
                continue
            before = len(self._problems)
            self._anchors = {}
            data, node = self._value(self._next())
            if self._anchors:  # without an anchor no alias multiplies anything
                check_alias_expansion(data)
            if len(self._problems) == before:
                yield data, node

    def _value(self, event: Event) -> Read:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            read = _plain(event) or self._scalar(event)
            if event.anchor is not None:
                self._anchors[event.anchor] = read
            return read
        if kind is yaml.AliasEvent:
            return self._alias(event)
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unusable(
                self._problem(event, f"nested more than {DEEPEST} deep: make it flatter")
            )
        if event.anchor is not None:
            self._anchors[event.anchor] = None  # not finished: an alias in it would be a circle
        mapping = kind is yaml.MappingStartEvent
        if event.tag not in (None, "!", _TAG + ("map" if mapping else "seq")):
            self._note_tag(event)
        read = self._mapping(event) if mapping else self._sequence(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = read
        self._depth -= 1
        return read

    def _scalar(self, event: Event) -> Read:
        value, tag = event.value, event.tag
        if tag is None or tag == "!":
            tag = _resolve(value) if event.implicit[0] else _TEXT
        node = yaml.ScalarNode(tag, value, event.start_mark, event.end_mark, event.style)
        if tag in (_TEXT, _MERGE):
            return value, node
        if tag not in _SCALARS:
            self._note_tag(event)
            return None, node
        try:
            return _construct(tag, value), node
        except (ValueError, KeyError):
            self._problems.append(self._problem(event, "not a value that can be read: quote it"))
            return None, node

    def _alias(self, event: Event) -> Read:
        name = event.anchor
        if name not in self._anchors:
            raise Unusable(self._problem(event, f"there is no anchor '&{name}' before this"))
        if (read := self._anchors[name]) is None:
            raise Unusable(self._problem(event, f"'*{name}' stands inside of what it repeats"))
        return read

    def _sequence(self, start: Event) -> Read:
        data: list[Any] = []
        nodes: list[yaml.Node] = []
        event = self._next()
        while type(event) is not _SEQUENCE_END:
            value, node = self._value(event)
            data.append(value)
            nodes.append(node)
            event = self._next()
        return data, yaml.SequenceNode(_TAG + "seq", nodes, start.start_mark, event.end_mark)

    def _mapping(self, start: Event) -> Read:
        data: dict[str, Any] = {}
        pairs: list[tuple[yaml.Node, yaml.Node]] = []
        merged: list[Read] = []
        first: dict[str, yaml.Node] = {}
        event = self._next()
        while type(event) is not _MAPPING_END:
            key, key_node = self._value(event)
            value, node = self._value(self._next())
            if key_node.tag == _MERGE:
                merged += self._mappings(value, node)
            elif key_node.tag != _TEXT:
                spelt = key_node.value if isinstance(key_node, yaml.ScalarNode) else "..."
                self._note(key_node, f"the key {spelt} is not a text: put it in quotes")
            elif key in first:
                line = first[key].start_mark.line + 1
                message = f"'{key}' is written twice (first in line {line}): keep one of them"
                self._note(key_node, message)
            else:
                first[key] = key_node
                data[key] = value
                pairs.append((key_node, node))
            event = self._next()
        for more, node in merged:
            pairs += [pair for pair in node.value if pair[0].value not in data]
            data = {**more, **data}
        return data, yaml.MappingNode(_TAG + "map", pairs, start.start_mark, event.end_mark)

    def _mappings(self, value: Any, node: yaml.Node) -> list[Read]:
        """Return the mappings that ``<<`` puts in, the ones that count more first."""
        found = (
            list(zip(value, node.value, strict=True)) if type(value) is list else [(value, node)]
        )
        if all(isinstance(each, yaml.MappingNode) for _, each in found):
            return found
        self._note(node, "'<<' takes a mapping, or a list of mappings")
        return []

    def _note_tag(self, event: Event) -> None:
        short = event.tag.replace(_TAG, "!!")
        self._problems.append(self._problem(event, f"the tag {short} is not known: leave it out"))

    def _note(self, node: yaml.Node, message: str) -> None:
        self._problems.append(self._problem(node, message))

    def _problem(self, marked: yaml.Node | Event, message: str) -> Problem:
        return Problem(place=place_of(self._path, marked), message=message)


def _plain(event: Event) -> Read | None:
    """Return what is surely a text, as most scalars are."""
    value = event.value
    if event.tag is not None or (event.implicit[0] and value[:1] in _FORMS):
        return None
    return value, yaml.ScalarNode(_TEXT, value, event.start_mark, event.end_mark, event.style)


def _resolve(value: str) -> str:
    """Return what a scalar without quotes is."""
    for tag, form in _FORMS.get(value[:1], ()):
        if form.match(value):
            return str(tag)
    return _TEXT


@lru_cache(maxsize=1024)
def _construct(tag: str, value: str) -> Any:
    return _SCALARS[tag](SafeConstructor(), yaml.ScalarNode(tag, value))


def place_of(path: str, marked: yaml.Node | Event) -> Place:
    """Return where a node or an event begins."""
    mark = marked.start_mark
    if mark is None:
        return Place(path=path)
    return Place(path=path, line=mark.line + 1, column=mark.column + 1)
