"""People's accounts."""

from typing import TypeVar

from bot.simulator.problem import invalid
from bot.simulator.state.people import User
from bot.simulator.world import World

T = TypeVar("T")


def rename(world: World, user: User, login: str) -> None:
    """Give somebody another login: everything of theirs stays, and the old one is free."""
    if login.lower() in world.users:
        raise invalid("User", "login", "already_exists")
    former = user.key
    user.login = login
    _move(world.users, former, user.key)
    _move(world.org.members, former, user.key)
    for team in world.org.teams.values():
        _move(team.members, former, user.key)
    for repository in world.repositories.values():
        _move(repository.collaborators, former, user.key)


def _move(held: dict[str, T], former: str, present: str) -> None:
    if former in held:
        held[present] = held.pop(former)
