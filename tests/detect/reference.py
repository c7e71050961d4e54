"""A slow and obvious reading of Sigma, to hold the matcher against.

It asks an event's plain fields by the selections' plain data, and shares no code with the
matcher. Only the modifiers that the generated rules use are here.
"""

import re
from collections.abc import Mapping
from typing import Any


def matches(selection: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Say whether every key of a selection accepts the event."""
    return all(accepts(key, value, event) for key, value in selection.items())


def accepts(key: str, wanted: Any, event: Mapping[str, Any]) -> bool:
    """Say whether one key of a selection accepts the event."""
    field, *modifiers = key.split("|")
    values = wanted if isinstance(wanted, list) else [wanted]
    answers = [one_accepts(field, modifiers, value, event) for value in values]
    joined = all(answers) if "all" in modifiers else any(answers)
    return not joined if "neq" in modifiers else joined


def one_accepts(field: str, modifiers: list[str], wanted: Any, event: Mapping[str, Any]) -> bool:
    """Say whether one value of a key accepts the event."""
    if "exists" in modifiers:
        return (find(event, field) is not ...) is wanted
    given = singles(find(event, field))
    if wanted is None:
        return not given or None in given
    if "fieldref" in modifiers:
        others = singles(find(event, wanted))
        return any(equal(a, b) for a in given for b in others)
    return any(value_accepts(modifiers, wanted, value) for value in given)


def find(event: Any, field: str) -> Any:
    """Return what a dotted path holds, or ``...``."""
    if field in event:
        return event[field]
    head, _, tail = field.partition(".")
    if not tail or head not in event:
        return ...
    inner = event[head]
    if isinstance(inner, Mapping):
        return find(inner, tail)
    if isinstance(inner, list):
        found = [
            f
            for item in singles(inner)
            if isinstance(item, Mapping)
            if (f := find(item, tail)) != ...
        ]
        return found or ...
    return ...


def singles(value: Any) -> list[Any]:
    """Return the values inside nested lists."""
    if value is ...:
        return []
    return (
        [leaf for item in value for leaf in singles(item)] if isinstance(value, list) else [value]
    )


def spell(value: Any) -> str | None:
    """Return a value's text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else str(value)
    return str(value) if isinstance(value, int | str) else None


def equal(one: Any, other: Any) -> bool:
    """Say whether two values of an event are the same whatever their case."""
    return spell(one) is not None and spell(other) is not None and low(one) == low(other)


def low(value: Any) -> str:
    """Return a value's text in one case."""
    return (spell(value) or "").lower()


def value_accepts(modifiers: list[str], wanted: Any, given: Any) -> bool:
    """Say whether one value of the event is what one value of the key asks for."""
    for name in ("lt", "lte", "gt", "gte"):
        if name in modifiers:
            return compares(name, given, wanted)
    if isinstance(wanted, bool):
        return spell(given) is not None and low(given) == low(wanted)
    if isinstance(wanted, int | float):
        return compares("eq", given, wanted)
    text = spell(given)
    if text is None:
        return False
    if "re" in modifiers:
        return re.search(wanted, text, re.IGNORECASE if "i" in modifiers else 0) is not None
    return text_accepts(modifiers, wanted, text)


def text_accepts(modifiers: list[str], wanted: str, text: str) -> bool:
    """Say whether a text has the form that a value with wildcards describes."""
    pattern = re.sub(
        r"\\[*?\\]|[*?]|.",
        lambda m: {"*": ".*", "?": "."}.get(m[0], re.escape(m[0][-1])),
        wanted,
        flags=re.DOTALL,
    )
    before = ".*" if {"contains", "endswith"} & set(modifiers) else ""
    after = ".*" if {"contains", "startswith"} & set(modifiers) else ""
    flags = re.DOTALL if "cased" in modifiers else re.DOTALL | re.IGNORECASE
    return re.fullmatch(before + pattern + after, text, flags) is not None


def compares(name: str, given: Any, wanted: float) -> bool:
    """Say whether a number, or a text that spells one, compares with another."""
    if isinstance(given, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", given):
        given = float(given)
    if isinstance(given, bool) or not isinstance(given, int | float):
        return False
    return {
        "eq": given == wanted,
        "lt": given < wanted,
        "lte": given <= wanted,
        "gt": given > wanted,
        "gte": given >= wanted,
    }[name]
