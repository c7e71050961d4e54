"""Which steps people mean, and which they cannot have meant."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from bot.core.playbook import After, ApprovalRule
from bot.respond.alert import Answer, CaseFile
from bot.respond.approval import answer
from bot.respond.command import parse_commands
from bot.respond.exemption import Exemption
from bot.respond.pause import Pause
from bot.respond.step import Step, StepState
from bot.respond.word import Word
from tests.respond.story import NOW, OWNER, case, event, planned, playbook, step

HOUR = timedelta(hours=1)


def say(
    text: str, file: CaseFile, *, ago: timedelta = timedelta(0), now: timedelta = HOUR
) -> Answer:
    """Return what an owner's comment leads to that was written ``ago``, and is heard later."""
    word = Word(by="olivia", delivery_id="d-9", installation=7, written_at=NOW - ago, comment=5)
    stop = Pause(org="acme", by="omar", reason="", since=NOW)
    commands = parse_commands(text)
    return answer(commands, file, word=word, standing=OWNER, now=NOW + now, pauses=[stop])


def changing(state: StepState, position: int) -> Step:
    """Return a step that changes something, as the case numbers it."""
    made = step(state, position, undoable=True)
    return replace(made, subject=f"subject-{position}", finished_at=NOW - HOUR)


THREE = case(*(changing(StepState.AWAITING, position) for position in range(3)))


def decided(given: Answer) -> list[int]:
    """Return the positions of the steps that a comment decided about."""
    return [int(change.step_id.rpartition(":")[2]) for change in given.changes]


@pytest.mark.parametrize("verb", ["approve", "deny"])
@pytest.mark.parametrize(
    ("argument", "meant"),
    [
        ("", [0, 1, 2]),
        ("2", [1]),
        ("#2", [1]),
        ("1, 3", [0, 2]),
        ("1 and 3 it was agreed", [0, 2]),
        ("step 2", [1]),
        ("only step 2", [1]),
        ("only 2", [1]),
        ("please, but just step 2", [1]),
        ("steps 1 & 2", [0, 1]),
        ("it was agreed", [0, 1, 2]),
        ("4", []),
        ("12345", []),
        ("step 9", []),
    ],
)
def test_who_names_a_step_means_no_other(verb: str, argument: str, meant: list[int]) -> None:
    """By the number that the case shows; one that there is not changes nothing."""
    assert decided(say(f"/{verb} {argument}", THREE)) == meant


def test_a_step_that_waits_for_its_time_can_be_named_too() -> None:
    """Although another one waits for approval."""
    file = delayed()
    (waiting,) = file.steps
    other = replace(changing(StepState.AWAITING, 1), alert_id=waiting.alert_id)
    both = replace(file, steps=(waiting, other))
    assert decided(say("/deny 1", both)) == [0]
    assert decided(say("/deny", both)) == [1]


def test_who_denies_too_late_learns_what_happens() -> None:
    """Somebody else approved, and it is tried again and again."""
    approved = replace(changing(StepState.RETRYING, 0), approved_by="omar")
    given = say("/deny", case(approved))
    assert given.changes == ()
    assert "is being done" in str(given.steps[0].params["body"])


def test_what_follows_the_number_is_the_reason() -> None:
    """It is kept with the step."""
    (change,) = say("/deny 2 the team needs it", THREE).changes
    assert change.why == "Denied by olivia: the team needs it"


def test_an_undo_that_waits_goes_by_the_number_of_what_it_puts_back() -> None:
    """As its report calls it."""
    done = [changing(StepState.DONE, position) for position in range(2)]
    waiting = replace(
        changing(StepState.AWAITING, 9),
        id="undo:x:1",
        alert_id=None,
        kind="undo",
        undo_of=done[1].id,
    )
    file = case(*done, waiting)
    assert [each.step_id for each in say("/approve 2", file).changes] == ["undo:x:1"]
    assert say("/approve 1", file).changes == ()


