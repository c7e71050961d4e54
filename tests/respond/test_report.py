"""What came of a step is told on the case once, and only when nothing else will tell it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.respond.alert import Case, CaseFile
from bot.respond.report import report
from bot.respond.step import Issue, Receipt, Step, StepState

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CHANGING, OPENING = frozenset({"revert"}), frozenset({"open-issue"})
ISSUE = Issue(repository="acme/security", number=1, url="https://github.com/acme/security/issues/1")
STEP = Step(
    id="a1:0",
    case_id="c1",
    alert_id="a1",
    installation=1,
    position=0,
    action="revert",
    params={},
    state=StepState.DONE,
    attempts=1,
    next_at=NOW,
)


def told(finished: Step, *others: Step, issue: Issue | None = ISSUE) -> Step | None:
    """Return the comment about a finished step of a case."""
    case = Case(id="c1", key="k", org="acme", installation=1, issue=issue, opened_at=NOW)
    file = CaseFile(case=case, steps=(finished, *others))
    return report(finished, file, changing=CHANGING, opening=OPENING, now=NOW)


def test_a_change_made_after_the_issue_was_opened_is_told() -> None:
    """The comment goes to the same case, as a step of its own."""
    comment = told(STEP)
    assert comment is not None
    assert (comment.action, comment.case_id, comment.alert_id) == ("comment", "c1", None)


def test_a_case_without_an_issue_is_told_by_the_issue_itself() -> None:
    """Nothing is commented where there is nothing to comment on."""
    assert told(STEP, issue=None) is None


def test_a_step_that_only_tells_people_is_not_told_about() -> None:
    """A comment about a comment would never end."""
    assert told(replace(STEP, action="comment")) is None


@pytest.mark.parametrize("state", [StepState.RETRYING, StepState.DENIED, StepState.OBSERVED])
def test_what_is_not_an_outcome_is_not_told(state: StepState) -> None:
    """A person's own word, and a try that will be repeated, need no comment."""
    assert told(replace(STEP, state=state)) is None


@pytest.mark.parametrize("state", [StepState.FAILED, StepState.BLOCKED, StepState.AWAITING])
def test_what_was_not_done_is_told_too(state: StepState) -> None:
    """A failure that nobody sees would be a false sense of safety."""
    assert told(replace(STEP, state=state)) is not None


def test_an_alert_whose_own_issue_step_is_still_to_come_is_told_by_it() -> None:
    """A second alert in a case leads to one comment, not to two."""
    later = replace(STEP, id="a1:1", position=1, action="open-issue", state=StepState.PLANNED)
    assert told(STEP, later) is None
    assert told(STEP, replace(later, state=StepState.DONE)) is not None


@pytest.mark.parametrize(("state", "expected"), [(StepState.FAILED, True), (StepState.DONE, False)])
def test_a_notice_that_failed_would_be_missed(state: StepState, expected: bool) -> None:
    """Whoever reads the case believes otherwise that somebody was told."""
    finished = replace(STEP, action="notify", state=state, error="'chat' answered 404")
    case = Case(id="c1", key="k", org="acme", installation=1, issue=ISSUE, opened_at=NOW)
    file = CaseFile(case=case, steps=(finished,))
    comment = report(
        finished, file, changing=CHANGING, opening=OPENING, missed=frozenset({"notify"}), now=NOW
    )
    assert (comment is not None) is expected


def many(*others: Step) -> tuple[Step, ...]:
    """Return the steps of an alert that was told in a burst's comment."""
    receipt = Receipt(
        state=StepState.DONE, summary="Told.", issue=ISSUE, after={"folded": True, "comment": 5}
    )
    opened = replace(
        STEP, id="a1:1", position=1, action="open-issue", receipt=receipt, params={"title": "T"}
    )
    return (opened, *others)


@pytest.mark.parametrize("state", [StepState.DONE, StepState.AWAITING, StepState.BLOCKED])
def test_what_comes_of_a_burst_is_told_in_its_own_comment(state: StepState) -> None:
    """Five hundred comments are no comment; one that is written anew tells of all of them."""
    again = told(replace(STEP, state=state), *many())
    assert again is not None
    assert (again.action, again.alert_id, again.position) == ("open-issue", "a1", 2)
    assert again.params == {"title": "T"}
    assert told(STEP, *many(replace(again, state=StepState.PLANNED))) is None
    assert told(STEP, *many(replace(again, state=StepState.DONE, receipt=None))) is not None


def test_a_failure_in_a_burst_is_told_at_length_once() -> None:
    """The first tells why; the others are counted."""
    failed = replace(STEP, state=StepState.FAILED, error="403")
    first = told(failed, *many())
    assert first is not None
    assert first.action == "comment"
    other = replace(failed, id="a0:0", alert_id="a0")
    again = told(failed, other, *many())
    assert again is not None
    assert again.action == "open-issue"
