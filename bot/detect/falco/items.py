"""The items of a rules file, each read and checked by itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.core.problem import Place, Problem
from bot.detect.document import Document
from bot.detect.falco.rule_item import RuleItem, read_rule
from bot.detect.falco.script import Script
from bot.detect.falco.section import ItemSection

_LIST_NAME: Final = re.compile(r"[^()\"'\s=,]+", re.ASCII)
_MACRO_NAME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class ListItem:
    """A list, or more for one."""

    name: str
    items: tuple[str, ...]
    append: bool
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class MacroItem:
    """A macro, or more for one."""

    name: str
    condition: Script
    append: bool
    place: Place


Item: TypeAlias = ListItem | MacroItem | RuleItem


def read_items(document: Document, source: str, problems: list[Problem]) -> Iterator[Item]:
    """Yield every usable item of one YAML document; what is wrong is added to ``problems``."""
    for number in range(len(document.data)):
        if document.data[number] is None:
            continue
        section = ItemSection(document, (number,), problems, name="an item")
        section.source = source
        before = sum(problem.severity == "error" for problem in problems)
        found = _read_item(section) if section.usable else None
        if found is not None and sum(p.severity == "error" for p in problems) == before:
            yield found


def _read_item(section: ItemSection) -> Item | None:
    data = section.data
    if "required_engine_version" in data:
        _check_version(section)
    elif "required_plugin_versions" in data:
        _check_plugins(section)
    elif "list" in data:
        return _list(section)
    elif "macro" in data:
        return _macro(section)
    elif "rule" in data:
        return read_rule(section)
    else:
        message = "an item that is neither rule, macro nor list is ignored"
        section.note(message, severity="warning")
    return None


def _check_version(section: ItemSection) -> None:
    version = section.scalar("required_engine_version")
    if version is not None and not re.fullmatch(r"\d+(\.\d+\.\d+\S*)?", version):
        message = "'required_engine_version' must be a number or x.y.z"
        section.note(message, "required_engine_version")


def _check_plugins(section: ItemSection) -> None:
    for plugin in section.sections("required_plugin_versions", name="a plugin"):
        plugin.require("name", "'name: github'")
        plugin.require("version", "'version: x.y.z'")


def _name(section: ItemSection, kind: str, pattern: re.Pattern[str]) -> str | None:
    name = section.scalar(kind)
    if name is not None and not pattern.fullmatch(name):
        letters = "letters, digits and '_', a letter first"
        wanted = letters if kind == "macro" else "no blanks and none of ( ) \" ' = ,"
        message = f"the name of a {kind} should hold {wanted}: rename it"
        section.note(message, kind, severity="warning")
    return name


def _list(section: ItemSection) -> ListItem | None:
    section.warn_of_unknown({"list", "items", "append", "override"})
    name = _name(section, "list", _LIST_NAME)
    section.require("items", "'items: [...]'")
    items = section.scalars("items")
    append = _appends(section, frozenset({"items"}))
    if name is None or items is None:
        return None
    return ListItem(
        name=name, items=items, append=append, place=section.document.place(*section.path)
    )


def _macro(section: ItemSection) -> MacroItem | None:
    section.warn_of_unknown({"macro", "condition", "append", "override"})
    name = _name(section, "macro", _MACRO_NAME)
    section.require("condition", "'condition: ...'")
    condition = section.script("condition")
    append = _appends(section, frozenset({"condition"}))
    if name is None or condition is None:
        return None
    place = section.document.place(*section.path)
    return MacroItem(name=name, condition=condition, append=append, place=place)


def _appends(section: ItemSection, keys: frozenset[str]) -> bool:
    operations = section.operations(keys, keys)
    return section.switch("append") is True or "append" in operations.values()
