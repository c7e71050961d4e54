"""Many alerts of one case in one comment: how many, when, what was done, and the last of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any, Final

from bot.respond.account import STATES, UNNUMBERED
from bot.respond.alert import Alert, CaseFile
from bot.respond.facts import when
from bot.respond.inert import Markdown, cell, code, in_cell
from bot.respond.marker import marker, sealed
from bot.respond.sentence import happened
from bot.respond.step import Step, StepState

MOST_ROWS: Final = 10

FOLDED: Final = "folded"
"""What the receipt of a step holds that told of its alert in the comment of many."""

_MOST_STEPS: Final = 4
_MOST_KINDS: Final = 30


def burst_marker(case_id: str) -> Markdown:
    """Return the hidden line by which a case's comment about a burst is found again."""
    return marker("burst", case_id)


def burst_comment(
    case_id: str,
    told: Sequence[tuple[Alert, Sequence[Step]]],
    zone: tzinfo = UTC,
    numbers: Mapping[str, int] = UNNUMBERED,
) -> Markdown:
    """Return the comment; ``told`` are the alerts with their changing steps, oldest first.

    ``numbers`` are those of steps, by id, by which people tell one from another.
    """
    rows = "\n".join(_row(alert, steps, zone, numbers) for alert, steps in told[-MOST_ROWS:])
    last = f"The last {MOST_ROWS} are:" if len(told) > MOST_ROWS else "They are:"
    waits = any(step.state is StepState.AWAITING for _, steps in told for step in steps)
    decide = "\n\nTo decide, comment `/approve` or `/deny reason`." if waits else ""
    body = (
        f"**And {len(told)} more.** {_span(told, zone)} Further alerts "
        "of this case are told in this one comment, which changes with each of them, and with what "
        f"is done about it.{_sums(told)}{decide}\n\n{last}\n\n"
        f"| When | What | What was done | Alert |\n|---|---|---|---|\n{rows}"
    )
    return sealed(body, burst_marker(case_id))


def told_in_burst(alert_id: str | None, file: CaseFile) -> Step | None:
    """Return the step that told of an alert in the comment of many, if one did last."""
    told = [
        step
        for step in file.steps
        if alert_id is not None
        and step.alert_id == alert_id
        and step.state is StepState.DONE
        and step.receipt is not None
        and step.receipt.issue is not None
    ]
    return told[-1] if told and FOLDED in _after(told[-1]) else None


def _after(step: Step) -> Mapping[str, Any]:
    return step.receipt.after if step.receipt is not None else {}


def _span(told: Sequence[tuple[Alert, Sequence[Step]]], zone: tzinfo) -> str:
    """Return when the first of the alerts happened, and the last."""
    moments = [alert.happened_at for alert, _ in told]
    first, last = when(min(moments), zone), when(max(moments), zone)
    return f"On {first}." if first == last else f"The first on {first}, the last on {last}."


def _sums(told: Sequence[tuple[Alert, Sequence[Step]]]) -> str:
    """Return what was done about all of them: rows are shown of the last only."""
    counted = Counter((step.action, step.state) for _, steps in told for step in steps)
    lines = [
        f"- {code(action)}, {number} time{'s' if number > 1 else ''}: {STATES[state]}"
        for (action, state), number in sorted(counted.items())[:_MOST_KINDS]
    ]
    return "\n\n" + "\n".join(lines) if lines else ""


def _row(alert: Alert, steps: Sequence[Step], zone: tzinfo, numbers: Mapping[str, int]) -> str:
    done = ", ".join(_done(step, numbers.get(step.id)) for step in steps[:_MOST_STEPS])
    what = in_cell(happened(alert))
    cells = (when(alert.happened_at, zone), what, done or "told only", cell(alert.id))
    return f"| {' | '.join(cells)} |"


def _done(step: Step, number: int | None) -> str:
    which = "" if number is None else f"step {number}, "
    return f"{which}{cell(step.action)} {STATES[step.state]}"
