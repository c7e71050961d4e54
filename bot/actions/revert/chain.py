"""Several quick edits of one thing, all to be put back: the way leads to before the first.

When somebody goes from A to B and on to C before the first edit is answered, that answer finds C
and leaves it alone. Putting only the second edit back would then leave B, which was to be put back
as well: what comes of it must not hang on how fast each answer was.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.respond.alert import Alert
from bot.respond.step import StepState
from bot.respond.subject import subject_of

_SLACK: Final = timedelta(minutes=5)
"""How much later than its act an event may come in."""

_LEGACY: Final = {"maintain": "write", "triage": "read"}
"""What an older webhook calls a former role."""

_NOTE: Final = (
    "The edit before was to be put back as well, but had been edited again by the time: so this is "
    "how it was before both."
)


async def followed(
    situation: Situation,
    alert: Alert,
    change: Change,
    change_of: Callable[[Alert], Awaitable[Change]],
) -> Change:
    """Return the change back to before the edits that were left alone for this one.

    ``change_of`` gives what would put back another alert's event. What leads where is told by the
    states alone: events may come in another order than they happened.
    """
    left = [each for each in _left_alone(situation, alert) if change.is_changed(each[1])]
    found = [await _tried(change_of, earlier) for earlier, _ in left]
    open_ends = [each for each in found if each is not None]
    while (before := _leading_to(change.wanted, open_ends)) is not None:
        open_ends.remove(before)
        change = replace(
            before,
            changed=change.changed,
            shown=change.shown,
            also=change.also,
            details=change.details,
            note=" ".join(part for part in (_NOTE, before.note) if part),
        )
    return change


def _left_alone(situation: Situation, alert: Alert) -> Iterator[tuple[Alert, str | None]]:
    """Yield each other alert on the same thing whose event was left alone, and for which state.

    Only one that was looked at after this one's event may have been left alone for it.
    """
    subject = subject_of("revert", {}, alert).key
    steps = {
        step.alert_id: step.receipt
        for step in situation.file.steps
        if step.action == "revert"
        and step.kind == "apply"
        and step.state is StepState.UNCHANGED
        and step.finished_at is not None
        and step.finished_at >= alert.happened_at - _SLACK
    }
    for each in situation.file.alerts:
        receipt = steps.get(each.id)
        if receipt is None or each.id == alert.id or each.happened_at > alert.happened_at + _SLACK:
            continue
        if subject_of("revert", {}, each).key == subject:
            yield each, receipt.after.get("shown")


async def _tried(change_of: Callable[[Alert], Awaitable[Change]], alert: Alert) -> Change | None:
    try:
        return await change_of(alert)
    except CannotChange:
        return None  # a person was told; it does not keep the other from being put back


def _leading_to(state: str | None, changes: Sequence[Change]) -> Change | None:
    """Return the change whose event left this state."""
    return next((each for each in changes if _is_one_state(each.changed, state)), None)


def _is_one_state(left: str | None, found: str | None) -> bool:
    """Tell whether the state that one event left is the one that the next event found."""
    return left == found or (left is not None and _LEGACY.get(left) == found)
