"""Who owns a credential decides whether it may be touched."""

from bot.actions.base import Situation
from bot.respond.guards import Allow, Ask, Facts, check
from bot.respond.step import Receipt, StepState


def stopped(situation: Situation, owner: str) -> Receipt | None:
    """Return the receipt of a step that a guard stops, or ``None`` to go on."""
    decision = check(
        Facts(own_login=situation.own_login, subject=owner, protected=situation.protected)
    )
    if isinstance(decision, Allow):
        return None
    state = StepState.AWAITING if isinstance(decision, Ask) else StepState.BLOCKED
    return Receipt(state=state, summary=decision.reason)


def gone(situation: Situation, text: str) -> Receipt:
    """Return the receipt for what is not there: taken by an earlier try, or never there."""
    if situation.tried_before:
        return Receipt(state=StepState.DONE, summary=f"{text} any more; an earlier try took it.")
    return Receipt(state=StepState.UNCHANGED, summary=f"Nothing to do: {text}.")
