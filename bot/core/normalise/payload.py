"""Reading a payload that may have any shape: a wrong shape is an absent field, never an error."""

from collections.abc import Mapping
from typing import Any

Payload = Mapping[str, Any]


def dig(payload: Any, keys: tuple[str, ...]) -> Any:
    """Follow keys through objects; ``None`` where the payload says nothing (or null)."""
    node = payload
    for key in keys:
        if type(node) is not dict:
            return None
        node = node.get(key)
    return node


def gather(payload: Payload, keys: tuple[str, ...]) -> list[Any]:
    """Return what is found under keys, going through every element of any array on the way."""
    level: list[Any] = [payload]
    for key in keys:
        found = [node[key] for node in level if type(node) is dict and key in node]
        level = []
        for node in found:
            if type(node) is list:  # GitHub nests no array in an array: one level is all there is
                level += node
            else:
                level.append(node)
    return level