def test_a_sentence_about_a_step_undoes_no_other() -> None:
    """Whoever writes more than a number."""
    file = case(*(changing(StepState.DONE, position) for position in range(3)))
    undone = [each.undo_of for each in say("/undo just step 2, please", file).steps[1:]]
    assert undone == [file.steps[1].id]


def test_a_late_word_does_not_answer_a_later_question() -> None:
    """What was asked again since then is another question."""
    week = ApprovalRule().expires
    asked = replace(step(StepState.AWAITING), ask_until=NOW + week)
    assert say("/approve", case(asked)).changes != ()
    again = replace(step(StepState.AWAITING), ask_until=NOW + HOUR + week)
    given = say("/approve", case(again), now=2 * HOUR)
    assert given.changes == ()
    assert "came in after that comment" in str(given.steps[0].params["body"])


@pytest.mark.parametrize("verb", ["undo", "redo"])
def test_a_late_word_does_not_turn_back_what_was_turned_since(verb: str) -> None:
    """An ``/undo`` of the day before must not undo today's ``/redo``, nor the other way round."""
    state = StepState.DONE if verb == "undo" else StepState.UNDONE
    first = replace(changing(state, 0), receipt=changing(StepState.DONE, 0).receipt)
    kinds: tuple[Literal["undo", "redo"], ...] = ("undo", "redo", "undo")
    kinds = kinds[:2] if verb == "undo" else kinds
    turns = [
        replace(
            changing(StepState.DONE, 0),
            id=f"{kind}:{number}",
            alert_id=None,
            kind=kind,
            undo_of=first.id,
            finished_at=NOW - HOUR / (number + 1),
        )
        for number, kind in enumerate(kinds)
    ]
    file = case(first, *turns)
    assert len(say(f"/{verb}", file).steps) == 2
    late = say(f"/{verb}", file, ago=HOUR / 2 + timedelta(minutes=5))
    assert len(late.steps) == 1


def test_a_late_resume_ends_no_later_pause() -> None:
    """Whoever paused meanwhile did not know of it."""
    file = case(step(StepState.DONE))
    assert say("/resume", file).resumes == "acme"
    late = say("/resume", file, ago=HOUR)
    assert late.resumes is None
    assert "began after that comment" in str(late.steps[0].params["body"])


def test_a_late_unexempt_ends_no_later_exemption() -> None:
    """It was written about another one."""
    file = case(step(StepState.DONE))
    (found,) = say("/exempt 30d agreed", file).exempts
    held: Exemption = replace(found, since=NOW)
    assert say("/unexempt", replace(file, exemptions=(held,))).ends == (held.id,)
    assert say("/unexempt", replace(file, exemptions=(held,)), ago=HOUR).ends == ()


def test_a_late_close_closes_nothing_that_happened_since() -> None:
    """Although nothing of it waits for a decision."""
    file = case(step(StepState.DONE))
    assert say("/close it is fine", file).case_state is not None
    assert say("/close it is fine", file, ago=HOUR).case_state is None


def delayed() -> CaseFile:
    """Return a case with a change that waits for its time, and takes two people's word."""
    book = playbook(("revert", {}))
    spec = replace(book.response.steps[0], after=After(span=HOUR))
    rule = ApprovalRule(approvers=2)
    book = replace(book, response=replace(book.response, steps=(spec,), approval=rule))
    return case(made=planned(event(), book))


def test_several_people_hasten_a_delayed_change_together() -> None:
    """The first is counted while it goes on waiting for its time."""
    file = delayed()
    (waiting,) = file.steps
    assert waiting.state is StepState.WAITING
    first = say("/approve", file)
    (change,) = first.changes
    assert (change.state, change.expected) == (StepState.WAITING, StepState.WAITING)
    assert "Approved by 1 of 2" in str(first.steps[0].params["body"])
    given = tuple(replace(each, by="omar") for each in change.approvals or ())
    file = replace(file, steps=(replace(waiting, approvals=given),))
    (change,) = say("/approve", file).changes
    assert change.state is StepState.PLANNED
