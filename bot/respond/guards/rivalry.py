"""Guards about others who change the same thing: another playbook, a bot, a person."""

from typing import Final

from bot.respond.guards.decision import Allow, Ask, Decision, Refuse, Wait
from bot.respond.guards.facts import Facts, Rival

ROUNDS: Final = 3
"""Changes of one thing within a day after which the next one asks."""


def conflicting_playbooks(facts: Facts) -> Decision:
    """Let one of several playbooks change a thing: the gentler, else the one that goes first.

    Who loses waits for the winner, and is refused once the winner has done its part. A person's
    approval is above the order.
    """
    if facts.approved_by is not None:
        return Allow()
    winners = [rival for rival in facts.rivals if wins(rival, facts)]
    for rival in sorted(winners, key=lambda rival: not rival.done):
        what = facts.thing.words if facts.thing is not None else "the same thing"
        winner = f"the playbook '{rival.playbook}' (its step {rival.action})"
        if rival.done:
            return Refuse(
                reason=f"Not done, so that playbooks do not fight: {winner} has just changed "
                f"{what}, and {_why(rival)}."
            )
        return Wait(reason=f"{winner} is about to change {what}, and {_why(rival)}")
    return Allow()


def wins(rival: Rival, facts: Facts) -> bool:
    """Tell whether another playbook's step goes before this one.

    Of two answers to one event the gentler wins, then the one recorded first; what is done is
    done. An answer to a later event wins over one to an earlier event: it knows more.
    """
    if not rival.same_event:
        return rival.ahead
    return rival.done or (rival.gentleness, not rival.ahead) < (facts.gentleness, True)


def _why(rival: Rival) -> str:
    if not rival.same_event:
        return "answers a later event"
    return "the gentler playbook, or else the first one, has its way"


def loop(facts: Facts) -> Decision:
    """Ask when Tipstaff and somebody else keep changing one thing to and fro."""
    if facts.approved_by is not None or facts.rounds < ROUNDS:
        return Allow()
    who = f" {facts.actor} changed it this time." if facts.actor is not None else ""
    thing = facts.alike or facts.thing
    what = thing.words if thing is not None else "this"
    return Ask(
        reason=f"Tipstaff has changed {what} {facts.rounds} times within a day, and each time it "
        f"was changed again.{who} So that it does not go on for ever, a person decides."
    )
