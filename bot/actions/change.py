"""The one way anything is changed or put back: look, compare, guard, act, look again."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.actions.base import Situation
from bot.core.errors import ApiError, InstallationGone, Refused, Unavailable
from bot.respond.guards import Allow, Ask, Decision, Leave, concurrent_change
from bot.respond.step import Receipt, StepState

ANY: Final = "*"
"""As a changed state: the event does not say which, so whatever is there counts."""


class CannotChange(Exception):
    """Tipstaff can't make or put back this change; the text says what a person can do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Present:
    """A thing's state now.

    ``label`` is compared (``None``: it is not there); ``details`` are needed to make it again.
    """

    label: str | None
    details: Mapping[str, Any] = field(default_factory=dict)


async def _allow() -> Decision:
    return Allow()


async def _no_other_way(_: str) -> str | None:
    return None


def _nothing_else(_: str) -> bool:
    return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A change to put back.

    ``thing`` names it in a sentence; ``changed`` is the state the event left, ``wanted`` the one
    before. ``read`` looks at the present; ``write`` sets a state, given the details of a former
    one, and may return a remark when GitHub will show it only later (an invitation). ``words``
    tells of a change from one state to another, ``note`` adds what nobody can know. ``effect``
    names what was set, for sources that learn no actor.

    ``other_way`` says by which other way a state is held that was just changed (a role that a
    team gives as well); ``shown`` is such a state, counted as ``changed`` too, and ``also`` tells
    of others that GitHub calls by the word of ``changed``. ``details`` are
    those that the event gives, and ``needs_details`` says that nothing can be made again without.
    ``final`` says that nothing brings it back, so nobody is offered an undo. ``exact`` says that
    a label tells only half of a state: what an undo brings back has the details of before as well
    (``target``), and one that was cut short goes on. ``half`` is a state that a write leaves which
    was cut short, if its label tells; ``resumes`` says that what is put back may be in it.
    """

    thing: str
    changed: str | None
    wanted: str | None
    read: Callable[[], Awaitable[Present]]
    write: Callable[[str | None, Mapping[str, Any]], Awaitable[str | None]]
    words: Callable[[str | None, str | None], str]
    guard: Callable[[], Awaitable[Decision]] = _allow
    effect: Callable[[str | None], str | None] = lambda _: None
    other_way: Callable[[str], Awaitable[str | None]] = _no_other_way
    shown: str | None = None
    also: Callable[[str], bool] = _nothing_else
    note: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    needs_details: bool = False
    final: bool = False
    exact: bool = False
    target: Mapping[str, Any] | None = None
    half: str | None = None
    resumes: bool = False

    def is_changed(self, label: str | None) -> bool:
        """Tell whether the present is still as the event left it."""
        if self.changed == ANY or label is None:
            return label is not None or self.changed is None
        return label in {self.changed, self.shown} or self.also(label)

    def is_whole(self, present: Present) -> bool:
        """Tell whether a state with the wanted label also has the wanted details."""
        wanted = self.target or {}
        return all(present.details.get(name) == value for name, value in wanted.items())


async def put_back(situation: Situation, change: Change) -> Receipt:
    """Bring a thing back to the wanted state, at most once in effect.

    The present decides: already right, or changed since by somebody else, means that nothing is
    done. Done is only what was seen to be.
    """
    present = await change.read()
    right = present.label == change.wanted
    if right and situation.tried_before and change.is_whole(present):
        return _by_an_earlier_try(situation, change)
    moved = concurrent_change(
        change.thing,
        present=present.label,
        wanted=change.wanted,
        as_left=change.is_changed(present.label),
    )
    half_done = (
        right and (situation.tried_before or change.resumes) and not change.is_whole(present)
    )
    if isinstance(moved, Leave) and not half_done:
        seen = {"shown": present.label}
        return Receipt(state=StepState.UNCHANGED, summary=moved.reason, after=seen, right=right)
    decision = await change.guard()
    if not isinstance(decision, Allow):
        state = StepState.AWAITING if isinstance(decision, Ask) else StepState.BLOCKED
        return Receipt(state=state, summary=decision.reason)
    before = _found_first(situation, present, half_done=half_done)
    situation.intend(_intent(change, before))
    remark = await _write(change, present)
    shown = change.wanted
    if remark is None:
        shown, remark = await _look_again(situation, change)
    text = change.words(before.label, change.wanted)
    return _done(change, before, text, remark=remark, shown=shown)


def _found_first(situation: Situation, present: Present, *, half_done: bool) -> Present:
    """Return what was there before the first write that may have taken effect."""
    intent = situation.step.intent
    if intent is None or not situation.tried_before:
        return present
    first = _recorded(intent)
    return first if half_done or first.label == present.label else present


def _recorded(receipt: Receipt) -> Present:
    before = receipt.before
    return Present(label=before.get("label"), details=before.get("details", {}))


def _intent(change: Change, before: Present) -> Receipt:
    """Return the receipt of a write whose end nobody may learn."""
    return replace(_done(change, before, ""), state=StepState.FAILED, effect=None)


async def _write(change: Change, present: Present) -> str | None:
    """Make the change and return its remark; when its answer is lost, look at once.

    Only now is it known what was there: a later try that finds the change made could not say so,
    and nobody could undo it.
    """
    try:
        return await change.write(change.wanted, present.details)
    except Unavailable as lost:
        if not lost.sent or not await _shows(change):
            raise
        return "GitHub's answer was lost, and it shows the change."


async def _shows(change: Change) -> bool:
    try:
        seen = await change.read()
    except (ApiError, CannotChange):
        return False
    return seen.label == change.wanted and change.is_whole(seen)


async def _look_again(situation: Situation, change: Change) -> tuple[str | None, str | None]:
    """Return what is shown after a change that GitHub accepted, and a remark if that is odd."""
    try:
        present = await change.read()
    except InstallationGone:
        raise
    except (Refused, CannotChange) as reason:
        # It was made, and can be undone: what was there must not be forgotten for this.
        return change.wanted, f"GitHub accepted it; it can't be looked at since: {reason}"
    if present.label != change.wanted:
        return present.label, await _explain(situation, change, present.label)
    if not change.is_whole(present):
        situation.not_seen(f"{change.thing} is not wholly as it was")
    return present.label, None


async def _explain(situation: Situation, change: Change, shown: str | None) -> str:
    """Say why GitHub, having accepted the change, shows something else; raise to look again."""
    way = await change.other_way(shown) if shown is not None else None
    if way is not None:
        return f"It is still shown as {shown}: {way}."
    if shown is None or change.is_changed(shown):
        situation.not_seen(f"{change.thing} is still {shown or 'missing'}")
    return f"It is shown as {shown} now: by another way, or somebody changed it meanwhile."


def _by_an_earlier_try(situation: Situation, change: Change) -> Receipt:
    intent = situation.step.intent
    if intent is not None:
        before = _recorded(intent)
    else:
        former = None if change.changed == ANY else change.changed
        before = Present(label=former, details=change.details)
    text = f"{change.words(before.label, change.wanted)} An earlier try did it."
    known = intent is not None or change.changed != ANY
    return _done(change, before, text, known=known)


def _done(
    change: Change,
    before: Present,
    text: str,
    *,
    remark: str | None = None,
    shown: str | None = None,
    known: bool = True,
) -> Receipt:
    """Return the receipt; ``known`` says that ``before`` is what was there."""
    after = {"label": change.wanted}
    return Receipt(
        state=StepState.DONE,
        summary=" ".join(part for part in (text, remark, change.note) if part),
        before={"label": before.label, "details": dict(before.details)},
        after=after if shown in {None, change.wanted} else {**after, "shown": shown},
        effect=change.effect(change.wanted),
        # What was there cannot be known when an earlier try changed it unseen.
        undoable=known and not change.final and (bool(before.details) or not change.needs_details),
    )


async def restore(situation: Situation, change: Change, done: Receipt) -> Receipt:
    """Undo `put_back`: bring back the state that ``done`` recorded, unless it changed since.

    What failed may have been made in part.
    """
    details = done.before.get("details", {})
    in_part = done.state is StepState.FAILED
    forward = change.write

    async def write(label: str | None, _: Mapping[str, Any]) -> str | None:
        return await forward(label, details)

    undo = replace(
        change,
        changed=done.after.get("label"),
        shown=change.half if in_part else done.after.get("shown"),
        also=_nothing_else,
        wanted=done.before.get("label"),
        write=write,
        note=None,
        target=details if change.exact else None,
        resumes=in_part,
    )
    receipt = await put_back(situation, undo)
    return replace(receipt, undoable=False)
