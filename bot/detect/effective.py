"""A playbook as it holds in the end, with where each of its values was written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.playbook import ApprovalRule, StepSpec
from bot.core.problem import Place
from bot.core.times import spell_span
from bot.detect.approval import spell_rule
from bot.detect.condition import tests
from bot.detect.document import Document
from bot.detect.live import is_live
from bot.detect.overlay import Change, Overlay
from bot.detect.rule import Rule
from bot.detect.zone import KEY, zones_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """One value of a playbook; ``place`` is ``None`` for a default and for what GitHub fills.

    ``key`` is the way to it, with dots: ``mode``, ``steps.open-issue.labels``.
    """

    key: str
    value: Any
    place: Place | None

    @property
    def source(self) -> str:
        """Say where the value comes from: a place, ``default`` or ``GitHub``."""
        if self.place is not None:
            return str(self.place)
        return "GitHub" if self.key.startswith("lists.") else "default"


def trace(
    rule: Rule,
    document: Document | None,
    overlay: Overlay,
    lists: Mapping[str, tuple[Any, Place]],
) -> tuple[Value, ...]:
    """Return the values of a rule that an overlay may change, each with its source.

    ``rule`` is as it holds in the end; ``document`` the text it was read from, where it is one
    that can be searched; ``lists`` the shared lists' values and places.
    """
    found = tuple(_Trace(rule, document, overlay.change_of(rule.playbook)).values(lists))
    zones = {zone for test in tests(rule.condition) for zone in zones_of(test)}
    return found + tuple(Value(key=KEY, value=zone, place=overlay.zone_place) for zone in zones)


class _Trace:
    """One rule, while the places of its values are looked for."""

    def __init__(self, rule: Rule, document: Document | None, change: Change | None) -> None:
        self.rule = rule
        self.document = document
        self.changed: Mapping[tuple[str, ...], Place] = {} if change is None else change.places

    def values(self, lists: Mapping[str, tuple[Any, Place]]) -> Iterator[Value]:
        playbook, response = self.rule.playbook, self.rule.playbook.response
        yield self._value(("mode",), str(response.mode), ("response", "mode"))
        yield self._value(("level",), str(playbook.level), ("level",))
        yield self._value(("about",), response.about, ("response", "about"))
        yield self._value(("group-by",), list(response.group_by), ("response", "group-by"))
        if response.group_for is not None:
            window = spell_span(response.group_for)
            yield self._value(("group-for",), window, ("response", "group-for"))
        if response.approval != ApprovalRule():
            rule = spell_rule(response.approval)
            yield self._value(("approval",), rule, ("response", "approval"))
        for position, spec in enumerate(response.steps):
            yield from self._step(position, spec)
        for name in sorted(self.rule.placeholders):
            if (place := self.changed.get(("lists", name))) is not None:
                yield Value(key=f"lists.{name}", value=list(self.rule.lists[name]), place=place)
            elif is_live(name):
                yield Value(key=f"lists.{name}", value="looked up when needed", place=None)
            elif name in lists:
                values, place = lists[name]
                yield Value(key=f"lists.{name}", value=list(values), place=place)

    def _step(self, position: int, spec: StepSpec) -> Iterator[Value]:
        written = ("response", "steps", position)
        if not spec.params:
            yield self._value(("steps", spec.action), {}, written)
        for name, value in spec.params.items():
            yield self._value(("steps", spec.action, name), value, (*written, "with", name))

    def _value(self, keys: tuple[str, ...], value: Any, written: tuple[str | int, ...]) -> Value:
        place = self.changed.get(keys) or self._written(written)
        return Value(key=".".join(keys), value=value, place=place)

    def _written(self, keys: tuple[str | int, ...]) -> Place | None:
        """Return where the playbook writes a value; of a foreign rule, where it begins."""
        if self.document is None:
            return self.rule.playbook.place
        found = self.document.data
        try:
            for key in keys:
                found = found[key]
        except (KeyError, IndexError, TypeError):
            return None
        return self.document.place(*keys)
