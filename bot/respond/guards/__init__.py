"""What must hold before anything is changed: pure decisions that explain themselves.

One file holds one family of guards; `GUARDS` is the order in which they are asked.
"""

from collections.abc import Callable
from typing import Final

from bot.respond.guards.amount import actor_cap, hourly_cap, hourly_share
from bot.respond.guards.decision import Allow, Ask, Decision, Leave, Refuse, Wait
from bot.respond.guards.facts import Facts, Rival, Share
from bot.respond.guards.mode import lowered_mode, paused
from bot.respond.guards.people import break_glass, last_owner, own_act, protected_login
from bot.respond.guards.rivalry import conflicting_playbooks, loop
from bot.respond.guards.things import (
    concurrent_change,
    every_repository,
    protected_repository,
)
from bot.respond.guards.timing import quiet_period, stale_event

__all__ = [
    "GUARDS",
    "Allow",
    "Ask",
    "Decision",
    "Facts",
    "Leave",
    "Refuse",
    "Rival",
    "Share",
    "Wait",
    "check",
    "concurrent_change",
    "paused",
]

GUARDS: Final[tuple[Callable[[Facts], Decision], ...]] = (
    own_act,
    protected_login,
    protected_repository,
    last_owner,
    conflicting_playbooks,
    paused,
    lowered_mode,
    break_glass,
    every_repository,
    stale_event,
    quiet_period,
    loop,
    hourly_cap,
    actor_cap,
    hourly_share,
)
"""In this order: a refusal is told before a question, so nobody approves what cannot be done."""


def check(facts: Facts) -> Decision:
    """Return the first decision that is not `Allow`, the strictest guards asked first."""
    for guard in GUARDS:
        decision = guard(facts)
        if not isinstance(decision, Allow):
            return decision
    return Allow()
