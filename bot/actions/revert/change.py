"""The one way anything is put back: look, compare, ask the guards, act, look again."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.actions.base import Situation
from bot.respond.guards import Allow, Ask, Decision
from bot.respond.step import Receipt, StepState

ANY: Final = "*"
"""As a changed state: the event does not say which, so whatever is there counts."""


class CannotRevert(Exception):
    """The event can't be put back by Tipstaff; the text says what a person can do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Present:
    """A thing's state now.

    ``label`` is compared (``None``: it is not there); ``details`` are needed to make it again.
    """

    label: str | None
    details: Mapping[str, Any] = field(default_factory=dict)


async def _allow() -> Decision:
    return Allow()


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A change to put back.

    ``thing`` names it in a sentence; ``changed`` is the state the event left, ``wanted`` the one
    before. ``read`` looks at the present; ``write`` sets a state, given the details of a former
    one, and may return a remark when GitHub will show it only later (an invitation). ``words``
    tells of a change from one state to another. ``effect`` names what was set, for sources that
    learn no actor.
    """

    thing: str
    changed: str | None
    wanted: str | None
    read: Callable[[], Awaitable[Present]]
    write: Callable[[str | None, Mapping[str, Any]], Awaitable[str | None]]
    words: Callable[[str | None, str | None], str]
    guard: Callable[[], Awaitable[Decision]] = _allow
    effect: Callable[[str | None], str | None] = lambda _: None

    def is_changed(self, label: str | None) -> bool:
        """Tell whether the present is still as the event left it."""
        return label is not None if self.changed == ANY else label == self.changed


async def put_back(situation: Situation, change: Change) -> Receipt:
    """Bring a thing back to the wanted state, at most once in effect.

    The present decides: already right, or changed since by somebody else, means that nothing is
    done. Done is only what was seen to be.
    """
    present = await change.read()
    if present.label == change.wanted:
        return _already(situation, change)
    if not change.is_changed(present.label):
        now = "not there" if present.label is None else present.label
        return Receipt(
            state=StepState.UNCHANGED,
            summary=f"Left alone: {change.thing} has changed since, and is now {now}.",
        )
    decision = await change.guard()
    if not isinstance(decision, Allow):
        state = StepState.AWAITING if isinstance(decision, Ask) else StepState.BLOCKED
        return Receipt(state=state, summary=decision.reason)
    remark = await change.write(change.wanted, present.details)
    if remark is None:
        seen = await change.read()
        if seen.label != change.wanted:
            situation.not_seen(f"{change.thing} is still {seen.label or 'missing'}")
    return _done(change, present, change.words(present.label, change.wanted), remark)


def _already(situation: Situation, change: Change) -> Receipt:
    if situation.tried_before:
        former = None if change.changed == ANY else change.changed
        text = f"{change.words(former, change.wanted)} An earlier try did it."
        return _done(change, Present(label=former), text, None)
    now = "gone" if change.wanted is None else f"{change.wanted} again"
    return Receipt(
        state=StepState.UNCHANGED, summary=f"Nothing to do: {change.thing} is {now} already."
    )


def _done(change: Change, before: Present, text: str, remark: str | None) -> Receipt:
    return Receipt(
        state=StepState.DONE,
        summary=f"{text} {remark}" if remark else text,
        before={"label": before.label, "details": dict(before.details)},
        after={"label": change.wanted},
        effect=change.effect(change.wanted),
        # What was there cannot be known when an earlier try took it away unseen.
        undoable=before.label is not None or change.wanted is not None,
    )


async def restore(situation: Situation, change: Change, done: Receipt) -> Receipt:
    """Undo `put_back`: bring back the state that ``done`` recorded, unless it changed since."""
    details = done.before.get("details", {})
    forward = change.write

    async def write(label: str | None, _: Mapping[str, Any]) -> str | None:
        return await forward(label, details)

    undo = replace(
        change, changed=done.after.get("label"), wanted=done.before.get("label"), write=write
    )
    receipt = await put_back(situation, undo)
    return replace(receipt, undoable=False)
