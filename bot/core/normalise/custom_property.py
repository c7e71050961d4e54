"""`custom_property_values`: how a repository is described, by which rulesets may select it."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.core.normalise.payload import Payload
from bot.core.normalise.readers import made
from bot.core.normalise.table import Condition, Family, Row

Value = str | list[str] | None
"""What a property is set to: a text, several choices in alphabetical order, or nothing."""


def property_values(listed: Any) -> dict[str, Value]:
    """Return the values that GitHub lists as ``property_name`` and ``value``, by name."""
    found: dict[str, Value] = {}
    for each in listed if isinstance(listed, list) else ():
        name = each.get("property_name") if isinstance(each, Mapping) else None
        if isinstance(name, str):
            found[name] = _settled(each.get("value"))
    return found


def changed_properties(before: Mapping[str, Value], after: Mapping[str, Value]) -> list[str]:
    """Return the names of the properties whose values differ; one that is not listed is unset."""
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def _settled(value: Any) -> Value:
    """Return a value as it is compared: the order of choices says nothing."""
    if isinstance(value, list):
        return sorted(map(str, value)) or None
    return value if isinstance(value, str) and value else None


def _both(payload: Payload) -> tuple[dict[str, Value], dict[str, Value]]:
    before, after = payload.get("old_property_values"), payload.get("new_property_values")
    return property_values(before), property_values(after)


def _names(payload: Payload) -> list[str] | None:
    return changed_properties(*_both(payload)) or None


def _pairs(which: int) -> Callable[[Payload], list[str] | None]:
    def read(payload: Payload) -> list[str] | None:
        values = _both(payload)[which]
        found = [
            f"{name}={one}"
            for name in changed_properties(*_both(payload))
            for one in _choices(values.get(name))
        ]
        return found or None

    return read


def _choices(value: Value) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def _listed(key: str) -> Callable[[Payload], list[Any] | None]:
    """Return a reader of a list that also says when it is empty: then nothing was set."""

    def read(payload: Payload) -> list[Any] | None:
        found = payload.get(key)
        return found if type(found) is list else None

    return read


def _is_any_unset(payload: Payload) -> bool:
    before, after = _both(payload)
    return any(after.get(name) is None for name in changed_properties(before, after))


def _are_all_new(payload: Payload) -> bool:
    before, after = _both(payload)
    names = changed_properties(before, after)
    return bool(names) and all(before.get(name) is None for name in names)


CUSTOM_PROPERTY_VALUES = Family(
    event="custom_property_values",
    about=(
        "Custom properties of a repository were set: rulesets of the organisation may select"
        " repositories by them."
    ),
    fields=(
        made("property_names", "every property whose value differs", _names),
        made(
            "old_properties",
            "`name=value` of each that differs, from `old_property_values`; one for each choice",
            _pairs(0),
        ),
        made("new_properties", "the same from `new_property_values`", _pairs(1)),
        made("old_property_values", "`old_property_values`", _listed("old_property_values")),
        made("new_property_values", "`new_property_values`", _listed("new_property_values")),
    ),
    rows=(
        Row(
            action="updated",
            when=Condition(says="a property has no value any more", holds=_is_any_unset),
            becomes="custom_property_value.destroy",
            operation="remove",
        ),
        Row(
            action="updated",
            when=Condition(says="none of them had a value before", holds=_are_all_new),
            becomes="custom_property_value.create",
            operation="create",
        ),
        Row(action="updated", becomes="custom_property_value.update", operation="modify"),
    ),
    notes=(
        (
            "The audit log has an entry for each property, a webhook may tell of several: the"
            " action is then that of the first row that applies, and `property_names` names them"
            " all."
        ),
        (
            "GitHub names what changed in both lists, with `null` for no value. One that only one"
            " list names counts as changed, and as unset in the other: a playbook for all three"
            " actions misses nothing and may tell too much, and `revert` asks a person first."
        ),
    ),
)
