"""The JSON Schema of a playbook file, for editors that complete and check while one writes.

Made from what the loader itself goes by: levels, modes, modifiers, and the actions' parameters.
Stricter than the loader in one thing: Sigma allows keys of one's own, in which slips hide.
"""

from typing import Final

from sigma.modifiers import modifier_mapping
from sigma.rule.attributes import SigmaStatus

from bot.actions.catalogue import ACTIONS
from bot.authoring.form import Schema, mapping, names, text, texts
from bot.authoring.response import response_schema
from bot.core.playbook import Level
from bot.detect.correlation.model import COMPARE
from bot.detect.correlation.model import Kind as CorrelationKind
from bot.detect.metadata import KNOWN_KEYS

_UUID: Final = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_DATE: Final = r"^\d{4}[-/]\d{2}[-/]\d{2}$"
_TIMESPAN: Final = r"^\d+[smhdwMy]$"


def playbook_schema() -> Schema:
    """Return the schema (draft 2020-12) of one document of a playbook file."""
    definitions: Schema = {}
    properties = {
        **_METADATA,
        "logsource": _LOGSOURCE,
        "detection": _detection(),
        "filter": _filter(),
        "correlation": _correlation(),
        "baseline": _BASELINE,
        "response": response_schema(definitions),
        "tests": _TESTS,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tipstaff playbook",
        "description": "A Sigma rule that knows what to do next.",
        "type": "object",
        "properties": {**{key: {} for key in sorted(KNOWN_KEYS)}, **properties},
        "required": ["title"],
        "additionalProperties": False,
        "oneOf": [
            {"required": ["id", "logsource", "detection"]},
            {"required": ["id", "correlation"]},
            {"required": ["logsource", "filter"]},
        ],
        "$defs": definitions,
    }


_METADATA: Final[Schema] = {
    "title": text("What happened, in a few words.", minLength=1, maxLength=256),
    "id": text("A UUID that never changes: alerts are told apart by it.", pattern=_UUID),
    "name": text("A short name by which correlations and filters refer to it.", minLength=1),
    "status": {"enum": [status.name.lower() for status in SigmaStatus]},
    "description": text("What happened and why it matters, for whoever reads the alert."),
    "license": text("An SPDX expression."),
    "references": texts("Addresses to read on."),
    "author": text("Who wrote it."),
    "date": text("When it was written: yyyy-mm-dd.", pattern=_DATE),
    "modified": text("When it was last changed: yyyy-mm-dd.", pattern=_DATE),
    "tags": {
        "type": "array",
        "description": "Namespaced tags, such as attack.t1098.",
        "items": {"type": "string", "pattern": r"^[^.\s]+\..+$"},
    },
    "fields": texts("Fields that the alert shows besides the usual ones."),
    "falsepositives": texts("What may look the same and is harmless."),
    "level": {"enum": [str(level) for level in Level], "description": "How bad a match is."},
}

_LOGSOURCE: Final[Schema] = mapping(
    "Which events it is about.",
    {
        "product": {"const": "github"},
        "service": text("audit, for all events of GitHub."),
        "category": text("Sigma's category."),
        "definition": text("What must be switched on to have these events."),
    },
    ["product"],
)

_BASELINE: Final[Schema] = mapping(
    "Only a value that was never seen before for its key matches.",
    {
        "type": {"const": "first_seen"},
        "field": text("The field whose values are remembered.", minLength=1),
        "group-by": texts("Fields whose values make the key, besides the organisation."),
        "memory": text("How long a value stays known (90d).", pattern=_TIMESPAN),
        "learning": text("How long a new key only learns (14d).", pattern=_TIMESPAN),
    },
    ["type", "field"],
)


def _selection() -> Schema:
    modifiers = "|".join(sorted({*modifier_mapping, "utf16le"}))
    scalar: Schema = {"type": ["string", "number", "boolean", "null"]}
    values: Schema = {"anyOf": [scalar, {"type": "array", "items": scalar, "minItems": 1}]}
    fields: Schema = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": rf"^[^|]*(\|({modifiers}))*$"},
        "additionalProperties": values,
    }
    items = {"type": "array", "minItems": 1, "items": {"anyOf": [fields, scalar]}}
    return {"anyOf": [fields, items, scalar]}


def _detection(**besides: Schema) -> Schema:
    condition = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "description": "Named selections, and the condition that joins them.",
        "properties": {
            "condition": {
                "description": "Selections joined by and, or, not, 1 of, all of.",
                "anyOf": [condition, {"type": "array", "items": condition, "minItems": 1}],
            },
            **besides,
        },
        "required": ["condition", *besides],
        "minProperties": 2 + len(besides),
        "additionalProperties": _selection(),
    }


def _filter() -> Schema:
    return _detection(rules=names("Names or ids of the rules it applies to, or any."))


def _correlation() -> Schema:
    return mapping(
        "Joins the matches of other rules within a time.",
        {
            "type": {"enum": [str(kind) for kind in CorrelationKind]},
            "rules": names("Names or ids of the rules it joins."),
            "group-by": names("Fields whose equal values belong together."),
            "timespan": text("How far apart they may be, such as 1h.", pattern=_TIMESPAN),
            "condition": {
                "anyOf": [
                    {"type": "string", "minLength": 1},
                    {
                        "type": "object",
                        "minProperties": 1,
                        "additionalProperties": False,
                        "properties": {
                            **{str(key): {"type": "number"} for key in COMPARE},
                            "field": names("What is measured."),
                            "percentile": {"type": "integer", "minimum": 0, "maximum": 100},
                        },
                    },
                ]
            },
            "aliases": {
                "type": "object",
                "description": "One name for fields that rules call differently.",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                },
            },
            "generate": {"type": "boolean", "description": "Whether the rules alert as well."},
        },
        ["type", "timespan"],
    )


_SUBJECT: Final[Schema] = {
    "event": {
        "type": "object",
        "description": "Fields as in the audit log.",
        "required": ["action"],
    },
    "delivery": mapping(
        "A webhook as GitHub sends it.",
        {"event": text("GitHub's name, such as member."), "payload": {"type": "object"}},
        ["event", "payload"],
    ),
}

_TESTS: Final[Schema] = {
    "type": "array",
    "description": "What the playbook promises; run by `tipstaff test`.",
    "items": {
        **mapping(
            "One promise.",
            {
                "name": text("The promise in one sentence.", minLength=1),
                "match": {"type": "boolean"},
                **_SUBJECT,
                "sequence": {
                    "type": "array",
                    "minItems": 1,
                    "description": "Several events, each at its time.",
                    "items": mapping(
                        "One event.", {"at": text("+5m, or a time in ISO 8601."), **_SUBJECT}
                    ),
                },
                "steps": {
                    "type": "array",
                    "description": "The actions that a match leads to, in order.",
                    "items": {"enum": sorted(ACTIONS)},
                },
                "lists": {
                    "type": "object",
                    "description": "Lists for this test, in place of the deployed ones.",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                },
                "time-zone": text("Hours and days are counted in it, for this test."),
            },
            ["name", "match"],
        ),
        "oneOf": [{"required": [key]} for key in ("event", "delivery", "sequence")],
    },
}
