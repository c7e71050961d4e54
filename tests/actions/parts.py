"""What the bench is furnished with: a clock and an outbox that a test has in hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.actions.notice import Notice
from bot.core.errors import ApiError

START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that moves only when told to, or when somebody sleeps by it."""

    now: datetime = START

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let that time pass at once."""
        self.now += timedelta(seconds=seconds)


@dataclass
class Outbox:
    """Takes notices for the places ``names``; ``failures`` are raised first, one for each try."""

    names: Sequence[str] = ("chat", "mail")
    sent: list[tuple[str, Notice]] = field(default_factory=list)
    failures: list[ApiError] = field(default_factory=list)
    remark: str | None = None

    async def send(self, name: str, notice: Notice) -> str | None:
        """Take a notice, or fail as told."""
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((name, notice))
        return self.remark
