"""What correlations and baselines remember, as they ask for it; who keeps it is not their concern.

`Memory` is the port: the state database implements it inside the transaction that completes a
delivery, `Recollection` keeps it in memory for tests of playbooks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from bot.detect.correlation.sighting import Sighting

MOST_FIRINGS: Final = 64
"""Firings of one group that are remembered, the newest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """One group of one playbook: since when it is known (event time), and when it fired.

    A group that an event finds past its time (``until`` of `Memory.hold`) is known from that
    event on, whether or not the memory has thrown it away meanwhile.
    """

    since: datetime
    fired: tuple[datetime, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """A window of a correlation that must be judged when it has passed, come what may.

    ``event_id`` is the delivery that opened it at ``opened`` (event time); ``due`` is when to
    judge it.
    """

    correlation: str
    group: str
    event_id: str
    opened: datetime
    due: datetime


class Memory(Protocol):
    """What is remembered. A group is held, for nobody else to change, once asked to be."""

    def hold(self, playbook: str, group: str, *, at: datetime, until: datetime) -> Watch:
        """Hold a group, known from ``at`` on if it was not; keep it at least ``until``."""
        ...

    def add(self, sightings: Iterable[Sighting], *, until: datetime) -> None:
        """Remember sightings of a group that is held; one that is there already stays."""
        ...

    def between(
        self, correlation: str, group: str, first: datetime, last: datetime
    ) -> Sequence[Sighting]:
        """Return the sightings of a group from ``first`` to ``last``, both included."""
        ...

    def extent(
        self, correlation: str, group: str, first: datetime, last: datetime
    ) -> tuple[int, datetime | None]:
        """Return how many sightings `between` would return, and when the last of them was."""
        ...

    def fire(self, correlation: str, group: str, fired: Sequence[datetime]) -> None:
        """Remember when a group fired."""
        ...

    def schedule(self, deadline: Deadline) -> None:
        """Remember a window to judge later; one that is there already stays."""
        ...

    def last_seen(self, playbook: str, group: str, value: str) -> datetime | None:
        """Return when a value was last seen (event time)."""
        ...

    def learn(
        self, playbook: str, group: str, value: str, *, at: datetime, until: datetime
    ) -> None:
        """Remember that a value was seen; forget the playbook's oldest beyond what is kept."""
        ...


@dataclass(kw_only=True, slots=True)
class Recollection:
    """A memory that lasts as long as the object."""

    watches: dict[tuple[str, str], Watch] = field(default_factory=dict)
    kept: dict[tuple[str, str], datetime] = field(default_factory=dict)
    sightings: dict[tuple[str, str, str, str], Sighting] = field(default_factory=dict)
    deadlines: dict[tuple[str, str, str], Deadline] = field(default_factory=dict)
    values: dict[tuple[str, str, str], datetime] = field(default_factory=dict)

    def hold(self, playbook: str, group: str, *, at: datetime, until: datetime) -> Watch:
        """Return a group, known from now on if it was not."""
        key = (playbook, group)
        known = self.watches.get(key)
        if known is None or self.kept[key] < at:
            known = Watch(since=at)
        watch = Watch(since=min(known.since, at), fired=known.fired)
        self.watches[key] = watch
        self.kept[key] = max(until, self.kept.get(key, until))
        return watch

    def add(self, sightings: Iterable[Sighting], *, until: datetime) -> None:
        """Remember sightings."""
        del until
        for each in sightings:
            key = (each.correlation, each.group, each.rule, each.event_id)
            self.sightings.setdefault(key, each)

    def between(
        self, correlation: str, group: str, first: datetime, last: datetime
    ) -> Sequence[Sighting]:
        """Return the sightings of a group in a time."""
        return [
            each
            for each in self.sightings.values()
            if (each.correlation, each.group) == (correlation, group) and first <= each.at <= last
        ]

    def extent(
        self, correlation: str, group: str, first: datetime, last: datetime
    ) -> tuple[int, datetime | None]:
        """Return how many there are, and when the last of them was."""
        found = [each.at for each in self.between(correlation, group, first, last)]
        return len(found), max(found, default=None)

    def fire(self, correlation: str, group: str, fired: Sequence[datetime]) -> None:
        """Remember when a group fired."""
        known = self.watches[correlation, group]
        self.watches[correlation, group] = Watch(since=known.since, fired=tuple(fired))

    def schedule(self, deadline: Deadline) -> None:
        """Remember a window to judge later."""
        key = (deadline.correlation, deadline.group, deadline.event_id)
        self.deadlines.setdefault(key, deadline)

    def last_seen(self, playbook: str, group: str, value: str) -> datetime | None:
        """Return when a value was last seen."""
        return self.values.get((playbook, group, value))

    def learn(
        self, playbook: str, group: str, value: str, *, at: datetime, until: datetime
    ) -> None:
        """Remember that a value was seen."""
        del until
        known = self.values.get((playbook, group, value), at)
        self.values[playbook, group, value] = max(known, at)

    def due(self, now: datetime) -> Deadline | None:
        """Take the window that has been due for longest, if one is."""
        ready = sorted(
            (each for each in self.deadlines.values() if each.due <= now),
            key=lambda each: (each.due, each.opened, each.event_id),
        )
        if not ready:
            return None
        first = ready[0]
        return self.deadlines.pop((first.correlation, first.group, first.event_id))
