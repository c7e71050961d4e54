"""Schemas turned round: nothing is asked for, and nothing that is not named gets through."""

from collections import defaultdict
from functools import cache
from typing import Any

import jsonschema_rs
import orjson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from tests.official.schemas import Schema, load, resolve


def invented(value: Any, schema: Schema, name: str) -> str | None:
    """Say what in a value the schema of a document does not know; ``None``: it knows it all.

    Fields may be missing; formats are not judged.
    """
    return problem(value, _closed(orjson.dumps(schema), name), _components(name))


def fits(value: Any, schema: Schema, components: Any) -> bool:
    """Say whether a schema is content with a value."""
    judge = _judge(schema, components)
    try:
        return judge.is_valid(value)
    except ValueError:  # it knows JSON's own types only, and a text may be of a kind of its own
        return judge.is_valid(orjson.loads(orjson.dumps(value)))


def problem(value: Any, schema: Schema, components: Any) -> str | None:
    """Say what a schema finds wrong with a value; ``None``: nothing.

    Almost nothing is wrong, so that a quick judge is asked first; a slow one knows what to say.
    """
    if fits(value, schema, components):
        return None
    told = Draft202012Validator({**schema, "components": components})
    error = next(told.iter_errors(value), None)
    if error is None:
        return None
    deepest = _deepest(error)
    return f"{deepest.json_path}: {deepest.message:.300}"


def _judge(schema: Schema, components: Any) -> jsonschema_rs.Draft202012Validator:
    """Make a schema's judge, or take the one that was made."""
    key = id(schema), id(components)
    if key not in _JUDGES:
        text = orjson.dumps(schema).replace(b'"#/components/', b'"%s#/components/' % _URI.encode())
        judge = jsonschema_rs.Draft202012Validator(
            orjson.loads(text), registry=_registry(id(components), components)
        )
        _JUDGES[key] = (judge, schema, components)  # kept alive, their ids stay theirs
    return _JUDGES[key][0]


def _registry(key: int, components: Any) -> jsonschema_rs.Registry:
    if key not in _REGISTRIES:
        _REGISTRIES[key] = jsonschema_rs.Registry([(_URI, {"components": components})])
    return _REGISTRIES[key]


_URI = "urn:tipstaff:components"
_JUDGES: dict[tuple[int, int], tuple[jsonschema_rs.Draft202012Validator, Schema, Any]] = {}
_REGISTRIES: dict[int, jsonschema_rs.Registry] = {}


def _deepest(error: ValidationError) -> ValidationError:
    """Return the error that says most: of alternatives, one from the branch with the fewest."""
    while error.context:
        branches: dict[Any, list[ValidationError]] = defaultdict(list)
        for inner in error.context:
            branches[inner.schema_path[0]].append(inner)
        objects = [found for found in branches.values() if found[0].validator != "type"]
        error = min(objects or list(branches.values()), key=_size)[0]
    return error


def _size(errors: list[ValidationError]) -> tuple[int, int]:
    return len(errors), sum(len(error.message) for error in errors)


@cache
def _components(name: str) -> Any:
    schemas = load(name)["components"]["schemas"]
    return {"schemas": {key: _close(value, name) for key, value in schemas.items()}}


@cache
def _closed(schema: bytes, name: str) -> Any:
    return _close(orjson.loads(schema), name)


def _close(schema: Any, name: str) -> Any:
    if isinstance(schema, list):
        return [_close(item, name) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "allOf" in schema:
        schema = _merged(schema, name)
    kept = {key: value for key, value in schema.items() if key not in {"required", "format"}}
    closed = {key: value if key in _DATA else _close(value, name) for key, value in kept.items()}
    if "properties" in kept:
        closed["properties"] = {k: _close(v, name) for k, v in kept["properties"].items()}
        if "additionalProperties" not in kept:
            closed["additionalProperties"] = False
    if "oneOf" in closed:  # without "required", more than one branch may fit
        closed["anyOf"] = closed.pop("oneOf")
    return closed


def _merged(schema: Schema, name: str) -> dict[str, Any]:
    """Write an ``allOf`` of objects as one object: each part alone would refuse the others'."""
    parts = [resolve(part, load(name)) for part in schema["allOf"]]
    if not all("properties" in part for part in parts):
        return dict(schema)
    properties: dict[str, Any] = {}
    for part in parts:
        properties = {**part["properties"], **properties}
    others = {key: value for key, value in schema.items() if key != "allOf"}
    return {**others, "type": "object", "properties": properties}


_DATA = frozenset(("enum", "const", "default", "properties"))
