"""What a test is about: a field, and how dear it is to answer.

What is dear is asked only where something cheap has not decided already, so questions about one
field are told apart by what answering them takes.
"""

from enum import IntEnum
from typing import NamedTuple

from bot.detect.condition import (
    Boolean,
    Exists,
    Network,
    Null,
    Number,
    Operand,
    Placeholder,
    Regex,
    Test,
    Text,
    TimePart,
    Wild,
)


class Effort(IntEnum):
    """What it takes to answer, for a value that was not met lately."""

    LOOK = 0  # one look into a table
    SEARCH = 1  # a search for texts, anywhere inside
    MATCH = 2  # a pattern


class Aspect(NamedTuple):
    """A field (``None``: every value of the event), and what answering takes."""

    field: str | None
    effort: Effort


def aspect(test: Test) -> Aspect | None:
    """Return what a test is about.

    ``None`` for what no single field decides: a comparison of two fields, a question of another
    rule language, a list that is filled in later.
    """
    efforts = [_effort(operand) for operand in test.operands]
    known = [effort for effort in efforts if effort is not None]
    if len(known) < len(efforts):
        return None
    if test.field is None:
        absence = any(isinstance(operand, Null | Exists) for operand in test.operands)
        return None if absence else Aspect(None, Effort.MATCH)
    return Aspect(test.field, max(known, default=Effort.LOOK))


def _effort(operand: Operand) -> Effort | None:
    match operand:
        case Text() | Regex() if any(isinstance(part, Placeholder) for part in operand.parts):
            return None
        case Regex():
            return Effort.MATCH
        case Text():
            return _effort_of_text(operand)
        case Boolean() | Exists() | Network() | Null() | Number() | TimePart():
            return Effort.LOOK
        case _:
            return None


def _effort_of_text(text: Text) -> Effort:
    match text.parts:
        case () | (_,) | (str(), Wild.MANY) | (Wild.MANY, str()):
            return Effort.LOOK
        case (Wild.MANY, str(), Wild.MANY):
            return Effort.SEARCH
        case _:
            return Effort.MATCH
