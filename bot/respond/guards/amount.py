"""Guards about how much is changed: by one playbook, for one person's acts, of the whole."""

from bot.respond.guards.decision import Allow, Ask, Decision
from bot.respond.guards.facts import Facts, Share


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


def actor_cap(facts: Facts) -> Decision:
    """Ask once one person's acts were answered as often in an hour as they may be unasked."""
    if facts.cap_per_actor is None or facts.actor is None or facts.approved_by is not None:
        return Allow()
    if facts.actor_changes >= facts.cap_per_actor:
        return Ask(
            reason=f"What {facts.actor} did was answered by {facts.actor_changes} changes within "
            f"an hour, of all playbooks together; beyond {facts.cap_per_actor} Tipstaff asks."
        )
    return Allow()


def hourly_share(facts: Facts) -> Decision:
    """Ask before more of the organisation is changed in an hour than the settings allow."""
    if facts.approved_by is not None:
        return Allow()
    for share in facts.shares:
        if share.changed > allowance(share):
            whole = "an unknown number" if share.of is None else str(share.of)
            return Ask(
                reason=f"With this, Tipstaff would have changed {share.changed} {share.sort} of "
                f"{whole} within an hour; beyond {share.percent} % (and {share.free} at least) "
                "it asks."
            )
    return Allow()


def allowance(share: Share) -> int:
    """Return how many may be changed unasked; of an unknown number, as few as of a small one."""
    return max(share.free, (share.of or 0) * share.percent // 100)
