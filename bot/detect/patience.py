"""How long cases wait for people, as ``tipstaff.yml`` says it by level."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from bot.core.playbook import Level
from bot.core.times import KINDS, parse_span
from bot.detect.section import Section, shown

KEY: Final = "cases"
"""The key under which each level has its times."""


def read_times(section: Section) -> Mapping[Level, Mapping[str, timedelta | None]]:
    """Return the times under ``cases``, by level and kind; note what is none."""
    if section.mapping(KEY) is None:
        return {}
    levels = Section(section.document, (*section.path, KEY), section.problems, name=f"'{KEY}'")
    levels.check_keys([str(level) for level in Level])
    found = {}
    for level in Level:
        if levels.mapping(level) is not None:
            inner = Section(
                section.document,
                (*levels.path, str(level)),
                section.problems,
                name=f"the times of '{level}'",
            )
            inner.check_keys(KINDS)
            found[level] = {kind: _read(inner, kind) for kind in KINDS if kind in inner.data}
    return found


def _read(section: Section, kind: str) -> timedelta | None:
    value: Any = section.data[kind]
    try:
        if isinstance(value, str):
            return parse_span(value)
    except ValueError:
        pass
    section.note(
        f"'{kind}' must be a number and a unit (s, m, h, d, w), such as 24h, or never, "
        f"not {shown(value)}",
        kind,
    )
    return None
