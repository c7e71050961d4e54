"""Sigma's collections: ``action`` in a document says what becomes of it and those after it.

As in pySigma: ``global`` is added to every rule after it (its values win), ``reset`` ends that,
``repeat`` is the rule before it, changed. Correlations and filters stay as they are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias
from uuid import UUID, uuid5

import yaml

from bot.core.problem import Problem
from bot.detect.document import Document
from bot.detect.suggest import did_you_mean

_ACTIONS: Final = ("global", "repeat", "reset")
_Read: TypeAlias = tuple[Any, yaml.Node]


def expand(documents: Sequence[Document], problems: list[Problem]) -> Iterator[Document]:
    """Yield the documents that are rules, with what others add to them; note what is no action."""
    added: Document | None = None
    former: Document | None = None
    ids: set[str] = set()
    for document in documents:
        given = document.data
        if not isinstance(given, dict) or "correlation" in given or "filter" in given:
            yield document
            continue
        action = given.get("action")
        if "action" not in given:
            former = document if added is None else _own(_merged(document, added), ids)
            yield former
        elif action == "global":
            added = former = _without_action(document)
        elif action == "reset":
            added = None
        elif action == "repeat" and former is not None:
            former = _own(_merged(former, _without_action(document), place=document), ids)
            yield former
        else:
            problems.append(_wrong(document, action))


def _wrong(document: Document, action: Any) -> Problem:
    if action == "repeat":
        message = "'action: repeat' has nothing before it to repeat"
    else:
        near = did_you_mean(str(action), _ACTIONS)
        message = (
            f"unknown action '{action}' of a collection{near}: beside 'title' it is global, repeat "
            "or reset; an event's action belongs into 'detection'"
        )
    return Problem(place=document.place("action"), message=message)


def _own(document: Document, ids: set[str]) -> Document:
    """Give a rule an id of its own where it has its collection's, which another has already."""
    given = document.data.get("id")
    if not isinstance(given, str) or given not in ids:
        ids.add(str(given))
        return document
    try:
        made = str(uuid5(UUID(given), str(len(ids))))
    except ValueError:
        return document  # is told as a doubled id
    ids.add(made)
    return replace(document, data={**document.data, "id": made})


def _without_action(document: Document) -> Document:
    data = {key: value for key, value in document.data.items() if key != "action"}
    return replace(document, data=data)


def _merged(document: Document, added: Document, place: Document | None = None) -> Document:
    """Return a document with another laid over it; it stands where ``place`` does, or itself."""
    data, node = _merge((document.data, document.node), (added.data, added.node))
    node.start_mark = (place or document).node.start_mark
    return replace(document, data=data, node=node)


def _merge(under: _Read, over: _Read) -> _Read:
    """Return what one mapping becomes when another is laid over it, with the places of both."""
    data, node = dict(under[0]), under[1]
    pairs = _pairs(node)
    for key, value in over[0].items():
        name, inner = _pairs(over[1]).get(key, (None, over[1]))
        if isinstance(value, dict) and isinstance(data.get(key), dict) and key in pairs:
            data[key], inner = _merge((data[key], pairs[key][1]), (value, inner))
        else:
            data[key] = value
        if name is not None:
            pairs[key] = (name, inner)
    merged = yaml.MappingNode(node.tag, list(pairs.values()), node.start_mark, node.end_mark)
    return data, merged


def _pairs(node: yaml.Node) -> dict[Any, tuple[yaml.Node, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {name.value: (name, value) for name, value in node.value}
