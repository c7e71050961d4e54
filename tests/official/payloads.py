"""Deliveries to try everything with: GitHub's examples, and the smallest its schemas allow."""

import gzip
from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson

from tests.official.closed import fits, invented, problem
from tests.official.schemas import DATA, Schema, load, resolve, types

WEBHOOKS = "github-webhooks-openapi.json.gz"

_FORMATS = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "uri": "https://example.com/",
    "uri-template": "https://example.com/{name}",
    "email": "a@example.com",
}


def examples() -> list[tuple[str, dict[str, Any]]]:
    """Return GitHub's example deliveries as (event, payload); some are older than its schemas."""
    lines = gzip.decompress((DATA / "webhook-examples.jsonl.gz").read_bytes()).splitlines()
    return [(entry["event"], entry["payload"]) for entry in map(orjson.loads, lines)]


def minimal_payloads() -> list[tuple[str, str | None, dict[str, Any]]]:
    """Return (event, action, payload) twice for every delivery that an App can receive.

    First with the required fields only and the smallest legal values (``null`` where allowed),
    then with every optional field present and nothing null that need not be.
    """
    return [
        (event, payload.get("action"), payload)
        for event, schema in _descriptions()
        for payload in (sample(schema, full=False), sample(schema, full=True))
    ]


def payload_problem(event: str, payload: dict[str, Any]) -> str | None:
    """Say what GitHub's schemas find wrong with a delivery; ``None`` when it is a valid one."""
    by_action = _payload_schemas()
    schemas = by_action.get((event, payload.get("action"))) or by_action.get((event, None))
    if not schemas:
        return f"GitHub has no webhook {event} with the action {payload.get('action')!r}"
    found = [problem(payload, schema, load(WEBHOOKS)["components"]) for schema in schemas]
    return None if None in found else f"{event} {found[0]}"


def payload_invention(event: str, payload: dict[str, Any]) -> str | None:
    """Say which field of a delivery GitHub's schema does not have; ``None`` when it has all."""
    found = [
        invented(payload, schema, WEBHOOKS)
        for name, schema in _descriptions()
        if name == event and payload.get("action") in _actions(resolve(schema, load(WEBHOOKS)))
    ]
    return f"{event} {found[0]}" if found and None not in found else None


@cache
def _payload_schemas() -> dict[tuple[str, str | None], tuple[Schema, ...]]:
    """Return GitHub's payload schemas by (event, action); the action ``None`` is none, or any.

    There may be several for one pair; a delivery is right when one of them is content.
    """
    found: dict[tuple[str, str | None], tuple[Schema, ...]] = {}
    for event, schema in _descriptions():
        for action in _actions(resolve(schema, load(WEBHOOKS))):
            found[event, action] = (*found.get((event, action), ()), schema)
    return found


def _actions(schema: Schema) -> set[str | None]:
    """Return the values ``action`` may take in a payload schema (``None``: it has none)."""
    branches = [resolve(part, load(WEBHOOKS)) for part in schema.get("oneOf", (schema,))]
    return {
        value
        for branch in branches
        for value in branch.get("properties", {}).get("action", {}).get("enum", (None,))
    }


def _descriptions() -> Iterator[tuple[str, Schema]]:
    for webhook in load(WEBHOOKS)["webhooks"].values():
        about = webhook["post"]["x-github"]
        if "app" in about["supported-webhook-types"]:
            content = webhook["post"]["requestBody"]["content"]
            yield about["subcategory"].replace("-", "_"), content["application/json"]["schema"]


def sample(schema: Schema, *, full: bool, within: tuple[int, ...] = ()) -> Any:
    """Build a value that a webhook schema allows: the smallest, or with every optional field.

    ``within`` are the schemas being built already, so that a schema that holds itself ends.
    """
    schema = resolve(schema, load(WEBHOOKS))
    within = (*within, id(schema))
    if types(schema) == ("null",):
        return None
    if "enum" in schema:
        return _choose(schema["enum"], full=full)
    for key in ("oneOf", "anyOf"):
        if key in schema and "properties" not in schema:
            return _alternative(schema, schema[key], full=full, within=within)
    if "allOf" in schema:
        return _all_of(schema, full=full, within=within)
    return _by_type(schema, full=full, within=within)


def _choose(values: list[Any], *, full: bool) -> Any:
    if not full and None in values:
        return None
    return next((value for value in values if value is not None), None)


def _alternative(
    schema: Schema, branches: list[Schema], *, full: bool, within: tuple[int, ...]
) -> Any:
    """Take the first branch's sample that the whole schema accepts (``oneOf`` is exclusive)."""
    sizes = (True, False) if full else (False,)
    candidates = [sample(part, full=size, within=within) for size in sizes for part in branches]
    candidates.sort(key=lambda value: (value is None) == full)
    components = load(WEBHOOKS)["components"]
    fitting = (value for value in candidates if fits(value, schema, components))
    return next(fitting, candidates[0])


def _all_of(schema: Schema, *, full: bool, within: tuple[int, ...]) -> Any:
    """Merge the parts of an ``allOf`` of objects; of single values, take what every part allows."""
    parts = [resolve(part, load(WEBHOOKS)) for part in schema["allOf"]]
    if not all("object" in (types(part) or ("object",)) for part in parts):
        return _alternative(schema, parts, full=full, within=within)
    shared: dict[str, list[Schema]] = {}
    for part in parts:
        for name, value in part.get("properties", {}).items():
            shared.setdefault(name, []).append(value)
    merged = {
        "type": "object",
        "properties": {
            name: values[0] if len(values) == 1 else {"allOf": values}
            for name, values in shared.items()
        },
        "required": [name for part in parts for name in part.get("required", ())],
    }
    return _object(merged, full=full, within=within)


def _by_type(schema: Schema, *, full: bool, within: tuple[int, ...]) -> Any:
    named = types(schema) or (("object",) if "properties" in schema else ("string",))
    if "null" in named and not full:
        return None
    kind = next((name for name in named if name != "null"), "null")
    if kind == "object":
        return _object(schema, full=full, within=within)
    if kind == "array":
        wanted = schema.get("minItems", 0) or (1 if full else 0)
        items = schema.get("items", {"type": "string"})
        if id(resolve(items, load(WEBHOOKS))) in within:
            return []
        return [sample(items, full=full, within=within) for _ in range(wanted)]
    if kind == "string":
        return _FORMATS.get(schema.get("format", ""), "text" if full else "")
    smallest = schema.get("minimum", 0)
    return {"integer": smallest, "number": smallest, "boolean": full, "null": None}[kind]


def _object(schema: Schema, *, full: bool, within: tuple[int, ...]) -> dict[str, Any]:
    required = schema.get("required", ())
    return {
        name: sample(value, full=full, within=within)
        for name, value in schema.get("properties", {}).items()
        if name in required or (full and id(resolve(value, load(WEBHOOKS))) not in within)
    }
