"""What time asks for about a case: by its stage, its silence and the times of its level."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.core.times import Times
from bot.respond.alert import CaseFile, CaseState
from bot.respond.life import STAGES, Stage, stage_of
from bot.respond.outlook import LABELLED, case_states
from bot.respond.rounds import BUSY, Asks, Round, look
from bot.respond.standing import ends_silence
from bot.respond.step import Issue, Receipt, Step, StepState
from tests.respond.story import CHANGING, NOW, case, step

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TIMES = Times(remind=24 * HOUR, escalate=12 * HOUR, close=7 * DAY, expire=30 * DAY, reopen=5 * DAY)
OPENING = frozenset({"open-issue"})
ISSUE = Issue(repository="acme/widgets", number=1, url="https://github.com/acme/widgets/issues/1")


def asks(times: Times = TIMES, team: str | None = "guards") -> Asks:
    """Return what a look goes by."""
    return Asks(times=times, changing=CHANGING, opening=OPENING, team=team)


def told(*steps: Step, **changes: Any) -> CaseFile:
    """Return a case with an issue, opened at NOW."""
    opened = replace(step(StepState.DONE, 9), action="open-issue", finished_at=NOW)
    opens = any(each.action == "open-issue" for each in steps)
    file = case(*steps, *(() if opens else (opened,)))
    file = replace(file, case=replace(file.case, **{"issue": ISSUE, **changes}))
    return shown(file)


def shown(file: CaseFile, *, nth: int = 1) -> CaseFile:
    """Return a case whose issue has the label of its stage."""
    stage = stage_of(file.case.state, case_states(file, CHANGING))
    label = replace(
        step(StepState.DONE),
        id=f"round:{file.case.id}:stage:{nth}",
        alert_id=None,
        action="label",
        params={"labels": [str(stage)] if stage in LABELLED else []},
    )
    return replace(file, steps=(*file.steps, label))


def silent(steps: tuple[Step, ...] = (), **changes: Any) -> CaseFile:
    """Return a case with an issue in which nothing changes anything, unless steps are given."""
    opened = replace(step(StepState.DONE), action="open-issue", finished_at=NOW)
    return told(*(steps or (opened,)), **changes)


def done(state: StepState = StepState.DONE, *, right: bool = False) -> Step:
    """Return a revert that ended at NOW."""
    receipt = Receipt(state=state, summary="Done.", right=right)
    return replace(step(state), receipt=receipt, finished_at=NOW)


def at(file: CaseFile, moment: datetime, times: Times = TIMES) -> Round:
    """Look at a case at a moment."""
    return look(file, asks(times), now=moment)


def test_the_first_look_only_says_when_to_look_again() -> None:
    """Nothing is due about a case that has just been opened."""
    assert at(silent(), NOW) == Round(next_at=NOW + 24 * HOUR)


def test_a_case_that_nobody_answers_is_reminded_of_after_its_time() -> None:
    """The person concerned is mentioned; to the second, not earlier."""
    assert at(silent(), NOW + 24 * HOUR - timedelta(seconds=1)).steps == ()
    found = at(silent(), NOW + 24 * HOUR)
    (comment,) = found.steps
    assert found.reminded
    assert (comment.action, comment.alert_id) == ("comment", None)
    assert "@mallory, this still needs an answer" in comment.params["body"]
    assert "24 hours" in comment.params["body"]


def test_a_playbook_that_mentions_nobody_is_reminded_of_without_a_mention() -> None:
    """`mention: false` holds for reminders too."""
    quiet = replace(step(StepState.DONE), action="open-issue", params={"mention": False})
    (comment,) = at(silent((quiet,)), NOW + 24 * HOUR).steps
    assert "@" not in comment.params["body"]


def test_what_waits_for_approval_is_named_in_the_reminder_and_nobody_is_mentioned() -> None:
    """The person concerned may not decide."""
    (comment,) = at(told(step(StepState.AWAITING)), NOW + 24 * HOUR).steps
    assert "`/approve`" in comment.params["body"]
    assert "What waits: `revert`" in comment.params["body"]
    assert "@" not in comment.params["body"]


def test_after_a_reminder_the_team_is_called_once() -> None:
    """With a mention, and a label on the issue."""
    reminded = NOW + 25 * HOUR
    file = silent(reminded_at=reminded)
    assert at(file, reminded) == Round(next_at=reminded + 12 * HOUR)
    found = at(file, reminded + 12 * HOUR)
    assert found.escalated
    assert [each.action for each in found.steps] == ["comment", "label"]
    assert "@acme/guards, this case needs you" in found.steps[0].params["body"]
    assert found.steps[1].params == {"labels": ["escalated"]}
    called = silent(reminded_at=reminded, escalated_at=reminded + 12 * HOUR)
    assert at(called, reminded + 13 * HOUR) == Round(next_at=NOW + 30 * DAY)


def test_without_a_team_the_case_is_called_out_without_a_mention() -> None:
    """The label tells those who look for it."""
    file = silent(reminded_at=NOW + 24 * HOUR)
    found = look(file, asks(team=None), now=NOW + 40 * HOUR)
    assert "@" not in found.steps[0].params["body"]
    assert found.escalated


def test_a_persons_word_begins_the_silence_anew() -> None:
    """Reminder and call follow the last word, and each comes once in each silence."""
    heard = NOW + 30 * HOUR
    file = silent(reminded_at=NOW + 24 * HOUR, heard_at=heard)
    assert at(file, heard + HOUR) == Round(next_at=heard + 24 * HOUR)
    found = at(file, heard + 24 * HOUR)
    assert found.reminded
    other = at(silent(), NOW + 24 * HOUR).steps[0].id
    again = replace(file, steps=(*file.steps, replace(file.steps[0], id=other)))
    assert at(again, heard + 24 * HOUR).steps[0].id != other


def test_who_looks_after_a_case_is_not_reminded() -> None:
    """`/ack` ends reminders, except where a decision is waited for."""
    acknowledged = silent(state=CaseState.ACKNOWLEDGED)
    assert at(acknowledged, NOW + 400 * DAY) == Round()
    waiting = told(step(StepState.AWAITING), state=CaseState.ACKNOWLEDGED)
    assert at(waiting, NOW + 24 * HOUR).reminded


@pytest.mark.parametrize("state", [StepState.DONE, StepState.UNDONE, StepState.DENIED])
def test_what_was_put_right_is_closed_when_nobody_objects(state: StepState) -> None:
    """With a comment that says why and what happens if it recurs, then the issue itself."""
    file = told(done(state))
    assert at(file, NOW) == Round(next_at=NOW + 7 * DAY)
    found = at(file, NOW + 7 * DAY)
    assert found.state is CaseState.CLOSED
    assert [each.action for each in found.steps][:2] == ["comment", "close-issue"]
    assert "nobody objected for 7 days" in found.steps[0].params["body"]
    assert "within 5 days, this case is opened again" in found.steps[0].params["body"]
    assert found.steps[1].params["outcome"] == "completed"


def test_what_was_right_already_is_closed_where_a_reminder_would_come() -> None:
    """There is nothing left to be reminded of."""
    found = at(told(done(StepState.UNCHANGED, right=True)), NOW + 24 * HOUR)
    assert found.state is CaseState.CLOSED
    assert "right again before Tipstaff came" in found.steps[0].params["body"]
    moved_on = told(done(StepState.UNCHANGED))
    assert at(moved_on, NOW + 24 * HOUR) == Round(next_at=NOW + 7 * DAY)


@pytest.mark.parametrize("state", [StepState.FAILED, StepState.AWAITING])
def test_what_needs_a_person_is_never_closed_by_time(state: StepState) -> None:
    """It is reminded of and called out, and stays open."""
    file = told(done(), replace(step(state, 1), finished_at=NOW))
    assert at(file, NOW + 24 * HOUR).reminded
    over = replace(
        file,
        case=replace(file.case, reminded_at=NOW + 24 * HOUR, escalated_at=NOW + 36 * HOUR),
    )
    assert at(over, NOW + 1000 * DAY) == Round()


def test_a_case_that_only_tells_expires_after_it_was_reminded_of() -> None:
    """Whoever was reminded late, after an outage, still has the time to answer."""
    late = NOW + 100 * DAY
    assert at(silent(), late).reminded
    file = silent(reminded_at=late, escalated_at=late)
    assert at(file, late + HOUR) == Round(next_at=late + 24 * HOUR)
    found = at(file, late + 24 * HOUR)
    assert found.state is CaseState.EXPIRED
    assert found.steps[1].params["outcome"] == "not_planned"


def test_never_is_never() -> None:
    """A level without times stays as it is, whatever its stage."""
    for file in (silent(), told(done()), told(step(StepState.AWAITING))):
        assert at(file, NOW + 1000 * DAY, Times()) == Round()


def test_a_case_in_which_something_is_being_done_is_looked_at_later() -> None:
    """A step that waits for its hour does not stop the clock, though."""
    busy = told(done(), replace(step(StepState.RETRYING, 1), next_at=NOW))
    assert at(busy, NOW + 24 * HOUR) == Round(next_at=NOW + 24 * HOUR + BUSY)
    later = told(replace(step(StepState.PLANNED), next_at=NOW + 90 * DAY))
    assert at(later, NOW + 24 * HOUR).reminded


def test_a_closed_case_is_left_alone() -> None:
    """So is one that expired."""
    for state in (CaseState.CLOSED, CaseState.EXPIRED):
        assert at(silent(state=state), NOW + 1000 * DAY) == Round()


def test_what_was_only_watched_expires_without_a_word() -> None:
    """It has no issue, and nobody waits for it."""
    file = case(replace(step(StepState.OBSERVED), finished_at=NOW))
    assert at(file, NOW) == Round(next_at=NOW + 30 * DAY)
    assert at(file, NOW + 30 * DAY) == Round(state=CaseState.EXPIRED)


def test_what_was_put_right_without_an_issue_is_closed_without_a_word() -> None:
    """Or it would stand, and take whatever happens, for ever."""
    file = case(done())
    assert at(file, NOW) == Round(next_at=NOW + 7 * DAY)
    assert at(file, NOW + 7 * DAY) == Round(state=CaseState.CLOSED)


def test_an_issue_for_which_there_was_no_place_is_tried_again() -> None:
    """The security repository may have been made since."""
    failed = replace(step(StepState.FAILED), action="open-issue", error="No place.")
    file = case(failed)
    assert at(file, NOW) == Round(next_at=NOW + 24 * HOUR)
    found = at(file, NOW + 24 * HOUR)
    (again,) = found.steps
    assert (again.action, again.state, again.error) == ("open-issue", StepState.PLANNED, "")
    assert (again.alert_id, again.position) == (failed.alert_id, failed.position + 1)
    assert found.reminded


def test_a_question_is_asked_even_where_the_playbook_opens_no_issue() -> None:
    """With what the playbook says of its issue plainly; once, and only for what nobody read of."""
    skipped = replace(
        step(StepState.SKIPPED, 1), action="open-issue", params={"title": "{{ user }}"}
    )
    for steps in ((step(StepState.AWAITING),), (step(StepState.AWAITING), skipped)):
        file = case(*steps)
        (asked,) = at(file, NOW).steps
        assert (asked.action, asked.state) == ("open-issue", StepState.PLANNED)
        assert (asked.alert_id, asked.position) == (file.alerts[0].id, len(steps))
        assert asked.params == {}
        assert at(replace(file, steps=(*steps, asked)), NOW) == Round(next_at=NOW + BUSY)
        for state in (StepState.DONE, StepState.FAILED, StepState.OBSERVED):
            ended = replace(asked, state=state, finished_at=NOW)
            assert at(replace(file, steps=(*steps, ended)), NOW).steps == ()


def test_a_question_of_a_further_alert_is_asked_in_the_issue_that_there_is() -> None:
    """Its own step was passed over: the issue tells of the first alert only."""
    skipped = replace(step(StepState.SKIPPED, 1), action="open-issue")
    (asked,) = at(told(step(StepState.AWAITING), skipped), NOW).steps
    assert asked.action == "open-issue"


def test_what_waits_for_an_approval_does_not_stop_the_clock() -> None:
    """Or nobody would be reminded that the approval is waited for."""
    after = replace(step(StepState.WAITING, 1), needs=(0,))
    last = replace(step(StepState.WAITING, 2), needs=(1,))
    found = at(told(step(StepState.AWAITING), after, last), NOW + 24 * HOUR)
    assert found.reminded
    ready = told(done(), replace(after, next_at=NOW))
    assert at(ready, NOW + 24 * HOUR) == Round(next_at=NOW + 24 * HOUR + BUSY)


def test_an_alert_that_could_not_be_told_in_the_issue_is_told_again() -> None:
    """A day after the last try, as it was to be told; until that works."""
    failed = replace(
        step(StepState.FAILED, 1), action="open-issue", params={"title": "T"}, finished_at=NOW
    )
    file = told(done(), failed)
    assert at(file, NOW + 24 * HOUR - timedelta(seconds=1)).steps == ()
    (again,) = at(file, NOW + 24 * HOUR).steps
    assert (again.action, again.params, again.position) == ("open-issue", {"title": "T"}, 2)
    twice = replace(again, state=StepState.FAILED, finished_at=NOW + 25 * HOUR)
    assert at(replace(file, steps=(*file.steps, twice)), NOW + 26 * HOUR).steps == ()
    worked = replace(again, state=StepState.DONE)
    assert at(replace(file, steps=(*file.steps, worked)), NOW + 26 * HOUR).steps == ()


def test_the_label_says_where_the_case_stands() -> None:
    """Set when that has changed, and taken off when GitHub itself says that it is closed."""
    waiting = told(step(StepState.AWAITING))
    unlabelled = replace(waiting, steps=waiting.steps[:-1])
    (label,) = at(unlabelled, NOW).steps
    assert (label.action, label.params["labels"]) == ("label", ["awaiting approval"])
    assert "acted" in label.params["remove"]
    assert "awaiting approval" not in label.params["remove"]
    assert at(unlabelled, NOW).next_at == NOW + 24 * HOUR
    assert at(replace(unlabelled, steps=(*unlabelled.steps, label)), NOW).next_at == NOW + BUSY
    approved = replace(waiting, steps=(done(), *waiting.steps[1:]))
    (label,) = at(approved, NOW).steps
    assert (label.id[-2:], label.params["labels"]) == (":2", ["acted"])
    closed = replace(waiting, case=replace(waiting.case, state=CaseState.CLOSED))
    found = at(closed, NOW)
    assert (found.next_at, [each.params["labels"] for each in found.steps]) == (None, [[]])
    receipt = Receipt(state=StepState.DONE, summary="", issue=replace(ISSUE, number=9))
    elsewhere = replace(waiting.steps[-1], receipt=receipt)
    (label,) = at(replace(waiting, steps=(*waiting.steps[:-1], elsewhere)), NOW).steps
    assert label.params["labels"] == ["awaiting approval"]
    *_, label = at(told(done()), NOW + 7 * DAY).steps
    assert label.params["labels"] == []


def test_the_same_look_gives_the_same_steps() -> None:
    """So that whoever looks twice does nothing twice."""
    assert at(silent(), NOW + 24 * HOUR) == at(silent(), NOW + 24 * HOUR)


def test_whose_act_is_in_question_does_not_end_the_silence_while_a_decision_is_waited_for() -> None:
    """Or they could keep everybody from being reminded."""
    waiting = told(step(StepState.AWAITING))
    assert not ends_silence("Mallory", waiting)
    assert not ends_silence("eve", waiting)
    assert ends_silence("olivia", waiting)
    assert ends_silence("mallory", told(done()))


def test_every_stage_has_a_rule_and_the_last_fits_everything() -> None:
    """No stage is there for nothing."""
    assert {rule.stage for rule in STAGES} == set(Stage)
    assert (STAGES[-1].state, STAGES[-1].steps) == (None, None)


@pytest.mark.parametrize(
    ("state", "steps", "stage"),
    [
        (CaseState.OPEN, [], Stage.OPEN),
        (CaseState.OPEN, [StepState.UNCHANGED], Stage.OPEN),
        (CaseState.OPEN, [StepState.BLOCKED], Stage.OPEN),
        (CaseState.OPEN, [StepState.DONE, StepState.UNDONE], Stage.ACTED),
        (CaseState.OPEN, [StepState.UNDONE], Stage.UNDONE),
        (CaseState.OPEN, [StepState.DONE, StepState.FAILED], Stage.FAILED),
        (CaseState.ACKNOWLEDGED, [StepState.FAILED], Stage.ACKNOWLEDGED),
        (CaseState.ACKNOWLEDGED, [StepState.AWAITING, StepState.DONE], Stage.AWAITING),
        (CaseState.CLOSED, [StepState.AWAITING], Stage.CLOSED),
        (CaseState.EXPIRED, [], Stage.EXPIRED),
    ],
)
def test_the_stage_is_the_first_rule_that_fits(
    state: CaseState, steps: list[StepState], stage: Stage
) -> None:
    """From the case's own state and those of the steps that change something."""
    assert stage_of(state, steps) is stage
