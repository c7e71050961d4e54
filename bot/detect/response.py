"""The ``response`` part of a playbook: how far to go, whom to tell, and the steps."""

from collections.abc import Mapping
from typing import Any

from bot.core.playbook import Mode, Response, StepSpec
from bot.detect.section import Section

_KEYS = ("mode", "about", "group-by", "steps")
_STEP_KEYS = ("action", "with")


def read_response(section: Section) -> Response:
    """Return the response; what is not usable is noted and left at its default."""
    section.check_keys(_KEYS)
    default = Response()
    mode = section.choice("mode", [str(mode) for mode in Mode])
    section.require("steps", "'steps:' with at least one '- action: ...'")
    if section.data.get("steps") == []:
        section.note("'steps' is empty: add '- action: ...', or leave 'response' out", "steps")
    steps = (_step(step) for step in section.sections("steps", name="a step"))
    return Response(
        mode=default.mode if mode is None else Mode.parse(mode),
        about=section.text("about") or default.about,
        group_by=section.texts("group-by") or default.group_by,
        steps=tuple(step for step in steps if step is not None),
    )


def _step(section: Section) -> StepSpec | None:
    section.check_keys(_STEP_KEYS)
    if not section.require("action", "'action: ...'"):
        return None
    action = section.text("action")
    params: Mapping[str, Any] = section.mapping("with") or {}
    if action is None:
        return None
    place = section.document.place(*section.path)
    return StepSpec(action=action, params=params, place=place)
