"""The ``response`` part of a playbook: how far to go, whom to tell, and the steps."""

from bot.core.playbook import Mode, Response
from bot.detect.approval import read_approval
from bot.detect.section import Section
from bot.detect.step import read_steps
from bot.detect.timespan import read_timespan

_KEYS = ("mode", "about", "group-by", "group-for", "steps", "approval")


def read_response(section: Section) -> Response:
    """Return the response; what is not usable is noted and left at its default."""
    section.check_keys(_KEYS)
    default = Response()
    mode = section.choice("mode", [str(mode) for mode in Mode])
    section.require("steps", "'steps:' with at least one '- action: ...'")
    if section.data.get("steps") == []:
        section.note("'steps' is empty: add '- action: ...', or leave 'response' out", "steps")
    return Response(
        mode=default.mode if mode is None else Mode.parse(mode),
        about=section.text("about") or default.about,
        group_by=section.texts("group-by") or default.group_by,
        group_for=read_timespan(section, "group-for"),
        steps=read_steps(section),
        approval=read_approval(section),
    )
