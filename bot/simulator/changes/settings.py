"""What the organisation's owners decide for all of it; no webhook tells of any."""

from typing import get_args

from bot.simulator.problem import malformed
from bot.simulator.state.people import BasePermission
from bot.simulator.world import World

BASE_PERMISSIONS: tuple[BasePermission, ...] = get_args(BasePermission)
"""What every member may have in every repository."""


def set_base_permission(world: World, permission: str) -> None:
    """Change what every member may do in every repository."""
    for known in BASE_PERMISSIONS:
        if known == permission:
            world.org.base_permission = known
            return
    raise malformed(f'"{permission}" is not a default repository permission.')


def switch(world: World, name: str, *, on: bool) -> None:
    """Switch one of the organisation's settings, by its name in the API."""
    if name not in world.org.settings:
        raise malformed(f'"{name}" is not a permitted key.')
    world.org.settings[name] = on
