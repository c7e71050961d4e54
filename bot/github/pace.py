"""How fast GitHub may be asked: its secondary limits as sliding windows. Pure: time is given.

Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
(secondary limits): 100 calls at once, 900 points a minute (a read is 1, a write 5), 80 content
creations a minute and 500 an hour. The defaults stay at or below these.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LONGEST_BACKOFF: Final = timedelta(minutes=16)
_MINUTE: Final = timedelta(minutes=1)
_ON_THE_WAY: Final = timedelta(seconds=2)
"""How much longer one call may be on its way to GitHub than another: what GitHub counts within a
minute may have been sent over a little more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """The limits one installation is held to; ``None`` switches one off.

    ``patience`` is how many seconds a call may wait for its turn before it is refused with the
    time to come back instead, so that no worker is held up.
    """

    concurrent: int | None = 20
    points_per_minute: int | None = 900
    creations_per_minute: int | None = 80
    creations_per_hour: int | None = 500
    patience: float = 2.0

    @classmethod
    def off(cls) -> Self:
        """Return no limits at all; GitHub's own answers are still honoured."""
        return cls(
            concurrent=None,
            points_per_minute=None,
            creations_per_minute=None,
            creations_per_hour=None,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What one call counts for."""

    points: int
    creations: int


def cost_of(method: str, path: str) -> Cost:
    """Return what a call counts for; asking for a token or a redelivery creates no content."""
    creates = method == "POST" and not path.startswith("/app/")
    return Cost(points=1 if method in _READS else 5, creations=int(creates))


class Window:
    """At most ``limit`` spent within any ``span``: a true sliding window."""

    __slots__ = ("_limit", "_span", "_spent", "_total")

    def __init__(self, limit: int, span: timedelta) -> None:
        self._limit = limit
        self._span = span
        self._spent: deque[tuple[datetime, int]] = deque()
        self._total = 0

    def earliest(self, at: datetime, cost: int) -> datetime:
        """Return the first time from ``at`` on at which ``cost`` fits."""
        total = self._total
        for when, amount in self._spent:
            leaves = when + self._span
            if leaves > at:
                if total + cost <= self._limit:
                    break
                at = leaves
            total -= amount
        return at

    def spend(self, at: datetime, cost: int) -> None:
        """Book ``cost`` at ``at``, which is never before an earlier booking."""
        while self._spent and self._spent[0][0] + self._span <= at:
            self._total -= self._spent.popleft()[1]
        if cost:
            self._spent.append((at, cost))
            self._total += cost


class Pacer:
    """The turn of every call of one installation, in the order they ask.

    `earliest` says when a call may go, `book` takes that turn. `hold` stops everything until
    GitHub's own limit is over, `release` tells that GitHub answers again.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._held_until: datetime | None = None
        self._strikes = 0
        self._forget()

    def _forget(self) -> None:
        pace = self._pace
        self._last: datetime | None = None
        self._points = [Window(n, _MINUTE + _ON_THE_WAY) for n in (pace.points_per_minute,) if n]
        self._creations = [
            Window(n, span + _ON_THE_WAY)
            for n, span in (
                (pace.creations_per_minute, _MINUTE),
                (pace.creations_per_hour, timedelta(hours=1)),
            )
            if n
        ]

    def earliest(self, now: datetime, cost: Cost) -> datetime:
        """Return when a call of this cost may go: ``now``, or later."""
        if self._last is not None and self._last - now > _MINUTE:
            self._forget()  # the clock was put back: bookings in the future would block for ever
        at = max(moment for moment in (now, self._last, self._held_until) if moment is not None)
        # Windows may push each other on, but only forwards, so this comes to rest.
        while True:
            before = at
            for window in self._points:
                at = window.earliest(at, cost.points)
            for window in self._creations if cost.creations else ():
                at = window.earliest(at, cost.creations)
            if at == before:
                return at

    def book(self, at: datetime, cost: Cost) -> None:
        """Take the turn at ``at``, as `earliest` gave it."""
        self._last = at
        for window in self._points:
            window.spend(at, cost.points)
        for window in self._creations:
            window.spend(at, cost.creations)

    def backoff(self) -> timedelta:
        """Return how long to stay away when GitHub does not say: a minute, doubling."""
        return min(_MINUTE * (1 << self._strikes), _LONGEST_BACKOFF)

    def hold(self, now: datetime, until: datetime) -> None:
        """Let nothing through until then: GitHub said it is too much.

        Calls that were under way together are all refused; they count as one strike.
        """
        if self._held_until is None or self._held_until <= now:
            self._strikes = min(self._strikes + 1, 8)
            self._held_until = until
        else:
            self._held_until = max(self._held_until, until)

    def release(self) -> None:
        """Forget former strikes: GitHub answered."""
        self._strikes = 0
