"""What the operator's settings allow."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from bot.core.playbook import Mode
from bot.respond.exempting import LONGEST
from bot.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """How far Tipstaff may go.

    ``ceiling`` is the highest mode; ``protected`` are logins, and ``protected_repositories``
    repositories (``owner/name`` or ``name``), that are never changed, ``break_glass`` the logins
    that may act in an emergency. ``cap_per_hour`` counts a playbook's changes, ``cap_per_actor``
    the answers to one person's acts, ``share_percent`` of the organisation's people or
    repositories may be changed in an hour, and ``share_free`` in any case. An event older than
    ``stale_after`` is not answered unasked, nor is any for ``quiet_for`` after something new was
    put to use. ``None`` and empty: no such guard. ``paused`` is the environment's
    switch, and ``longest_exemption`` how long a person may exempt something.
    """

    ceiling: Mode
    security_repository: str
    protected: frozenset[str]
    cap_per_hour: int
    protected_repositories: frozenset[str] = frozenset()
    break_glass: frozenset[str] = frozenset()
    cap_per_actor: int | None = None
    share_percent: int | None = None
    share_free: int = 5
    stale_after: timedelta | None = None
    quiet_for: timedelta | None = None
    paused: bool = False
    longest_exemption: timedelta = LONGEST

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the policy that the settings name."""
        return cls(
            ceiling=settings.mode,
            security_repository=settings.security_repository,
            protected=settings.protected,
            cap_per_hour=settings.cap_per_hour,
            protected_repositories=settings.protected_repositories,
            break_glass=settings.break_glass,
            cap_per_actor=settings.cap_per_actor,
            share_percent=settings.cap_share if settings.cap_share < 100 else None,
            stale_after=settings.stale_after or None,
            quiet_for=settings.quiet_period or None,
            paused=settings.paused,
            longest_exemption=timedelta(days=settings.exemption_days),
        )
