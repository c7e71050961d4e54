"""The kinds of field and condition that the tables are written with."""

from collections.abc import Callable
from typing import Any

from bot.core.normalise.payload import Payload, dig, gather
from bot.core.normalise.table import Condition, Field


def text(name: str, *paths: str, through: Callable[[str], str] | None = None) -> Field:
    """Return a field holding the first string found at one of the dotted paths."""
    return _first(name, str, paths, through)


def number(name: str, *paths: str) -> Field:
    """Return a field holding the first whole number found at one of the dotted paths."""
    return _first(name, int, paths, None)


def flag(name: str, *paths: str) -> Field:
    """Return a field holding the first boolean found at one of the dotted paths."""
    return _first(name, bool, paths, None)


def _first(
    name: str, kind: type, paths: tuple[str, ...], through: Callable[[Any], Any] | None
) -> Field:
    routes = tuple(tuple(path.split(".")) for path in paths)

    def read(payload: Payload) -> Any:
        for route in routes:
            node: Any = payload
            for key in route:  # `dig`, written out: this loop is most of what an event costs
                if type(node) is not dict:
                    break
                node = node.get(key)
            else:
                if type(node) is kind:  # exact: a boolean is not a number here
                    return through(node) if through else node
        return None

    return Field(name=name, origin=", else ".join(f"`{path}`" for path in paths), read=read)


def texts(name: str, path: str) -> Field:
    """Return a field holding the list of strings under a path, through every array on the way."""
    route = tuple(path.split("."))

    def read(payload: Payload) -> list[str] | None:
        return [item for item in gather(payload, route) if type(item) is str] or None

    return Field(name=name, origin=f"every `{path}`", read=read)


def keys(name: str, path: str) -> Field:
    """Return a field holding the names of the members of the object at a path."""
    route = tuple(path.split("."))

    def read(payload: Payload) -> list[str] | None:
        found = dig(payload, route)
        return list(found) if type(found) is dict and found else None

    return Field(name=name, origin=f"names in `{path}`", read=read)


def part(name: str, path: str) -> Field:
    """Return a field holding the object or array at a path, as it came."""
    route = tuple(path.split("."))

    def read(payload: Payload) -> Any:
        found = dig(payload, route)
        return found if type(found) in {dict, list} and found else None

    return Field(name=name, origin=f"`{path}`", read=read)


def count(name: str, path: str) -> Field:
    """Return a field holding how many elements the array at a path has."""
    route = tuple(path.split("."))

    def read(payload: Payload) -> int | None:
        found = dig(payload, route)
        return len(found) if type(found) is list else None

    return Field(name=name, origin=f"length of `{path}`", read=read)


def always(name: str, value: str) -> Field:
    """Return a field that has the same value whatever the payload says."""
    return Field(name=name, origin=f"always `{value}`", read=lambda _: value)


def made(name: str, origin: str, read: Callable[[Payload], Any]) -> Field:
    """Return a field that takes more than one place of the payload; ``origin`` says how."""
    return Field(name=name, origin=origin, read=read)


def present(path: str) -> Condition:
    """Return the condition that something other than null, false or empty is at a path."""
    route = tuple(path.split("."))
    return Condition(says=f"`{path}` is given", holds=lambda payload: bool(dig(payload, route)))


def equals(path: str, value: str) -> Condition:
    """Return the condition that a path holds a certain string."""
    route = tuple(path.split("."))
    return Condition(
        says=f"`{path}` is `{value}`", holds=lambda payload: dig(payload, route) == value
    )
