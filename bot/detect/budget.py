"""What the matcher may remember from event to event, bounded in bytes."""

from typing import Final, Protocol

ENTRY: Final = 400
"""Bytes that one remembered value costs besides what it holds, rounded up: its object, an empty
set, its place in a table that has just grown."""

SLOT: Final = 200
"""Bytes of a text besides its characters, and of its place in a table that has just grown."""

PLACE: Final = 64
"""Bytes of a member of a set, at most."""

CHARACTER: Final = 4
"""Bytes of a character, at most."""


class Ageing(Protocol):
    """Something that remembers in two generations."""

    def age(self) -> None:
        """Forget the older generation; the younger becomes the older."""
        ...


class Budget:
    """A bound shared by all that remembers for one set of playbooks.

    Each generation is charged for every value and every mask it holds, so that both together
    never hold more than twice ``limit`` bytes. What is asked for again lives on in the next
    generation: what is common stays, what came once goes.
    """

    __slots__ = ("_members", "limit", "spent")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.spent = 0
        self._members: list[Ageing] = []

    def join(self, member: Ageing) -> None:
        """Take in one more that remembers."""
        self._members.append(member)

    def charge(self, size: int) -> None:
        """Count these bytes as remembered; when the generation is full, begin the next."""
        self.spent += size
        if self.spent > self.limit:
            self.spent = 0
            for member in self._members:
                member.age()


def size(value: float | str) -> int:
    """Return the bytes of a number or a text, rounded up."""
    if isinstance(value, str):
        return len(value) if value.isascii() else CHARACTER * len(value)
    return value.bit_length() // 6 if isinstance(value, int) else CHARACTER
