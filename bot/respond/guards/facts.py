"""What guards decide by: everything that is known at the moment of a change."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.core.playbook import Mode
from bot.respond.pause import Pause
from bot.respond.subject import Gentleness, Subject

Sort = Literal["people", "repositories"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """How many people, or repositories, were changed within an hour, this change counted in.

    ``of`` is how many the organisation has; ``None`` when GitHub does not tell. Up to ``free``
    are no matter, however small the organisation; beyond it ``percent`` of them are.
    """

    sort: Sort
    changed: int
    of: int | None
    percent: int
    free: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Rival:
    """Another playbook's step on the same subject, planned or just done.

    ``same_event`` says that both answer one event; ``ahead`` that the rival goes first where both
    are equally gentle: it was recorded first, or (of another event) it answers a later one.
    """

    playbook: str
    action: str
    done: bool
    same_event: bool
    ahead: bool
    gentleness: Gentleness


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What is known at the moment of the change; ``None``, 0 and empty where nothing applies.

    Who: ``actor`` did what is to be answered; ``subject`` is the login the change falls on, and
    ``takes_owner_role`` says that it takes the owner role from them; ``owners`` are all present
    owners. ``thing`` is what is changed (``alike``: without its passing number), ``gentleness``
    how hard. Lists: ``protected`` logins,
    ``protected_repositories`` (``owner/name`` or ``name``), and ``break_glass``, who may act in
    an emergency. How much: ``changes_last_hour`` is what this playbook changed before and
    ``cap_per_hour`` how much it may; ``actor_changes`` and ``cap_per_actor`` count the answers
    to one person's acts; ``shares`` count people and repositories. When: ``happened_at`` is the
    event's time (``possibly_at`` how early it may have been, where only a look found it), and
    ``stale_after`` the age beyond which it is not answered unasked; ``new_since``
    is when this version with these playbooks was first seen, ``quiet_for`` how long it asks from
    then on. Whose word: ``approved_by`` allowed this very step, last at ``approved_at`` (``None``:
    by another way than a comment). ``mode`` is the one it was planned under, ``ceiling`` the
    highest that the settings and the playbook allow now, ``pause`` the global stop. ``rivals`` are
    other playbooks' steps on the same subject, ``rounds`` counts how often Tipstaff changed it
    within a day.
    """

    own_login: str
    actor: str | None = None
    subject: str | None = None
    protected: frozenset[str] = frozenset()
    takes_owner_role: bool = False
    owners: frozenset[str] = frozenset()
    thing: Subject | None = None
    alike: Subject | None = None
    gentleness: Gentleness = Gentleness.REVERTING
    protected_repositories: frozenset[str] = frozenset()
    break_glass: frozenset[str] = frozenset()
    changes_last_hour: int = 0
    cap_per_hour: int | None = None
    actor_changes: int = 0
    cap_per_actor: int | None = None
    shares: tuple[Share, ...] = ()
    now: datetime | None = None
    happened_at: datetime | None = None
    possibly_at: datetime | None = None
    stale_after: timedelta | None = None
    new_since: datetime | None = None
    quiet_for: timedelta | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    mode: Mode = Mode.ENFORCE
    ceiling: Mode = Mode.ENFORCE
    pause: Pause | None = None
    rivals: tuple[Rival, ...] = field(default=())
    rounds: int = 0
