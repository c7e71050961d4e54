"""GitHub's rate limits: the hourly one, and the secondary ones that stop bursts.

Figures: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from bot.simulator.problem import Problem
from bot.simulator.world import Clock

DOCUMENTATION = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"

SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
    "If you reach out to GitHub Support for help, please include the request ID."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much one installation may ask for; ``None`` switches a limit off.

    ``primary`` is calls an hour; ``points`` a minute count a read as 1 and a write as 5;
    ``contents`` are issues, comments and the like that are created.
    """

    primary: int | None = 1_000_000
    points_per_minute: int | None = None
    contents_per_minute: int | None = None
    contents_per_hour: int | None = None
    concurrent: int | None = None

    @classmethod
    def as_github(cls) -> Self:
        """Return the limits GitHub documents for an installation."""
        return cls(
            primary=5000,
            points_per_minute=900,
            contents_per_minute=80,
            contents_per_hour=500,
            concurrent=100,
        )


@dataclass(kw_only=True, slots=True)
class Window:
    """What was spent in the last ``length``, as a true sliding window."""

    length: timedelta
    spent: deque[tuple[datetime, int]] = field(default_factory=deque)
    total: int = 0

    def spend(self, now: datetime, cost: int) -> None:
        """Add a cost."""
        self.spent.append((now, cost))
        self.total += cost

    def refuse(self, now: datetime, cost: int, limit: int | None) -> None:
        """Say 403 when ``cost`` more would pass the limit, and how long to wait."""
        while self.spent and self.spent[0][0] <= now - self.length:
            self.total -= self.spent.popleft()[1]
        if limit is not None and self.total + cost > limit:
            free = self.spent[0][0] + self.length - now if self.spent else self.length
            raise secondary(max(1, round(free.total_seconds())))


class Meter:
    """What the installation has spent, and whether it may ask for more."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.limits = limits
        self._clock = clock
        self._reset = clock()
        self._used = 0
        self._points = Window(length=timedelta(minutes=1))
        self._contents = (Window(length=timedelta(minutes=1)), Window(length=timedelta(hours=1)))

    def refuse(self, method: str, *, creates: bool, under_way: int) -> None:
        """Say 403 when a limit is reached; otherwise count the call against the secondary ones."""
        now = self._clock()
        self._roll(now)
        limits = self.limits
        if limits.primary is not None and self._used >= limits.primary:
            raise primary(self.headers())
        if limits.concurrent is not None and under_way > limits.concurrent:
            raise secondary(60)
        points = 1 if method in {"GET", "HEAD", "OPTIONS"} else 5
        self._points.refuse(now, points, limits.points_per_minute)
        if creates:
            ceilings = (limits.contents_per_minute, limits.contents_per_hour)
            for window, ceiling in zip(self._contents, ceilings, strict=True):
                window.refuse(now, 1, ceiling)
            for window in self._contents:
                window.spend(now, 1)
        self._points.spend(now, points)

    def count(self) -> None:
        """Count a call against the hourly limit (an answer of 304 is free)."""
        self._used += 1

    def state(self) -> dict[str, int] | None:
        """Return limit, used, remaining and reset (seconds since 1970); ``None``: no limit."""
        if self.limits.primary is None:
            return None
        self._roll(self._clock())
        return {
            "limit": self.limits.primary,
            "used": self._used,
            "remaining": max(0, self.limits.primary - self._used),
            "reset": int(self._reset.timestamp()),
        }

    def headers(self) -> dict[str, str]:
        """Return the ``x-ratelimit-*`` headers; none when there is no limit."""
        state = self.state()
        if state is None:
            return {}
        numbers = {f"x-ratelimit-{name}": str(value) for name, value in state.items()}
        return {**numbers, "x-ratelimit-resource": "core"}

    def _roll(self, now: datetime) -> None:
        if now >= self._reset:
            self._reset = now + timedelta(hours=1)
            self._used = 0


def secondary(seconds: float) -> Problem:
    """Say that a secondary limit was passed, and when to try again."""
    headers = {"retry-after": str(round(seconds))}
    return Problem(
        403, SECONDARY, headers=headers, documentation=f"{DOCUMENTATION}#about-secondary"
    )


def primary(headers: dict[str, str]) -> Problem:
    """Say that the hourly limit is used up; ``headers`` say until when."""
    message = (
        "API rate limit exceeded for installation. If you reach out to GitHub Support for help"
    )
    return Problem(
        403,
        f"{message}, please include the request ID.",
        headers=headers,
        documentation=DOCUMENTATION,
    )
