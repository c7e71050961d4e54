"""Baselines: a value that was never seen before, learned from the events themselves.

Our extension of Sigma: ``baseline: {type: first_seen, field, group-by, memory, learning}``. A key
is the organisation and the values of ``group-by``. From a key's first event on, for the time of
``learning`` (``0d``: none), values are remembered in silence; afterwards a value matches that was
not seen for the key within ``memory``, and is remembered, so that it matches once.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.detect.section import Section
from bot.detect.timespan import read_timespan

MOST_VALUES: Final = 10_000
"""Values remembered for one playbook; beyond that, those not seen for longest are forgotten."""

_KEYS: Final = ("type", "field", "group-by", "memory", "learning")
_MEMORY: Final = timedelta(days=90)
_LEARNING: Final = timedelta(days=14)
_NONE: Final = re.compile(r"0+[smhdwMy]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """What counts as known: values of ``field`` seen within ``memory`` for the same key."""

    field: str
    group_by: tuple[str, ...] = ()
    memory: timedelta = _MEMORY
    learning: timedelta = _LEARNING


def read_baseline(section: Section) -> Baseline | None:
    """Return a playbook's baseline; what is not usable is noted."""
    before = len(section.problems)
    section.check_keys(_KEYS)
    section.require("type", "'type: first_seen'")
    section.require("field", "'field: ...' (whose values are remembered)")
    section.choice("type", ("first_seen",))
    field = section.text("field")
    group_by = section.texts("group-by")
    memory = read_timespan(section, "memory") if "memory" in section.data else _MEMORY
    learning = _read_learning(section) if "learning" in section.data else _LEARNING
    if len(section.problems) > before or field is None or memory is None or learning is None:
        return None
    if memory < learning:
        section.note("'memory' is shorter than 'learning': make it longer", "memory")
        return None
    return Baseline(field=field, group_by=group_by or (), memory=memory, learning=learning)


def _read_learning(section: Section) -> timedelta | None:
    """Return for how long nothing matches, which may be for no time at all."""
    value = section.data["learning"]
    if isinstance(value, str) and _NONE.fullmatch(value):
        return timedelta(0)
    return read_timespan(section, "learning")
