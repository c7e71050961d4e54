"""The schema of a playbook's response: the actions' own parameters, each with its words."""

from typing import Final

from bot.actions.base import AnyAction
from bot.actions.catalogue import ACTIONS
from bot.authoring.form import Schema, mapping, text, texts
from bot.authoring.step import steps_schema
from bot.core.playbook import Mode
from bot.detect.approval import MOST_APPROVERS
from bot.respond.plan import ABOUT

_TEMPLATE: Final[Schema] = {"type": "string", "pattern": r"\{[{%#]"}
_SHOWN: Final = ("description", "default", "title")


def response_schema(definitions: Schema) -> Schema:
    """Return the schema of a response; what parameters refer to goes into ``definitions``."""
    return mapping(
        "How far to go, whom to tell, and the steps.",
        {
            "mode": {
                "enum": [str(mode) for mode in Mode],
                "description": "observe: only record; ask: wait for approval; enforce: do it.",
            },
            "about": {"enum": sorted(ABOUT), "description": "The field with the person concerned."},
            "group-by": texts("Alerts that agree in these fields share one issue."),
            "group-for": text(
                "How long after it was opened an issue takes further alerts, such as 7d.",
                pattern=r"^[0-9]{1,9}[smhdwMy]$",
            ),
            "approval": _approval(),
            "steps": steps_schema(
                [_parameters(action, definitions) for action in ACTIONS.values()], definitions
            ),
        },
        ["steps"],
    )


def _approval() -> Schema:
    return mapping(
        "Who has to approve what waits for approval, and how soon.",
        {
            "approvers": {
                "type": "integer",
                "minimum": 1,
                "maximum": MOST_APPROVERS,
                "default": 1,
                "description": "How many different people.",
            },
            "by": text(
                "owners, team:SLUG, role:maintain or role:admin. Without it: owners, and "
                "administrators of the repository.",
                pattern=r"^(owners|team:[A-Za-z0-9][A-Za-z0-9._-]*|role:(maintain|admin))$",
            ),
            "expires": text(
                "How long the question stays open, such as 24h.",
                pattern=r"^[0-9]{1,9}[smhdwMy]$",
                default="7d",
            ),
        },
    )


def _parameters(action: AnyAction, definitions: Schema) -> Schema:
    """Return what the parameters of a step with this action must be."""
    found = action.Params.model_json_schema(ref_template="#/$defs/{model}")
    for name, model in found.pop("$defs", {}).items():
        definitions[name] = _open(model)
    then: Schema = {"properties": {"with": {**_open(found), "description": action.summary}}}
    if found.get("required"):
        then["required"] = ["with"]
    named = {"properties": {"action": {"const": action.name}}, "required": ["action"]}
    return {"if": named, "then": then}


def _open(model: Schema) -> Schema:
    """Let every value that is no text be a template, too: what it comes to is known later."""
    properties = {name: _or_template(value) for name, value in model.get("properties", {}).items()}
    return {**model, **({"properties": properties} if properties else {})}


def _or_template(value: Schema) -> Schema:
    if value.get("type") == "string" and "enum" not in value and "pattern" not in value:
        return value
    kept: Schema = {key: value[key] for key in _SHOWN if key in value}
    return {**kept, "anyOf": [value, _TEMPLATE]}
