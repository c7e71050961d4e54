"""Many alerts of one case in one comment: how many there were, and what the last ones were."""

from collections.abc import Sequence
from typing import Final

from bot.respond.alert import Alert
from bot.respond.facts import when
from bot.respond.inert import Markdown, cell, in_cell
from bot.respond.render import STATES, marker
from bot.respond.sentence import happened
from bot.respond.step import Step, StepState

MOST_ROWS: Final = 10

_MOST_STEPS: Final = 4


def burst_marker(case_id: str) -> Markdown:
    """Return the hidden line by which a case's comment about a burst is found again."""
    return marker("burst", case_id)


def burst_comment(case_id: str, told: Sequence[tuple[Alert, Sequence[Step]]]) -> Markdown:
    """Return the comment; ``told`` are the alerts with their changing steps, oldest first."""
    rows = "\n".join(_row(alert, steps) for alert, steps in told[-MOST_ROWS:])
    last = f"the last {MOST_ROWS} are" if len(told) > MOST_ROWS else "they are"
    waits = any(step.state is StepState.AWAITING for _, steps in told for step in steps)
    decide = "\n\nTo decide, comment `/approve` or `/deny`." if waits else ""
    return Markdown(
        f"{burst_marker(case_id)}\n**And {len(told)} more.** Further alerts of this case are told "
        f"in this one comment, which changes with each of them; {last}:\n\n"
        f"| When | What | What was done | Alert |\n|---|---|---|---|\n{rows}{decide}"
    )


def _row(alert: Alert, steps: Sequence[Step]) -> str:
    done = ", ".join(f"{cell(step.action)} {STATES[step.state]}" for step in steps[:_MOST_STEPS])
    cells = (when(alert.happened_at), in_cell(happened(alert)), done or "told only", cell(alert.id))
    return f"| {' | '.join(cells)} |"
