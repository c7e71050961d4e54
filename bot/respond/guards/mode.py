"""Guards about how far Tipstaff may go now: the global stop, and the mode of the settings."""

from bot.core.playbook import Mode
from bot.respond.guards.decision import Allow, Ask, Decision
from bot.respond.guards.facts import Facts


def paused(facts: Facts) -> Decision:
    """Ask for every change while the global stop holds.

    An approval lifts it, for a person decides then; the environment's switch holds all the same.
    """
    pause = facts.pause
    if pause is None or (facts.approved_by is not None and not pause.is_absolute):
        return Allow()
    if pause.is_absolute:
        return Ask(
            reason=f"{pause.words} Nothing is changed, not even what was approved; approve this "
            "once the switch is off."
        )
    return Ask(reason=f"{pause.words} What is planned meanwhile waits for an owner's approval.")


def lowered_mode(facts: Facts) -> Decision:
    """Ask for what was planned under a higher mode than the settings allow by now."""
    if facts.ceiling is Mode.ENFORCE or facts.approved_by is not None:
        return Allow()
    return Ask(reason="The settings were lowered since this was planned: it has to be approved.")
