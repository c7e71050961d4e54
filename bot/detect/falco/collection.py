"""All items of all files as one ordered set: defined, replaced, appended and switched off."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.core.problem import Place, Problem
from bot.detect.falco.exception import ExceptionItem
from bot.detect.falco.items import Item, ListItem, MacroItem
from bot.detect.falco.rule_item import RuleItem
from bot.detect.falco.script import Script


@dataclass(frozen=True, kw_only=True, slots=True)
class ListState:
    """A list as it stands; see `MacroState` for ``index`` and ``sees``."""

    items: tuple[str, ...]
    index: int
    sees: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MacroState:
    """A macro as it stands.

    ``index`` counts where it was first defined, ``sees`` where it was last changed: it may use
    what was defined before that.
    """

    condition: Script
    index: int
    sees: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleState:
    """A rule as it stands; ``source`` is ``None`` where it names none."""

    name: str
    condition: Script
    output: str
    desc: str
    priority: str
    place: Place
    output_place: Place
    source: str | None = None
    tags: tuple[str, ...] = ()
    exceptions: tuple[ExceptionItem, ...] = ()
    enabled: bool = True
    skips_unknown: bool = False


_NAMES = {"skip-if-unknown-filter": "skips_unknown"}


@dataclass(kw_only=True, slots=True)
class Collection:
    """The lists, macros and rules so far, each in the order of its first definition."""

    lists: dict[str, ListState] = field(default_factory=dict)
    macros: dict[str, MacroState] = field(default_factory=dict)
    rules: dict[str, RuleState] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _count: int = 0

    def add(self, item: Item) -> None:
        """Take in the next item; what it cannot be applied to is noted."""
        match item:
            case ListItem():
                self._add_list(item)
            case MacroItem():
                self._add_macro(item)
            case RuleItem() if not item.operations and "condition" in item.given:
                self._define(item)
            case RuleItem():
                self._change(item)
        self._count += 1

    def _add_list(self, item: ListItem) -> None:
        before = self.lists.get(item.name)
        items = item.items
        if item.append:
            if before is None:
                self._note(item.place, f"there is no list '{item.name}' before this to append to")
                return
            items = (*before.items, *items)
        index = before.index if before is not None else self._count
        self.lists[item.name] = ListState(items=items, index=index, sees=self._count)

    def _add_macro(self, item: MacroItem) -> None:
        before = self.macros.get(item.name)
        condition = item.condition
        if item.append:
            if before is None:
                self._note(item.place, f"there is no macro '{item.name}' before this to append to")
                return
            condition = before.condition + " " + condition
        index = before.index if before is not None else self._count
        self.macros[item.name] = MacroState(condition=condition, index=index, sees=self._count)

    def _define(self, item: RuleItem) -> None:
        given = item.given
        before = self.rules.get(item.name)
        if before is not None and before.source != given.get("source"):
            message = f"the rule '{item.name}' has another source than before: {before.place}"
            self._note(item.place, message)
            return
        self.rules[item.name] = RuleState(
            name=item.name,
            condition=given["condition"],
            output=given["output"].strip(),
            desc=given["desc"],
            priority=given["priority"],
            place=item.place,
            output_place=item.places["output"],
            source=given.get("source"),
            tags=given.get("tags", ()),
            exceptions=given.get("exceptions", ()),
            enabled=given.get("enabled", True),
            skips_unknown=given.get("skip-if-unknown-filter", False),
        )

    def _change(self, item: RuleItem) -> None:
        state = self.rules.get(item.name)
        if state is None:
            self._note(item.place, f"there is no rule '{item.name}' before this to change")
            return
        operations = item.operations or {"enabled": "replace"}
        for key, operation in operations.items():
            if key not in item.given:
                continue
            value = item.given[key]
            if operation == "append":
                value = self._appended(state, key, value)
            state = replace(state, **{_NAMES.get(key, key): value})
            if key == "output" and operation == "replace":
                state = replace(state, output_place=item.places["output"])
        self.rules[item.name] = state

    def _appended(self, state: RuleState, key: str, value: object) -> object:
        if isinstance(value, Script):
            return state.condition + " " + value
        if key == "tags" and isinstance(value, tuple):
            return tuple(dict.fromkeys((*state.tags, *value)))
        if key == "exceptions" and isinstance(value, tuple):
            return self._more_exceptions(state.exceptions, value)
        return f"{getattr(state, key)} {value}"

    def _more_exceptions(
        self, before: tuple[ExceptionItem, ...], more: tuple[ExceptionItem, ...]
    ) -> tuple[ExceptionItem, ...]:
        found = list(before)
        for one in more:
            same = (at for at, known in enumerate(found) if known.name == one.name)
            at = next(same, None)
            if at is not None:
                found[at] = self._longer_exception(found[at], one)
            elif one.fields and one.values:
                found.append(one)
            else:
                self._note(one.place, "a new exception needs 'fields' and 'values'")
        return tuple(found)

    def _longer_exception(self, known: ExceptionItem, more: ExceptionItem) -> ExceptionItem:
        if more.fields or more.comps:
            message = f"the exception '{more.name}' is already there: give only 'values'"
            self._note(more.place, message)
            return known
        if any(_length(value) != _length(known.fields) for value in more.values):
            message = f"each of 'values' must be as long as the fields of '{more.name}'"
            self._note(more.place, message)
            return known
        return replace(known, values=(*known.values, *more.values))

    def _note(self, place: Place, message: str) -> None:
        self.problems.append(Problem(place=place, message=message))


def _length(entry: object) -> int | None:
    return len(entry) if isinstance(entry, tuple) else None


def flatten_lists(lists: Mapping[str, ListState]) -> dict[str, tuple[str, ...]]:
    """Return every list with the lists in it, if they were defined before, put in."""
    flat: dict[str, tuple[str, ...]] = {}
    for name, state in lists.items():
        items: list[str] = []
        for item in state.items:
            inner = lists.get(item)
            if inner is not None and inner.index < state.sees and item in flat:
                items.extend(flat[item])
            else:
                items.append(item)
        flat[name] = tuple(dict.fromkeys(items))
    return flat
