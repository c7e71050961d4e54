"""Guards about how far Tipstaff may go now: the global stop, and the mode in force."""

from bot.respond.guards.decision import Allow, Ask, Decision
from bot.respond.guards.facts import Facts


def paused(facts: Facts) -> Decision:
    """Ask for every change while the global stop holds.

    An approval given since it began lifts it, for a person decides then; the environment's switch
    holds all the same.
    """
    pause = facts.pause
    if pause is None:
        return Allow()
    if pause.since is None:
        return Ask(
            reason=f"{pause.words} Nothing is changed, not even what was approved; approve this "
            "once the switch is off."
        )
    if facts.approved_by is None:
        return Ask(reason=f"{pause.words} What is planned meanwhile waits for an owner's approval.")
    if facts.approved_at is None or facts.approved_at >= pause.since:
        return Allow()
    return Ask(reason=f"{pause.words} What was approved before that waits for an owner's approval.")


def lowered_mode(facts: Facts) -> Decision:
    """Ask for what was planned under a higher mode than is allowed by now."""
    if facts.ceiling >= facts.mode or facts.approved_by is not None:
        return Allow()
    return Ask(
        reason="The settings, or this playbook's mode, were lowered since this was planned: it has "
        "to be approved."
    )
