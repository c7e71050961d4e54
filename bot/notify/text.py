"""A notice as plain text: nothing in it that a chat or a mail program would bring to life."""

import re
from collections.abc import Iterator
from typing import Final

from bot.actions.notice import Notice
from bot.core.playbook import Level
from bot.respond.account import STATES
from bot.respond.facts import facts
from bot.respond.inert import title
from bot.respond.masking import mask

LONGEST: Final = 3_000
"""Characters of a summary that are sent."""

SIGNS: Final = {
    Level.INFORMATIONAL: "⚪",
    Level.LOW: "🔵",
    Level.MEDIUM: "🟡",
    Level.HIGH: "🟠",
    Level.CRITICAL: "🔴",
}

# A code span of GitHub's Markdown: a run of backticks, up to the next run of that very length.
_SPAN: Final = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)


def plain(markdown: str, limit: int = LONGEST) -> str:
    """Return Markdown as plain text.

    Code spans, which hold what is not ours, lose their backticks, and whatever could be a link or
    a mention in them is broken.
    """
    text = _SPAN.sub(_broken, mask(markdown)).replace("\\|", "|")
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _broken(span: re.Match[str]) -> str:
    inside = span[2]
    padded = len(inside) > 2 and inside[0] == inside[-1] == " " and inside.strip()
    return title(inside[1:-1] if padded else inside, 2_000)


def headline(notice: Notice) -> str:
    """Return the notice's one line, with its level."""
    level = notice.alert.playbook.level
    return f"{SIGNS[level]} {level}: {title(notice.title)}"


def rows(notice: Notice) -> list[tuple[str, str]]:
    """Return the table of facts as plain text."""
    return [(plain(name), plain(value, 400)) for name, value in facts(notice.alert)]


def changes(notice: Notice) -> Iterator[str]:
    """Yield what was done, or will be, one line for each changing step."""
    for step in notice.steps:
        told = step.receipt.summary if step.receipt is not None else step.error
        state = STATES[step.state].replace("*", "")
        yield f"{step.action}: {state}" + (f". {title(told, 400)}" if told else ".")
