"""A finding about somebody's file: where, what, and how to put it right."""

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Place:
    """A place in a text file; ``line`` and ``column`` count from 1, as editors do."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        """Write the place as compilers do, so editors can jump to it."""
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Problem:
    """One finding; an ``error`` keeps the playbook from being used, a ``warning`` does not.

    ``rule`` names the kind of finding for machines that sort them, where it has a name.
    """

    place: Place
    message: str
    severity: Severity = "error"
    rule: str = field(default="", compare=False)

    def __str__(self) -> str:
        """One line: place, problem, fix."""
        word = "" if self.severity == "error" else "warning: "
        return f"{self.place}: {word}{self.message}"
