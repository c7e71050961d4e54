"""The schema of a step: when it is made, and what becomes of the others when it fails."""

from typing import Final

from bot.actions.catalogue import ACTIONS
from bot.authoring.form import Schema, mapping, text
from bot.core.playbook import Unless

_WORD: Final = "|".join(Unless)

_NAME: Final[Schema] = text(
    "What other steps call it by: steps.NAME. Without one, its action (steps.open_issue).",
    pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,39}$",
)

_IF: Final[Schema] = {
    "description": "Made only when this is true: an expression over event, match and "
    "steps.NAME.state, as in templates, without {{ }}.",
    "anyOf": [
        {"type": "string", "minLength": 1, "not": {"pattern": r"\{[{%]"}},
        {"type": "boolean"},
    ],
}

_AFTER: Final[Schema] = text(
    "Made so long after the alert, unless somebody has said something meanwhile: 30m, or 30m "
    "unless acknowledged.",
    pattern=rf"^\s*[0-9]+[smhdw](\s+unless\s+({_WORD})(\s*(\||,|\bor\b)\s*({_WORD}))*)?\s*$",
)


def steps_schema(parameters: list[Schema], definitions: Schema) -> Schema:
    """Return the schema of a list of steps; ``parameters`` tells those of each action.

    They go into ``definitions``: steps are written in two places.
    """
    definitions["Parameters"] = {"allOf": parameters}
    rescue = _step()
    failure: Schema = {
        "description": "continue: the next steps are made all the same; stop: they are not; a list "
        "of steps: these are made then, and the next ones after them.",
        "anyOf": [
            {"enum": ["continue", "stop"]},
            {"type": "array", "minItems": 1, "items": rescue},
        ],
    }
    step = _step(**{"on-failure": failure, "after": _AFTER})
    return {"type": "array", "minItems": 1, "items": step}


def _step(**more: Schema) -> Schema:
    form = mapping(
        "One step.",
        {
            "action": {
                "enum": sorted(ACTIONS),
                "description": "What to do; `tipstaff actions` tells of each.",
            },
            "with": {"type": "object", "description": "The action's parameters."},
            "name": _NAME,
            "if": _IF,
            **more,
        },
        ["action"],
    )
    return {**form, "allOf": [{"$ref": "#/$defs/Parameters"}]}
