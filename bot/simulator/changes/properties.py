"""The values of a repository's custom properties: shown, checked and set."""

from collections.abc import Mapping
from typing import Any

from bot.simulator.changes.webhook import send
from bot.simulator.problem import invalid
from bot.simulator.shapes.properties import listed, shown_values
from bot.simulator.state.people import User
from bot.simulator.state.properties import Property, Value
from bot.simulator.state.repository import Repository
from bot.simulator.world import World


def set_values(world: World, by: User, repo: Repository, wanted: Mapping[str, Any]) -> None:
    """Set some properties of a repository; ``None`` unsets one. What does not fit is refused."""
    checked = {name: _checked(world, name, value) for name, value in wanted.items()}
    before = shown_values(world, repo)
    for name, value in checked.items():
        if value is None:
            repo.properties.pop(name, None)
        else:
            repo.properties[name] = value
    after = shown_values(world, repo)
    changed = [name for name in checked if before.get(name) != after.get(name)]
    if changed:
        payload = {
            "action": "updated",
            "new_property_values": listed({name: after.get(name) for name in changed}),
            "old_property_values": listed({name: before.get(name) for name in changed}),
        }
        send(world, by, "custom_property_values", payload, repo)


def _checked(world: World, name: str, value: Any) -> Value | None:
    """Return a value that a property can have; refuse any other."""
    known = world.org.properties.get(name)
    if known is None:
        text = f"Property '{name}' does not exist"
        raise invalid("CustomPropertyValue", name, "custom", text)
    if value is None:
        return None
    if known.kind == "multi_select":
        given = value if isinstance(value, list) else [value]
        if all(_fits(known, each) for each in given):
            return [choice for choice in known.allowed if choice in given] or None
    elif _fits(known, value):
        return str(value)
    raise invalid("CustomPropertyValue", name, "custom", f"Value is not allowed for '{name}'")


def _fits(known: Property, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    if known.kind == "true_false":
        return value in {"true", "false"}
    return "select" not in known.kind or value in known.allowed
