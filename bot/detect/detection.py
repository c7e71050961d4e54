"""The ``detection`` part of a playbook: its selections and the condition that joins them."""

from collections.abc import Collection

from bot.detect.condition import All, AnyOf, Condition
from bot.detect.expression import Unreadable, read_expression
from bot.detect.section import Section, shown
from bot.detect.selection import read_selection
from bot.detect.synonym import widen

_BROKEN = All(children=())  # stands for a selection already complained about


def read_detection(section: Section, *, besides: Collection[str] = ()) -> Condition | None:
    """Return what a playbook asks of an event; ``None`` when something in it is not usable.

    ``besides`` are keys of the section that are no selections.
    """
    before = _errors(section)
    names = [name for name in section.data if name not in ("condition", "timeframe", *besides)]
    if "timeframe" in section.data:
        section.note_key(
            "'timeframe' was replaced by correlation rules, and is ignored: write 'timespan' "
            "in one",
            "timeframe",
            severity="warning",
        )
    if not names:
        if section.usable:
            message = (
                f"{section.name} has no selection: add one, such as 'selection: {{action: ...}}'"
            )
            section.note(message)
        return None
    selections = {name: read_selection(section, name) or _BROKEN for name in names}
    expressions = _expressions(section)
    read = [_read(section, text, at, selections) for text, at in expressions]
    conditions = tuple(found[0] for found in read if found is not None)
    used = {name for found in read if found is not None for name in found[1]}
    if _errors(section) > before or not conditions:
        return None
    for name in names:
        if name not in used:
            message = f"selection '{name}' is not used by the condition"
            section.note_key(message, name, severity="warning")
    return widen(conditions[0] if len(conditions) == 1 else AnyOf(children=conditions))


def _errors(section: Section) -> int:
    return sum(problem.severity == "error" for problem in section.problems)


def _expressions(section: Section) -> list[tuple[str, tuple[str | int, ...]]]:
    """Return every condition with where it stands; Sigma allows one or a list of them."""
    if not section.require("condition", "'condition: selection'"):
        return []
    found = section.data["condition"]
    many = isinstance(found, list) and found
    placed = (
        [(one, ("condition", number)) for number, one in enumerate(found)]
        if many
        else [(found, ("condition",))]
    )
    texts: list[tuple[str, tuple[str | int, ...]]] = []
    for one, at in placed:
        if isinstance(one, str):
            texts.append((one, at))
        else:
            section.note(f"'condition' must be a text, not {shown(one)}", *at)
    return texts


def _read(
    section: Section, text: str, at: tuple[str | int, ...], selections: dict[str, Condition]
) -> tuple[Condition, frozenset[str]] | None:
    try:
        return read_expression(text, selections)
    except Unreadable as error:
        place = section.document.place(*section.path, *at)
        quote = section.document.scalar_offset(*section.path, *at)
        if quote is not None and error.offset:
            column = place.column + quote + error.offset
            place = type(place)(path=place.path, line=place.line, column=column)
        section.note_at(str(error), place)
        return None
