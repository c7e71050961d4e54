"""A correlation as values: which rules, over which time, counted how, and grouped by what."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from bot.core.problem import Place


class Kind(StrEnum):
    """What is measured: Sigma's correlation types."""

    EVENT_COUNT = "event_count"
    VALUE_COUNT = "value_count"
    VALUE_SUM = "value_sum"
    VALUE_AVG = "value_avg"
    VALUE_PERCENTILE = "value_percentile"
    VALUE_MEDIAN = "value_median"
    TEMPORAL = "temporal"
    TEMPORAL_ORDERED = "temporal_ordered"

    @property
    def temporal(self) -> bool:
        """Whether it asks which rules matched, not how often or with which values."""
        return self in (Kind.TEMPORAL, Kind.TEMPORAL_ORDERED)

    @property
    def numeric(self) -> bool:
        """Whether it calculates with the numbers in a field."""
        return self not in (Kind.EVENT_COUNT, Kind.VALUE_COUNT) and not self.temporal


COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "eq": operator.eq,
    "neq": operator.ne,
}
"""How a condition compares what was measured with its number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """One comparison of a condition: ``compare`` is a key of `COMPARE`."""

    compare: str
    number: int | float

    def holds(self, measure: float) -> bool:
        """Say whether a measure satisfies it."""
        return COMPARE[self.compare](measure, self.number)

    def __str__(self) -> str:
        """Write it as the playbook does."""
        return f"{self.compare} {self.number}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """One way for a boolean condition to be true: these rules are seen, and those are not."""

    seen: frozenset[str]
    unseen: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Correlation:
    """What a correlation rule asks for.

    ``rules`` are the rules it is about, in order: names or ids as written until
    `bot.detect.correlation.resolve` makes them ids; ``mentions`` are the rules that ``aliases``
    speak of. All ``bounds`` must hold, or any of the ``branches`` when the condition is a boolean
    one, written as ``condition``. ``fields`` are measured by the value kinds; ``aliases`` give a
    name of ``group_by`` or ``fields`` its field in each rule's events. ``generate``: the rules
    also alert on their own.
    """

    kind: Kind
    rules: tuple[str, ...]
    places: tuple[Place, ...] = field(compare=False)
    mentions: tuple[tuple[str, Place], ...] = field(default=(), compare=False)
    timespan: timedelta
    group_by: tuple[str, ...] = ()
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    bounds: tuple[Bound, ...] = ()
    branches: tuple[Branch, ...] = ()
    condition: str = field(default="", compare=False)
    fields: tuple[str, ...] = ()
    percentile: int = 50
    generate: bool = False

    @property
    def waits(self) -> bool:
        """Whether it may fire because something did not come: when a window ends."""
        return any(branch.unseen for branch in self.branches)

    def field_of(self, name: str, rule: str) -> str:
        """Return the field that a name of ``group_by`` or ``fields`` stands for in a rule."""
        return self.aliases.get(name, {}).get(rule, name)

    def __str__(self) -> str:
        """Say in the playbook's words what is asked for."""
        asked = " and ".join(map(str, self.bounds)) or self.condition
        by = f" by {', '.join(self.group_by)}" if self.group_by else ""
        return f"{self.measured} {asked} within {spell(self.timespan)}{by}"

    @property
    def measured(self) -> str:
        """What is counted or calculated: ``value_percentile 95 of size``."""
        percent = f" {self.percentile}" if self.kind is Kind.VALUE_PERCENTILE else ""
        fields = f" of {', '.join(self.fields)}" if self.fields else ""
        return f"{self.kind}{percent}{fields}"


_UNITS: Final = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def spell(span: timedelta) -> str:
    """Write a time span as playbooks do: ``90m``."""
    seconds = int(span.total_seconds())
    letter, size = next((unit for unit in _UNITS if seconds % unit[1] == 0), _UNITS[-1])
    return f"{seconds // size}{letter}"
