"""Reading commands from a comment: lines that begin with ``/``, as people write them on GitHub.

Text in code, quotes and hidden HTML comments is what somebody else said, or an example: it is
never a command.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_COMMANDS: Final = 10
"""Commands taken from one comment; the rest is left aside."""

_LONGEST_ARGUMENT: Final = 500
_LONGEST_COMMENT: Final = 65_536  # GitHub's own limit

_COMMAND: Final = re.compile(r" {0,3}/([A-Za-z][A-Za-z_-]{0,30})(?:[ \t]+(.*))?")
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


class Verb(StrEnum):
    """What a person can say to a case."""

    ACK = "ack"
    APPROVE = "approve"
    DENY = "deny"
    ASK = "ask"
    UNDO = "undo"
    REDO = "redo"
    EXEMPT = "exempt"
    UNEXEMPT = "unexempt"
    CLOSE = "close"
    PAUSE = "pause"
    RESUME = "resume"
    HELP = "help"


_VERBS: Final = {str(verb): verb for verb in Verb}


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One command.

    ``verb`` is ``None`` when ``word`` is not a command, ``suggestion`` then the nearest that is;
    ``argument`` is the rest of the line.
    """

    verb: Verb | None
    word: str
    argument: str = ""
    suggestion: Verb | None = None


def parse_commands(text: str) -> tuple[Command, ...]:
    """Return the commands of a comment in order; empty when it is just talk.

    A known command counts on any line. An unknown word counts only on the first line, where it is
    meant as a command; further down it may be a path.
    """
    commands: list[Command] = []
    for first, line in _spoken(text[:_LONGEST_COMMENT]):
        found = _COMMAND.fullmatch(line.rstrip())
        if found is None:
            continue
        command = _command(found[1], found[2] or "")
        if command.verb is not None or first:
            commands.append(command)
    return tuple(commands[:MOST_COMMANDS])


def _command(word: str, argument: str) -> Command:
    name = word.lower()
    verb = _VERBS.get(name)
    near = difflib.get_close_matches(name, _VERBS, n=1) if verb is None else []
    return Command(
        verb=verb,
        word=name,
        argument=argument.strip()[:_LONGEST_ARGUMENT],
        suggestion=Verb(near[0]) if near else None,
    )


def _spoken(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the lines a person says themselves, and whether each is the first that is not blank."""
    fence, first, blank_before = "", True, True
    for line in _without_hidden(text).splitlines():
        marker = _FENCE.fullmatch(line)
        if fence:
            closes = marker is not None and not marker[2].strip() and marker[1].startswith(fence)
            fence = "" if closes else fence
        elif marker is not None:
            fence = marker[1]
        elif line.lstrip(" ").startswith(">") or (blank_before and line[:4] in ("    ", "\t")):
            pass
        elif line.strip():
            yield first, line
        first = first and not line.strip()
        blank_before = not line.strip()


def _without_hidden(text: str) -> str:
    # A comment that is never closed hides the rest, as it does on the page.
    return re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL)
