"""Several quick edits of one thing, all to be put back: the way leads to before the first.

When somebody goes from A to B and on to C before the first edit is answered, that answer finds C
and leaves it alone. Putting only the second edit back would then leave B, which was to be put back
as well: what comes of it must not hang on how fast each answer was.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.respond.alert import Alert
from bot.respond.step import Step, StepState
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
    """Return the change back to before the earlier edits that were left alone for this one.

    ``change_of`` gives what would put back another alert's event.
    """
    subject = subject_of("revert", {}, alert).key
    for earlier, step in _left_alone(situation, alert):
        if subject_of("revert", {}, earlier).key != subject:
            continue
        receipt = step.receipt
        if receipt is None or not change.is_changed(receipt.after.get("shown")):
            continue
        try:
            before = await change_of(earlier)
        except CannotChange:
            continue  # a person was told; it does not keep this one from being put back
        if _is_one_state(before.changed, change.wanted):
            change = replace(
                before,
                changed=change.changed,
                shown=change.shown,
                details=change.details,
                note=" ".join(part for part in (_NOTE, before.note) if part),
            )
    return change


def _left_alone(situation: Situation, alert: Alert) -> Iterator[tuple[Alert, Step]]:
    """Yield the earlier alerts whose event was not put back because of this one, latest first."""
    steps = {
        step.alert_id: step
        for step in situation.file.steps
        if step.action == "revert"
        and step.kind == "apply"
        and step.state is StepState.UNCHANGED
        and step.finished_at is not None
        and step.finished_at >= alert.happened_at - _SLACK
    }
    earlier = [
        each
        for each in situation.file.alerts
        if each.id in steps and each.id != alert.id and each.happened_at <= alert.happened_at
    ]
    for each in sorted(earlier, key=lambda one: one.happened_at, reverse=True):
        yield each, steps[each.id]


def _is_one_state(left: str | None, found: str | None) -> bool:
    """Tell whether the state that one event left is the one that the next event found."""
    return left == found or (left is not None and _LEGACY.get(left) == found)
