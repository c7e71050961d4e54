"""What was done about an alert, what waits, and what people can answer to it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Final

from bot.core.playbook import After
from bot.respond import facts
from bot.respond.alert import Alert
from bot.respond.consent import rule_of, whose_word
from bot.respond.inert import Markdown, code, link, sentence
from bot.respond.life import settled
from bot.respond.step import Step, StepState
from bot.respond.turn import spec_of
from bot.respond.undoing import BEFORE

MOST_STEPS: Final = 12

UNNUMBERED: Final[Mapping[str, int]] = {}

STATES: Final = {
    StepState.PLANNED: "⏳ is about to be done",
    StepState.RUNNING: "⏳ is being done",
    StepState.RETRYING: "⏳ will be tried again",
    StepState.WAITING: "⏲ waits for its turn",
    StepState.OBSERVED: "👁 would have been done; this playbook only observes",
    StepState.AWAITING: "✋ **waits for approval**",
    StepState.DONE: "✅ done",
    StepState.UNCHANGED: "⚪ nothing to change",
    StepState.SKIPPED: "⏭ passed over",
    StepState.BLOCKED: "🛑 not done",
    StepState.FAILED: "❌ failed",
    StepState.DENIED: "🚫 denied",
    StepState.EXPIRED: "⌛ **not done: nobody decided in time**; to be asked again, comment `/ask`",
    StepState.UNDONE: "↩️ was done, and put back",
}
"""Each state of a step in words, for the cases of people."""


def result_comment(
    step: Step, number: int | None = None, alert: Alert | None = None, zone: tzinfo = UTC
) -> Markdown:
    """Return the comment that tells what came of one step, and what can be answered to it.

    ``number`` tells the step from others; ``alert`` is what it answers.
    """
    which = "" if number is None else f"step {number}, "
    what = {"undo": "Undoing ", "redo": "Doing again "}.get(step.kind, "" if which else "The step ")
    approved = f", allowed by {code(step.approved_by)}" if step.approved_by else ""
    begin = f"{what}{which}"
    told = f"{begin[:1].upper()}{begin[1:]}{code(step.action)}{approved}: {_outcome(step)}"
    return Markdown(told + _hint(step, number, alert, zone))


def _hint(step: Step, number: int | None, alert: Alert | None, zone: tzinfo) -> str:
    """Return what can be answered to the end of one step."""
    if step.state is StepState.AWAITING:
        return f"\n\n{_DECIDE}{_asked([step], alert, zone)}"
    if step.kind == "apply" and _can_be_undone(step):
        return f"\n\n{_WAS_RIGHT} `/undo{'' if number is None else f' {number}'}`."
    return ""


def done_list(
    steps: Sequence[Step],
    numbers: Mapping[str, int] = UNNUMBERED,
    alert: Alert | None = None,
    zone: tzinfo = UTC,
) -> Markdown:
    """Return what was done and what waits, one line for each changing step."""
    if not steps:
        return Markdown("Nothing was changed; this case only tells you about it.")
    lines = [
        f"- {_numbered(step, numbers)}{code(step.action)}: {_outcome(step)}"
        f"{_later(step, alert, zone)}{_receipt(step, zone)}"
        for step in steps[:MOST_STEPS]
    ]
    if len(steps) > MOST_STEPS:
        lines.append(f"- and {len(steps) - MOST_STEPS} more steps")
    if any(step.state is StepState.AWAITING for step in steps):
        lines.append(f"\n{_DECIDE}{_asked(steps, alert, zone)}")
    elif any(_can_be_undone(step) for step in steps):
        one = ", or `/undo` and its number for one step" if len(numbers) > 1 else ""
        lines.append(f"\n{_WAS_RIGHT} `/undo`{one}.")
    if any(not settled(step.state) for step in steps):
        lines.append("\nThis is how it stands now; what comes of it is told in a comment below.")
    return Markdown("\n".join(lines))


_DECIDE: Final = "To decide, comment `/approve` or `/deny reason`."
_WAS_RIGHT: Final = "If it was right after all, comment"


def _can_be_undone(step: Step) -> bool:
    able = step.state in BEFORE["undo"]
    return able and step.receipt is not None and step.receipt.undoable


def answers(steps: Sequence[Step], alert: Alert) -> frozenset[str]:
    """Return the commands that lead to something as it stands, by their words."""
    words = {"ack", "close", "help"} | ({"exempt"} if alert.actor else set())
    delayed = {step.id for step in steps if _due(step, alert) is not None}
    if any(step.state is StepState.AWAITING or step.id in delayed for step in steps):
        words |= {"approve", "deny"}
    if any(step.state is StepState.EXPIRED for step in steps):
        words.add("ask")
    if any(_can_be_undone(step) for step in steps):
        words.add("undo")
    if any(step.state is StepState.UNDONE for step in steps):
        words.add("redo")
    return frozenset(words | ({"pause"} if steps else set()))


def _numbered(step: Step, numbers: Mapping[str, int]) -> str:
    number = numbers.get(step.id) if len(numbers) > 1 else None
    return "" if number is None else f"step {number}, "


def _due(step: Step, alert: Alert | None) -> After | None:
    """Return how long a step waits for its time, if it does."""
    spec = spec_of(step, alert) if alert is not None else None
    return spec.after if step.state is StepState.WAITING and spec is not None else None


def _later(step: Step, alert: Alert | None, zone: tzinfo) -> str:
    """Return when a step's time comes, and what makes it needless before."""
    after = _due(step, alert)
    if after is None:
        return ""
    unless = " or ".join(map(str, after.unless))
    until = f" It is due on {facts.when(step.next_at, zone)}"
    return f"{until}, unless {unless} before." if unless else f"{until}."


def _asked(steps: Sequence[Step], alert: Alert | None, zone: tzinfo) -> str:
    """Return whose approval it takes, and until when."""
    waiting = [step for step in steps if step.state is StepState.AWAITING]
    if alert is None or not waiting:
        return ""
    ends = min((step.ask_until for step in waiting if step.ask_until is not None), default=None)
    until = "" if ends is None else f", until {facts.when(ends, zone)}"
    return f" To approve takes {whose_word(rule_of(waiting[0], alert))}{until}."


def _outcome(step: Step) -> str:
    told = step.receipt.summary if step.receipt is not None else step.error
    words = STATES[step.state]
    if step.state is StepState.DENIED:
        told = step.error
    if step.state is StepState.AWAITING and step.approvals:
        words += f", approved so far by {', '.join(str(code(each.by)) for each in step.approvals)}"
    return f"{words}. {sentence(told)}" if told else f"{words}."


def _receipt(step: Step, zone: tzinfo) -> str:
    """Return where the receipt of a step is: its number, by which it can be undone, and a page."""
    if step.receipt is None:
        return ""
    at = f", {facts.when(step.finished_at, zone)}" if step.finished_at is not None else ""
    return f" (receipt {link(step.id, step.receipt.url)}{at})"
