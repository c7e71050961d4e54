"""What must hold before anything is changed: pure decisions that explain themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from bot.core.playbook import Mode


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What is known at the moment of the change; ``None`` and 0 where a fact does not apply.

    ``actor`` did what is to be answered; ``subject`` is the login the change falls on, and
    ``takes_owner_role`` says that it takes the owner role from them; ``owners`` are all present
    owners of the organisation. ``changes_last_hour`` counts what this playbook changed before,
    ``cap_per_hour`` is how much it may. ``approved_by`` is who allowed this very step;
    ``ceiling`` is the highest mode that the settings allow now.
    """

    own_login: str
    actor: str | None = None
    subject: str | None = None
    protected: frozenset[str] = frozenset()
    takes_owner_role: bool = False
    owners: frozenset[str] = frozenset()
    changes_last_hour: int = 0
    cap_per_hour: int | None = None
    approved_by: str | None = None
    ceiling: Mode = Mode.ENFORCE


@dataclass(frozen=True, kw_only=True, slots=True)
class Allow:
    """Nothing speaks against it."""

    allowed: Literal[True] = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A person has to approve it first; ``reason`` is a sentence for them."""

    reason: str
    allowed: Literal[False] = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Refuse:
    """It must not be done, whoever approves; ``reason`` is a sentence for people."""

    reason: str
    allowed: Literal[False] = False


Decision = Allow | Ask | Refuse


def check(facts: Facts) -> Decision:
    """Return the first decision that is not `Allow`, the strictest guards asked first."""
    for guard in GUARDS:
        decision = guard(facts)
        if not isinstance(decision, Allow):
            return decision
    return Allow()


def own_act(facts: Facts) -> Decision:
    """Refuse to act on what Tipstaff itself did, or on Tipstaff; no other bot is spared."""
    if _same(facts.actor, facts.own_login):
        return Refuse(reason="Tipstaff did this itself, and never acts on its own acts.")
    if _same(facts.subject, facts.own_login):
        return Refuse(reason="This would change Tipstaff's own access; a person has to.")
    return Allow()


def protected_login(facts: Facts) -> Decision:
    """Refuse to touch a login that the settings protect, whoever approves."""
    if facts.subject is not None and _fold(facts.subject) in map(_fold, facts.protected):
        return Refuse(
            reason=f"{facts.subject} is on the list of protected logins, which Tipstaff never "
            "touches."
        )
    return Allow()


def last_owner(facts: Facts) -> Decision:
    """Refuse to take the owner role from the last owner, or when the owners are not known."""
    if not facts.takes_owner_role:
        return Allow()
    others = {_fold(owner) for owner in facts.owners} - {_fold(facts.subject or "")}
    if not others:
        return Refuse(
            reason=f"{facts.subject} is the organisation's only owner; without another owner "
            "nobody could look after it. Make somebody else an owner first."
        )
    return Allow()


def lowered_mode(facts: Facts) -> Decision:
    """Ask for what was planned under a higher mode than the settings allow by now."""
    if facts.ceiling is Mode.ENFORCE or facts.approved_by is not None:
        return Allow()
    return Ask(reason="The settings were lowered since this was planned: it has to be approved.")


def hourly_cap(facts: Facts) -> Decision:
    """Ask once a playbook has changed as much in an hour as it may; a person's word lifts it."""
    if facts.cap_per_hour is None or facts.approved_by is not None:
        return Allow()
    if facts.changes_last_hour >= facts.cap_per_hour:
        return Ask(
            reason=f"This playbook made {facts.changes_last_hour} changes within an hour, and may "
            f"make {facts.cap_per_hour} by itself; from here on it asks."
        )
    return Allow()


GUARDS: Final[tuple[Callable[[Facts], Decision], ...]] = (
    own_act,
    protected_login,
    last_owner,
    lowered_mode,
    hourly_cap,
)
"""In this order: a refusal is told before a question, so nobody approves what cannot be done."""


def _same(login: str | None, other: str) -> bool:
    return login is not None and _fold(login) == _fold(other)


def _fold(login: str) -> str:
    return login.strip().lstrip("@").casefold()
