"""Faults on demand: what a network and a big service do to their callers."""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "status",
    "status_after_effect",
    "timeout_before",
    "timeout_after_effect",
    "reset",
    "reset_after_effect",
    "slow",
    "secondary",
    "primary",
]


@dataclass(kw_only=True, slots=True)
class Fault:
    """What goes wrong with the next ``times`` calls of ``method`` to a path that matches.

    ``path`` is a regular expression, searched in the path without its query; ``method`` ``*`` is
    any. ``status`` belongs to the two status kinds. ``seconds``: how long ``slow`` waits before it
    serves, how long a timeout keeps the connection open before closing it, and when a limit allows
    the next try. ``*_after_effect`` takes effect, but the caller never hears of it.
    """

    method: str
    path: str
    kind: Kind
    status: int = 502
    times: int = 1
    seconds: float | None = None

    def hits(self, method: str, path: str) -> bool:
        """Whether this fault is meant for a call."""
        mine = self.method in {"*", method}
        return self.times > 0 and mine and re.search(self.path, path) is not None


class Faults:
    """The faults still to come."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let a fault happen; earlier ones come first."""
        self._pending.append(fault)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._pending.clear()

    def pending(self) -> list[Fault]:
        """Return the faults that have not happened yet."""
        return list(self._pending)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that happens to this call, and count it as happened."""
        for fault in self._pending:
            if fault.hits(method, path):
                fault.times -= 1
                if not fault.times:
                    self._pending.remove(fault)
                return fault
        return None
