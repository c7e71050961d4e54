"""Reading GitHub's official descriptions: compressed JSON, and ``$ref`` followed."""

import gzip
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson

DATA = Path(__file__).parents[1] / "data"

Schema = Mapping[str, Any]


@cache
def load(name: str) -> dict[str, Any]:
    """Return a gzipped JSON document of ``tests/data``; read once, never to be changed."""
    document: dict[str, Any] = orjson.loads(gzip.decompress((DATA / name).read_bytes()))
    return document


def resolve(schema: Schema, document: Schema) -> Schema:
    """Follow ``#/components/...`` references until a schema that says something itself."""
    while "$ref" in schema:
        found: Any = document
        for key in schema["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        schema = found
    return schema


def types(schema: Schema) -> tuple[str, ...]:
    """Return the JSON types a schema names, in its order; empty when it names none."""
    named = schema.get("type", ())
    return (named,) if isinstance(named, str) else tuple(named)
