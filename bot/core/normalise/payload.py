"""Reading a payload that may have any shape: a wrong shape is an absent field, never an error."""

from collections.abc import Iterator, Mapping
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


def walk(payload: Any, keys: tuple[str, ...]) -> Iterator[Any]:
    """Yield what is found under keys, going through every element of any array on the way."""
    if type(payload) is list:
        for item in payload:
            if type(item) is not list:  # GitHub nests no array in an array: nothing to look for
                yield from walk(item, keys)
    elif not keys:
        yield payload
    elif type(payload) is dict and keys[0] in payload:
        yield from walk(payload[keys[0]], keys[1:])
