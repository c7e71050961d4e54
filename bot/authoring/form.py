"""The few forms that the schema of a playbook is built from."""

from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]


def text(says: str, **more: Any) -> Schema:
    """Return the schema of a text."""
    return {"type": "string", "description": says, **more}


def texts(says: str, **more: Any) -> Schema:
    """Return the schema of a list of texts."""
    return {
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "description": says,
        **more,
    }


def mapping(says: str, properties: Mapping[str, Any], required: Iterable[str] = ()) -> Schema:
    """Return the schema of a mapping that takes these keys and no other."""
    return {
        "type": "object",
        "description": says,
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def names(says: str) -> Schema:
    """Return the schema of one text, or of a list of them."""
    one = {"type": "string", "minLength": 1}
    return {"description": says, "anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
