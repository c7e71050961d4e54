"""Values of custom properties, as GitHub shows them."""

from collections.abc import Mapping
from typing import Any

from bot.simulator.state.properties import Value
from bot.simulator.state.repository import Repository
from bot.simulator.world import World


def shown_values(world: World, repo: Repository) -> dict[str, Value]:
    """Return what a repository's properties show: what is set, or else their defaults."""
    shown = {
        name: repo.properties.get(name, known.default)
        for name, known in world.org.properties.items()
    }
    return {name: value for name, value in shown.items() if value is not None}


def listed(values: Mapping[str, Value | None]) -> list[dict[str, Any]]:
    """Return values as GitHub's API and webhooks list them."""
    return [{"property_name": name, "value": value} for name, value in values.items()]
