"""Exceptions of a rule: how they are read, and the conditions that Falco spells them as."""

from dataclasses import dataclass
from typing import Final

from bot.core.problem import Place
from bot.detect.falco.script import quote_item
from bot.detect.falco.section import Entry, ItemSection
from bot.detect.suggest import did_you_mean

_KEYS: Final = frozenset({"name", "fields", "comps", "values"})
_LIST_OPERATORS: Final = ("in", "intersects", "pmatch")
_OPERATORS: Final = frozenset(
    {
        *("=", "==", "!=", "<", "<=", ">", ">=", "contains", "icontains"),
        *("startswith", "endswith", "glob", "iglob", "regex", *_LIST_OPERATORS),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExceptionItem:
    """One exception of a rule.

    ``fields`` and ``comps`` are two lists of one length, or two texts (one field, whose values
    are then single ones). Both are empty where only more ``values`` for an exception are given.
    """

    name: str
    fields: Entry = ()
    comps: Entry = ()
    values: tuple[Entry, ...]
    place: Place


def read_exceptions(section: ItemSection, *, more: bool) -> tuple[ExceptionItem, ...]:
    """Return a rule's exceptions; ``more``: they may only add values to what is there."""
    if section.data["exceptions"] is None:
        return ()
    found: list[ExceptionItem] = []
    for inner in section.sections("exceptions", name="an exception"):
        if not inner.usable:
            continue
        part = ItemSection(inner.document, inner.path, [], name="an exception")
        item = _exception(part, more=more)
        section.problems.extend(part.problems)
        if item is not None:
            if any(item.name == other.name for other in found):
                message = f"there are two exceptions named '{item.name}', and both hold: rename one"
                inner.note(message, "name", severity="warning")
            found.append(item)
    return tuple(found)


def _exception(section: ItemSection, *, more: bool) -> ExceptionItem | None:
    section.warn_of_unknown(_KEYS)
    section.require("name", "'name: ...'")
    if not more:
        section.require("fields", "'fields: [...]'")
    if more and not section.data.get("values"):
        message = "it adds nothing to the exception: add 'values: [...]'"
        section.note(message, severity="warning")
    name = section.scalar("name")
    fields, comps, values = (_entry(section, key) for key in ("fields", "comps", "values"))
    if isinstance(values, str):
        section.note("'values' must be a list", "values")
    values = values if isinstance(values, tuple) else ()
    if not fields and "fields" in section.data:
        section.note("'fields' must name a field, or a list of some", "fields")
    if fields:
        comps = comps or _usual(fields)
        _check(section, fields, comps, values)
    if name is None or any(problem.severity == "error" for problem in section.problems):
        return None
    place = section.document.place(*section.path)
    return ExceptionItem(name=name, fields=fields, comps=comps, values=values, place=place)


def _entry(section: ItemSection, key: str) -> Entry:
    found = section.entry((key,)) if section.data.get(key) is not None else None
    return () if found is None else found


def _usual(fields: Entry) -> Entry:
    return "in" if isinstance(fields, str) else ("=",) * len(fields)


def _check(section: ItemSection, fields: Entry, comps: Entry, values: tuple[Entry, ...]) -> None:
    if isinstance(fields, str):
        _check_single(section, comps, values)
        return
    if isinstance(comps, str) or len(comps) != len(fields):
        section.note("'comps' must be a list as long as 'fields'", "comps")
        return
    for number, comp in enumerate(comps):
        if comp not in _OPERATORS:
            hint = did_you_mean(str(comp), _OPERATORS)
            section.note(f"unknown operator '{comp}'{hint}", "comps", number)
    for number, value in enumerate(values):
        if isinstance(value, str) or len(value) != len(fields):
            message = f"each of 'values' must be a list as long as 'fields' ({len(fields)})"
            section.note(message, "values", number)


def _check_single(section: ItemSection, comps: Entry, values: tuple[Entry, ...]) -> None:
    if comps not in _LIST_OPERATORS:
        section.note("with a single field 'comps' must be in, pmatch or intersects", "comps")
    for number, value in enumerate(values):
        if not isinstance(value, str):
            section.note("with a single field each of 'values' must be a text", "values", number)


def spell_exception(item: ExceptionItem) -> str:
    """Return the condition of an exception, empty when it has no values."""
    if not item.values:
        return ""
    if isinstance(item.fields, str):
        values = ", ".join(quote_item(str(value)) for value in item.values)
        return f"({item.fields} {item.comps} ({values}))"
    return f"({' or '.join(_spell_one(item, value) for value in item.values)})"


def _spell_one(item: ExceptionItem, values: Entry) -> str:
    parts = (
        f"{field} {comp} {_spell_value(str(comp), value)}"
        for field, comp, value in zip(item.fields, item.comps, values, strict=True)
    )
    return f"({' and '.join(parts)})"


def _spell_value(comp: str, value: Entry) -> str:
    if not isinstance(value, str):
        return f"({', '.join(quote_item(str(one)) for one in value)})"
    if comp not in _LIST_OPERATORS:
        return quote_item(value)
    return value if value.startswith("(") else f"({value})"
