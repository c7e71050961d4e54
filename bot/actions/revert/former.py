"""What something was before an event that does not tell it in full: from our own records.

An earlier event may have told it. What that leads to is never a guess: where the record may be
wrong, or somebody may have made it for this, a person is asked, or what the event tells stands.
"""

from dataclasses import dataclass, replace
from typing import Final

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.respond.alert import Alert
from bot.respond.guards import Allow, Ask, Decision
from bot.respond.inert import plain
from bot.respond.told import Told, doubt, is_wide, may_be

HIGHEST: Final = "admin"

_HIGHEST: Final = "nobody is given that from a record alone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Former:
    """The state of before; ``None`` for none.

    ``note`` says where it comes from, ``asks`` what a person is to be asked before it is given.
    """

    state: str | None
    note: str | None = None
    asks: str | None = None

    def put_into(self, change: Change, situation: Situation) -> Change:
        """Return the change with the note and, where a person has to say yes first, the question.

        An undo brings back what was found, not what is recorded here.
        """
        notes = " ".join(part for part in (change.note, self.note) if part)
        return ask_first(replace(change, note=notes or None), situation, self.asks)


def ask_first(change: Change, situation: Situation, question: str | None) -> Change:
    """Return the change that is not made before a person has said yes to the question.

    ``None`` is no question. An undo or redo is a person's word already.
    """
    if question is None:
        return change
    step = situation.step

    async def guard() -> Decision:
        decision = await change.guard()
        by_word = step.approved_by is not None or step.kind != "apply"
        if by_word or not isinstance(decision, Allow):
            return decision
        return Ask(reason=question)

    return replace(change, guard=guard)


async def told_level(
    situation: Situation, alert: Alert, thing: str | None, level: str, *, named: bool
) -> Former:
    """Return the former level that an event tells, in full if a record knows it so.

    ``named`` says that the event gives the role's own name. Otherwise ``read`` and ``write`` may
    mean others: a record counts when it fits the word, and nobody may have made it for this.
    """
    found = await _told(situation, alert, thing)
    if named or not is_wide(level) or found is None or not found.exact:
        return Former(state=level)
    if found.state == level or not may_be(found.state, level):
        return Former(state=level)
    which = plain(found.state, 60)
    against = doubt(found, alert)
    if against is None:
        return Former(
            state=found.state,
            note=f"GitHub tells {level} for it; it was {which}, by {source(found)}.",
        )
    return Former(
        state=level,
        note=f"It may have been {which}, by {source(found)}; but {against}, so {level}, which "
        "GitHub tells, counts.",
    )


async def untold_level(
    situation: Situation, alert: Alert, thing: str | None, *, whose: str, advice: str
) -> Former:
    """Return the former level of ``whose`` that only a record knows.

    Raises `CannotChange` with ``advice``, and what else is known, when none does.
    """
    found = await _told(situation, alert, thing)
    if found is None or found.state is None:
        raise CannotChange(advice)
    which = plain(found.state, 60)
    if not found.exact:
        raise CannotChange(
            f"{advice} The last that GitHub told is {which}, by {source(found)}, which may also "
            "mean another role."
        )
    by = f"{whose} was {which}, by {source(found)}"
    against = _HIGHEST if found.state == HIGHEST else doubt(found, alert)
    asks = None if against is None else f"{by}. It is not given back without your word: {against}."
    return Former(state=found.state, note=f"{by}.", asks=asks)


def told_in_full(change: Change, thing: str | None) -> Change:
    """Return the change with an effect that tells the level by its own name.

    GitHub's webhook about it may not.
    """

    def effect(level: str | None) -> str | None:
        lines = [change.effect(level), f"{thing}={level}" if thing and level else None]
        return "\n".join(line for line in lines if line) or None

    return replace(change, effect=effect)


async def shown_state(situation: Situation, alert: Alert, thing: str | None) -> Told | None:
    """Return what was last told of a thing before an event, in full; ``None`` when unknown."""
    found = await _told(situation, alert, thing)
    return found if found is not None and found.exact else None


def source(found: Told) -> str:
    """Return which record something comes from, in a few words."""
    return f"the delivery {plain(found.delivery_id, 60)} of {found.at:%Y-%m-%d}"


async def _told(situation: Situation, alert: Alert, thing: str | None) -> Told | None:
    return None if thing is None else await situation.told(thing, alert)
