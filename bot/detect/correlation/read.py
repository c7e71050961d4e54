"""The ``correlation`` part of a playbook."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.core.problem import Place
from bot.detect.correlation.expression import read_branches
from bot.detect.correlation.model import COMPARE, Bound, Branch, Correlation, Kind
from bot.detect.expression import Unreadable
from bot.detect.section import Section, shown
from bot.detect.timespan import read_timespan

MOST_EVENTS: Final = 2_000
"""Events that are kept of one group of a correlation, newest first; no count can ask for more."""

_AT_LEAST: Final = frozenset({"gt", "gte", "eq"})
_KEYS: Final = ("type", "rules", "group-by", "timespan", "condition", "aliases", "generate")


def read_correlation(section: Section) -> Correlation | None:
    """Return what a correlation asks for, its rules still as written; note what is wrong."""
    before = len(section.problems)
    section.check_keys(_KEYS)
    section.require("type", "'type: event_count' (or another of Sigma's correlation types)")
    section.require("timespan", "'timespan: 1h'")
    kind_name = section.choice("type", tuple(Kind))
    if kind_name is None:
        return None
    kind = Kind(kind_name)
    condition = _Condition(section, kind)
    rules, places = _rules(section, condition)
    timespan = read_timespan(section, "timespan")
    group_by = _names(section, "group-by")
    generate = section.flag("generate") if "generate" in section.data else False
    aliases = _aliases(section, (*group_by, *condition.fields))
    if len(section.problems) > before or timespan is None or generate is None:
        return None
    return Correlation(
        kind=kind,
        rules=rules,
        places=places,
        mentions=tuple(_mentions(section, aliases)),
        timespan=timespan,
        group_by=group_by,
        aliases=aliases,
        bounds=condition.bounds or _all_of(kind, rules, condition),
        branches=condition.branches,
        condition=condition.text,
        fields=condition.fields,
        percentile=condition.percentile,
        generate=generate,
    )


class _Condition:
    """The condition of a correlation: a mapping of comparisons, or a boolean expression."""

    def __init__(self, section: Section, kind: Kind) -> None:
        self.bounds: tuple[Bound, ...] = ()
        self.branches: tuple[Branch, ...] = ()
        self.named: tuple[str, ...] = ()
        self.text = ""
        self.fields: tuple[str, ...] = ()
        self.percentile = 50
        given = section.data.get("condition")
        if isinstance(given, str) and kind.temporal:
            self._read_expression(section, given)
        elif isinstance(given, Mapping):
            self._read_mapping(
                Section(
                    section.document,
                    (*section.path, "condition"),
                    section.problems,
                    name="a correlation's condition",
                ),
                kind,
            )
        elif "condition" in section.data:
            forms = "'{gte: 3}'" + (" or 'a and not b'" if kind.temporal else "")
            section.note(
                f"the condition of {kind} must look like {forms}, not {shown(given)}", "condition"
            )
        elif not kind.temporal:
            section.require("condition", "'condition: {gte: 3}'")

    def _read_expression(self, section: Section, text: str) -> None:
        self.text = " ".join(text.split())
        try:
            self.branches, self.named = read_branches(text)
        except Unreadable as error:
            place = section.document.place(*section.path, "condition")
            quote = section.document.scalar_offset(*section.path, "condition")
            if quote is not None and error.offset:
                column = place.column + quote + error.offset
                place = Place(path=place.path, line=place.line, column=column)
            section.note_at(str(error), place)

    def _read_mapping(self, section: Section, kind: Kind) -> None:
        own = {"field": not kind.temporal and kind is not Kind.EVENT_COUNT}
        own["percentile"] = kind is Kind.VALUE_PERCENTILE
        section.check_keys((*COMPARE, *(key for key, allowed in own.items() if allowed)))
        self.bounds = tuple(
            Bound(compare=key, number=number)
            for key, value in section.data.items()
            if key in COMPARE and (number := _number(section, key, value)) is not None
        )
        if not any(key in COMPARE for key in section.data):
            section.note(f"the condition compares with nothing: add one of {', '.join(COMPARE)}")
        if own["field"]:
            section.require("field", "'field: ...' (the field whose values are measured)")
            self.fields = _names(section, "field")
            if len(self.fields) > 1 and kind is not Kind.VALUE_COUNT:
                section.note(f"{kind} measures one field", "field")
        if own["percentile"]:
            section.require("percentile", "'percentile: 95'")
            self._read_percentile(section)
        self._check_count(section, kind)

    def _read_percentile(self, section: Section) -> None:
        value = section.data.get("percentile")
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100:
            self.percentile = value
        elif "percentile" in section.data:
            section.note(
                f"'percentile' must be a number from 0 to 100, not {shown(value)}", "percentile"
            )

    def _check_count(self, section: Section, kind: Kind) -> None:
        for bound in self.bounds:
            if not kind.numeric and bound.compare in _AT_LEAST and bound.number > MOST_EVENTS:
                section.note(
                    f"at most {MOST_EVENTS:,} events of a group are kept: ask for fewer",
                    bound.compare,
                )


def _number(section: Section, key: str, value: Any) -> int | float | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    section.note(f"'{key}' must be a number, not {shown(value)}", key)
    return None


def _names(section: Section, key: str) -> tuple[str, ...]:
    """Return the texts under a key, where Sigma allows one or a list."""
    if isinstance(section.data.get(key), str):
        name = section.text(key)
        return (name,) if name else ()
    return section.texts(key) or ()


def _rules(section: Section, condition: _Condition) -> tuple[tuple[str, ...], tuple[Place, ...]]:
    if "rules" not in section.data and condition.named:
        place = section.document.place(*section.path, "condition")
        return condition.named, (place,) * len(condition.named)
    if not section.require("rules", "'rules: [...]' (names or ids of rules)"):
        return (), ()
    names = _names(section, "rules")
    if section.data["rules"] == []:
        section.note("'rules' is empty: name at least one rule", "rules")
    many = isinstance(section.data["rules"], list)
    places = tuple(
        section.document.place(*section.path, "rules", *((number,) if many else ()))
        for number in range(len(names))
    )
    for number, name in enumerate(names):
        if name in names[:number]:
            section.note_at(f"'{name}' is named twice: name each rule once", places[number])
    if condition.branches:
        _check_named(section, names, condition.named)
    return names, places


def _check_named(section: Section, rules: tuple[str, ...], named: tuple[str, ...]) -> None:
    for name in rules:
        if name not in named:
            section.note(f"the condition does not say what to do with '{name}'", "condition")
    for name in named:
        if name not in rules:
            section.note(f"the condition names '{name}', which is not in 'rules'", "condition")


def _aliases(section: Section, wanted: tuple[str, ...]) -> Mapping[str, Mapping[str, str]]:
    given = section.mapping("aliases") or {}
    found: dict[str, Mapping[str, str]] = {}
    for alias in given:
        path = (*section.path, "aliases", alias)
        inner = Section(section.document, path, section.problems, name="an alias")
        found[alias] = {
            rule: field for rule in inner.data if (field := inner.text(rule)) is not None
        }
        if alias not in wanted:
            section.note(
                f"the alias '{alias}' is used nowhere: name it in 'group-by' or 'field'",
                *("aliases", alias),
                severity="warning",
            )
    return found


def _mentions(
    section: Section, aliases: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, Place]]:
    for alias, fields in aliases.items():
        for rule in fields:
            yield rule, section.document.key_place(*section.path, "aliases", alias, rule)


def _all_of(kind: Kind, rules: tuple[str, ...], condition: _Condition) -> tuple[Bound, ...]:
    """Return what a temporal correlation without a condition asks for: every rule."""
    if kind.temporal and not condition.branches:
        return (Bound(compare="gte", number=len(rules)),)
    return ()
