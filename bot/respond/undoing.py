"""What of a case can be put back, or made again after that, and the steps that do so."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from bot.respond.alert import Answer, CaseFile
from bot.respond.life import settled
from bot.respond.step import Approval, Step, StepState

_LIST: Final = r"(?:#?\d{1,9}(?!\w)(?:[\s,&]|and\b)*)+"
_NUMBERS: Final = re.compile(rf"(?:only\s+)?(?:steps?\s*)?{_LIST}", re.IGNORECASE)
_STEPS: Final = re.compile(rf"\bsteps?\s*{_LIST}", re.IGNORECASE)
"""Who names a step in the middle of a sentence means that one, and by no means all."""

Way = Literal["undo", "redo"]
"""To put a step back, or to make it again after that."""

BEFORE: Final[Mapping[Way, frozenset[StepState]]] = {
    # What failed may have been made in part; then it left a receipt of what was there.
    "undo": frozenset({StepState.DONE, StepState.FAILED}),
    "redo": frozenset({StepState.UNDONE}),
}
"""Where a step has to stand for it."""


def numbers(file: CaseFile) -> dict[str, int]:
    """Return by what number people call each changing step of a case: by its id, from 1.

    A step keeps its number: later alerts come after it.
    """
    changing = [step for step in file.steps if step.kind == "apply" and _changes(step)]
    return {step.id: number for number, step in enumerate(changing, start=1)}


def _changes(step: Step) -> bool:
    # Steps of an earlier version tell no subject.
    return step.subject is not None or (step.receipt is not None and step.receipt.undoable)


def can_go(step: Step, file: CaseFile, way: Way) -> bool:
    """Tell whether a step can be put back, or made again."""
    if (
        step.kind != "apply"
        or step.alert_id is None
        or step.state not in BEFORE[way]
        or step.receipt is None
    ):
        return False
    if way == "undo":
        return step.receipt.undoable
    # Nobody wants half of it again.
    return step.receipt.state is not StepState.FAILED and undone_by(step, file) is not None


def undone_by(step: Step, file: CaseFile) -> Step | None:
    """Return the last step that put a step back."""
    undos = [
        each
        for each in file.steps
        if each.kind == "undo"
        and each.undo_of == step.id
        and each.state is StepState.DONE
        and each.receipt is not None
    ]
    return undos[-1] if undos else None


def is_under_way(step: Step, pending: Sequence[Step]) -> bool:
    """Tell whether a step is being put back, or made again, by one of ``pending``."""
    return any(each.undo_of == step.id and not settled(each.state) for each in pending)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pick:
    """Which steps somebody names by number: their ids, ``None`` when they name none.

    ``unknown`` are numbers that no changing step has, ``rest`` is what they say besides.
    """

    ids: frozenset[str] | None
    unknown: tuple[int, ...] = ()
    rest: str = ""


def pick(argument: str, file: CaseFile) -> Pick:
    """Return the steps that a command's argument names."""
    begins = _NUMBERS.match(argument)
    found = begins or _STEPS.search(argument)
    if found is None:
        return Pick(ids=None, rest=argument)
    wanted = [int(each) for each in re.findall(r"\d+", found[0])]
    known = {number: step_id for step_id, number in numbers(file).items()}
    return Pick(
        ids=frozenset(known[number] for number in wanted if number in known),
        unknown=tuple(number for number in wanted if number not in known),
        rest=argument[found.end() :].strip() if begins else argument,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Which steps somebody means; ``unknown`` are numbers that no changing step has."""

    steps: tuple[Step, ...]
    unknown: tuple[int, ...] = ()


def choose(argument: str, file: CaseFile, way: Way) -> Choice:
    """Return the steps that ``/undo`` or ``/redo`` means: those it numbers, else all it can.

    The last one done comes first: what was done on top of another is put back before it.
    """
    able = [step for step in file.steps if can_go(step, file, way)]
    picked = pick(argument, file)
    if picked.ids is not None:
        able = [step for step in able if step.id in picked.ids]
    return Choice(steps=_in_order(able, way), unknown=picked.unknown)


def _in_order(steps: Sequence[Step], way: Way) -> tuple[Step, ...]:
    return tuple(reversed(steps)) if way == "undo" else tuple(steps)


def stands_since(step: Step, file: CaseFile) -> datetime | None:
    """Return since when a step is as it is: done, put back, or made again after that."""
    turns = [each for each in file.steps if each.undo_of == step.id]
    turns = [each for each in turns if each.state is StepState.DONE]
    ends = [each.finished_at for each in (step, *turns) if each.finished_at is not None]
    return max(ends, default=None)


def going(
    step: Step,
    file: CaseFile,
    way: Way,
    *,
    by: str,
    installation: int,
    position: int,
    now: datetime,
    approvals: tuple[Approval, ...] = (),
) -> Step:
    """Return the step that puts another one back, or makes it again, on a person's word.

    ``approvals`` hold the comment it was given in: that has to stand when the step is made.
    """
    before = sum(each.kind == way and each.undo_of == step.id for each in file.steps)
    return Step(
        id=f"{way}:{step.id}:{before + 1}",
        case_id=step.case_id,
        alert_id=None,
        installation=installation,
        position=position,
        action=step.action,
        params=step.params,
        kind=way,
        undo_of=step.id,
        lane=step.lane,
        next_at=now,
        approved_by=by,
        approvals=approvals,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """The step that an id stands for, and what to do with it: an undo itself is put back."""

    step: Step
    way: Way


def target(step_id: str, file: CaseFile) -> Target | str:
    """Return what to do to undo a step of a case, or why nothing can be done, as a sentence."""
    meant = next((step for step in file.steps if step.id == step_id), None)
    if meant is None:
        return f"there is no step {step_id}"
    way: Way = "redo" if meant.kind == "undo" else "undo"
    step = meant
    if meant.undo_of is not None:
        step = next((each for each in file.steps if each.id == meant.undo_of), meant)
    if is_under_way(step, file.steps):
        return f"{step.action} is being put back, or made again, just now"
    if not can_go(step, file, way):
        return _why_not(step, way)
    return Target(step=step, way=way)


def _why_not(step: Step, way: Way) -> str:
    verb = "put back" if way == "undo" else "made again"
    if step.kind == "apply" and step.state in BEFORE[way] - {StepState.FAILED}:
        return f"what {step.action} did can't be {verb}"
    return f"{step.action} can't be {verb}: it is {step.state}"


def by_operator(goal: Target, file: CaseFile, *, by: str, now: datetime) -> Answer:
    """Return what an operator's word at the command line leads to."""
    step = going(
        goal.step,
        file,
        goal.way,
        by=by,
        installation=file.case.installation,
        position=0,
        now=now,
    )
    return Answer(
        case_id=file.case.id,
        expected=file.case.state,
        holds=((goal.step.id, goal.step.state),),
        heard=True,
        steps=(step,),
    )
