"""Somebody who acts, and how they find what they act on."""

from bot.simulator.state.people import User
from bot.simulator.state.repository import Repository
from bot.simulator.world import World


class Actor:
    """Somebody in the simulated organisation; ``sender`` of every webhook their acts cause."""

    def __init__(self, world: World, who: User) -> None:
        self._world = world
        self.user = who

    def _repo(self, name: str) -> Repository:
        return self._world.repository(name)

    def _person(self, login: str) -> User:
        return self._world.person(login)
