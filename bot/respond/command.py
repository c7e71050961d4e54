"""Reading commands from a comment: lines that begin with ``/``, as people write them on GitHub.

What is somebody else's, or an example, is never a command: `bot.respond.speech` leaves it out.
"""

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.respond.speech import spoken

MOST_COMMANDS: Final = 10
"""Commands taken from one comment; the rest is left aside."""

_LONGEST_ARGUMENT: Final = 500
_LONGEST_COMMENT: Final = 65_536  # GitHub's own limit

# Any blank ends the word, and a mark that ends a sentence; a letter that only looks like one of
# ours makes it another word. A question is none.
_COMMAND: Final = re.compile(r" {0,3}/([^\W\d_][\w-]{0,30})(?:[.,;:!]?(?:\s+(.*))?)")

_UNSEEN: Final = "\u200b\u200c\u200d\u2060\ufeff"  # what copying from elsewhere brings along


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
    for first, line in spoken(text[:_LONGEST_COMMENT]):
        found = _COMMAND.fullmatch(line.lstrip(_UNSEEN).rstrip().rstrip(_UNSEEN))
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
