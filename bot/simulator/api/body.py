"""Reading a request's body, and saying in GitHub's words what is wrong with it."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from bot.simulator.problem import Problem, malformed


class Body:
    """A request's JSON object. Every reader says 422 when the value is not what it should be."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.fields = fields

    @classmethod
    def parse(cls, raw: bytes) -> "Body":
        """Read a body; an empty one has no fields, one that is no JSON object is a 400."""
        if not raw.strip():
            return cls({})
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise Problem(400, "Problems parsing JSON") from error
        if not isinstance(value, dict):
            raise Problem(400, "Body should be a JSON object")
        return cls(value)

    def text(self, name: str) -> str:
        """Return a text that must be there."""
        if self.fields.get(name) is None:
            raise malformed(f'"{name}" wasn\'t supplied.')
        return str(self._is(name, self.fields[name], str, "a string"))

    def maybe(self, name: str) -> str | None:
        """Return a text that may be missing or null."""
        value = self.fields.get(name)
        return None if value is None else self._is(name, value, str, "a string")

    def flag(self, name: str) -> bool | None:
        """Return a yes or no that may be missing."""
        value = self.fields.get(name)
        return None if value is None else self._is(name, value, bool, "a boolean")

    def choice(self, name: str, allowed: Sequence[str], default: str | None = None) -> str:
        """Return one of the allowed words; without a default it must be there."""
        value = self.fields.get(name)
        if value is None and default is not None:
            return default
        if value is None:
            raise malformed(f'"{name}" wasn\'t supplied.')
        if value not in allowed:
            shown, among = _json(value), _json(list(allowed))
            raise malformed(f"For 'properties/{name}', {shown} is not a member of {among}.")
        return str(value)

    def texts(self, name: str) -> list[str] | None:
        """Return a list of texts; objects in it count as their ``name`` (labels may be such)."""
        value = self.fields.get(name)
        if value is None:
            return None
        items: list[Any] = self._is(name, value, list, "an array")
        named: list[Any] = [item.get("name") if isinstance(item, dict) else item for item in items]
        for index, item in enumerate(named):
            if not isinstance(item, str):
                where = f"links/{index}/schema"
                raise malformed(f"For '{where}', {_json(items[index])} is not a string.")
        return named

    def table(self, name: str) -> dict[str, Any] | None:
        """Return an object that may be missing."""
        value = self.fields.get(name)
        return None if value is None else self._is(name, value, dict, "an object")

    def _is(self, name: str, value: Any, kind: type, called: str) -> Any:
        if not isinstance(value, kind):
            raise malformed(f"For 'properties/{name}', {_json(value)} is not {called}.")
        return value


def _json(value: Any) -> str:
    return "nil" if value is None else orjson.dumps(value).decode()
