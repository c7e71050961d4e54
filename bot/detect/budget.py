"""What the matcher may remember from event to event, bounded in bytes."""

import sys
from typing import Final, Protocol

ENTRY: Final = 160
"""Bytes that one remembered value costs besides itself: its places in tables, rounded up."""


class Ageing(Protocol):
    """Something that remembers in two generations."""

    def age(self) -> None:
        """Forget the older generation; the younger becomes the older."""
        ...


class Budget:
    """A bound shared by all that remembers for one set of playbooks.

    Each generation is charged for every value with its own size, so that both together never
    hold more than twice ``limit`` bytes. What is asked for again lives on in the next generation:
    what is common stays, what came once goes.
    """

    __slots__ = ("_members", "_spent", "limit")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._spent = 0
        self._members: list[Ageing] = []

    @property
    def spent(self) -> int:
        """Bytes that the younger generation has been charged for."""
        return self._spent

    def join(self, member: Ageing) -> None:
        """Take in one more that remembers."""
        self._members.append(member)

    def charge(self, *things: object) -> None:
        """Count these as remembered; when the generation is full, begin the next."""
        self._spent += ENTRY + sum(map(sys.getsizeof, things))
        if self._spent > self.limit:
            self._spent = 0
            for member in self._members:
                member.age()
