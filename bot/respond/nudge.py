"""The words in which time speaks on a case: reminders, calls for more people, endings."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.core.times import spell_span
from bot.respond.inert import Markdown, code, mention
from bot.respond.life import Stage
from bot.respond.step import Step

_NEEDS: Final = {
    Stage.AWAITING: "It waits for a decision: comment `/approve` or `/deny reason`.",
    Stage.FAILED: "A change could not be made, so somebody has to look: what failed is told "
    "above. When it is settled, comment `/close reason`.",
}

_USUAL: Final = (
    "Somebody should say whether it was right: comment `/ack` to look after it, or "
    "`/close reason`, for instance as a false alarm."
)


def reminder(
    stage: Stage, *, silent: timedelta, waiting: Sequence[Step], person: str | None
) -> Markdown:
    """Return the comment that reminds of a case; ``person`` is mentioned, if given."""
    whom = f"{mention(person)}, this" if person is not None else "This case"
    names = ", ".join(dict.fromkeys(code(step.action) for step in waiting))
    waits = f" What waits: {names}." if names else ""
    return Markdown(
        f"**A reminder.** {whom} still needs an answer, and nobody has said anything for "
        f"{_span(silent)}. {_NEEDS.get(stage, _USUAL)}{waits}"
    )


def escalation(stage: Stage, *, silent: timedelta, org: str, team: str | None) -> Markdown:
    """Return the comment that calls the team of the settings to a case."""
    whom = f"@{org}/{team}, this case needs you." if team is not None else "This case needs you."
    return Markdown(
        f"**Nobody has answered for {_span(silent)}.** {whom} {_NEEDS.get(stage, _USUAL)}"
    )


def put_right(silent: timedelta) -> str:
    """Say why a case is closed that was put right."""
    return f"it was settled, and nobody objected for {_span(silent)}"


def was_right(silent: timedelta) -> str:
    """Say why a case is closed about which nothing had to be done any more."""
    return (
        "it was right again before Tipstaff came to put it right, and nobody said anything for "
        f"{_span(silent)}"
    )


def unanswered(silent: timedelta) -> str:
    """Say why a case expires."""
    return f"nobody answered for {_span(silent)}"


def ending(reason: str, *, reopens: timedelta | None) -> Markdown:
    """Return the comment that closes a case by time."""
    again = (
        "a new case is opened, which refers to this one"
        if reopens is None
        else f"within {spell_span(reopens)}, this case is opened again; later, a new one refers "
        "to it"
    )
    return Markdown(
        f"**Closed, because {reason}.** If the same happens again, {again}. `/undo` still works "
        "here."
    )


def _span(span: timedelta) -> str:
    """Return a span as people say it: whole days, or whole hours."""
    size = timedelta(days=1) if span >= timedelta(days=3) else timedelta(hours=1)
    if span < size:
        size = timedelta(minutes=1)
    return spell_span(max(span // size, 1) * size)
