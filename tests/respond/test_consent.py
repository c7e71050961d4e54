"""Who may approve a step, and how many have to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.playbook import ApprovalRule, Circle
from bot.respond.alert import Answer, CaseFile
from bot.respond.approval import answer
from bot.respond.command import parse_commands
from bot.respond.consent import whose_word
from bot.respond.standing import Standing
from bot.respond.step import Approval, Issue, Step, StepState
from bot.respond.term import term
from bot.respond.word import Word
from tests.respond.story import NOW, OWNER, case, event, planned, playbook, step

DAY = timedelta(days=1)
ISSUE = Issue(repository="acme/widgets", number=4, url="https://github.com/acme/widgets/issues/4")


def ruled(rule: ApprovalRule, *steps: Step) -> CaseFile:
    """Return a case whose playbook has this rule, with a step that waits."""
    book = playbook()
    made = planned(event(), replace(book, response=replace(book.response, approval=rule)))
    return case(*(steps or (step(StepState.AWAITING),)), made=made)


def say(
    text: str,
    file: CaseFile,
    *,
    by: str = "olivia",
    standing: Standing = OWNER,
    at: timedelta = timedelta(0),
) -> Answer:
    """Return what a comment leads to; by default an owner's."""
    word = Word(by=by, delivery_id="d-9", installation=8, written_at=NOW + at, comment=5, text="x")
    return answer(parse_commands(text), file, word=word, standing=standing, now=NOW + at)


def reply(given: Answer) -> str:
    """Return the text of the reply."""
    return str(given.steps[0].params["body"])


TWO = ApprovalRule(approvers=2)
TEAM = ApprovalRule(circle=Circle.TEAM, name="guards")
MAINTAIN = ApprovalRule(circle=Circle.ROLE, name="maintain")
ADMIN = Standing(org_role="member", repo_roles={"acme/widgets": "admin"})
MAINTAINER = Standing(org_role="member", repo_roles={"acme/widgets": "maintain"})
GUARD = Standing(org_role="member", teams=frozenset({"guards"}))


def test_one_of_two_approvals_is_counted_and_told() -> None:
    """The step goes on waiting, with the comment that approved it."""
    given = say("/approve", ruled(TWO))
    (change,) = given.changes
    assert change.state is StepState.AWAITING
    assert change.approvals == (Approval(by="olivia", comment=5, text="x", at=NOW),)
    assert "Approved by 1 of 2" in reply(given)


def test_the_last_approval_plans_the_step() -> None:
    """With all that approved it, and what it was decided from."""
    first = Approval(by="omar", comment=4, text="y", at=NOW)
    file = ruled(TWO, replace(step(StepState.AWAITING), approvals=(first,)))
    (change,) = say("/approve", file).changes
    assert change.state is StepState.PLANNED
    assert [each.by for each in change.approvals or ()] == ["omar", "olivia"]
    assert change.had == (first,)


@pytest.mark.parametrize("by", ["olivia", "OLIVIA"])
def test_nobody_is_counted_twice(by: str) -> None:
    """A second word takes the place of the first."""
    first = Approval(by="olivia", comment=4, text="y", at=NOW)
    file = ruled(TWO, replace(step(StepState.AWAITING), approvals=(first,)))
    (change,) = say("/approve", file, by=by).changes
    assert change.state is StepState.AWAITING
    assert [each.comment for each in change.approvals or ()] == [5]


@pytest.mark.parametrize(
    ("rule", "standing", "may"),
    [
        (ApprovalRule(circle=Circle.OWNERS), OWNER, True),
        (ApprovalRule(circle=Circle.OWNERS), ADMIN, False),
        (TEAM, GUARD, True),
        (TEAM, OWNER, False),
        (TEAM, ADMIN, False),
        (MAINTAIN, MAINTAINER, True),
        (MAINTAIN, ADMIN, True),
        (MAINTAIN, OWNER, True),
        (MAINTAIN, GUARD, False),
        (ApprovalRule(circle=Circle.ROLE, name="admin"), MAINTAINER, False),
        (ApprovalRule(circle=Circle.ROLE, name="admin"), ADMIN, True),
    ],
)
def test_a_playbook_says_who_approves(rule: ApprovalRule, standing: Standing, may: bool) -> None:
    """Owners, a team's members, or who has a role on the repository."""
    given = say("/approve", ruled(rule), standing=standing)
    assert [change.state for change in given.changes] == ([StepState.PLANNED] if may else [])
    assert ("not followed" in reply(given)) is not may


def test_an_owner_may_always_deny() -> None:
    """To leave things as they are takes no more than that; and one word is enough."""
    both = replace(TEAM, approvers=2)
    assert say("/deny", ruled(both)).changes[0].state is StepState.DENIED
    assert say("/deny", ruled(both), standing=GUARD).changes[0].state is StepState.DENIED
    assert say("/deny", ruled(both), standing=ADMIN).changes == ()


@pytest.mark.parametrize("login", ["mallory", "eve"])
def test_no_party_counts_whatever_the_rule(login: str) -> None:
    """Not even as a member of the team."""
    assert say("/approve", ruled(TEAM), by=login, standing=GUARD).changes == ()


def test_whom_the_step_is_about_does_not_count() -> None:
    """A step may name somebody the event does not."""
    file = ruled(TWO, replace(step(StepState.AWAITING), params={"user": "@Olivia"}))
    given = say("/approve", file)
    assert given.changes == ()
    assert "about them" in reply(given)


def test_a_denial_keeps_its_reason() -> None:
    """With who said so."""
    assert say("/deny they asked first", ruled(TWO)).changes[0].why == (
        "Denied by olivia: they asked first"
    )


def test_an_approval_after_the_end_of_the_question_does_not_count() -> None:
    """Even before the clock has closed it; one before does, however late it comes in."""
    file = ruled(TWO, replace(step(StepState.AWAITING), ask_until=NOW + DAY))
    assert say("/approve", file, at=DAY).changes == ()
    assert "comment `/ask`" in reply(say("/approve", file, at=DAY))
    assert len(say("/approve", file, at=DAY - timedelta(seconds=1)).changes) == 1


def test_a_question_ends_at_its_time() -> None:
    """Not before; and what tells of it says how to go on."""
    file = ruled(TWO, replace(step(StepState.AWAITING), ask_until=NOW + DAY))
    file = replace(file, case=replace(file.case, issue=ISSUE))
    assert term(file, NOW + DAY - timedelta(seconds=1)) is None
    ended = term(file, NOW + DAY)
    assert ended is not None
    assert (ended.step_ids, ended.state) == ((file.steps[0].id,), StepState.EXPIRED)
    assert ended.comment is not None
    assert "`/ask`" in ended.comment.params["body"]


def test_without_an_end_a_question_stays_open() -> None:
    """As those from before there were ends."""
    assert term(ruled(TWO), NOW + 400 * DAY) is None


def test_what_ran_out_is_asked_again() -> None:
    """For the rule's time, by whoever may tend the case; earlier approvals count no more."""
    rule = ApprovalRule(approvers=2, expires=2 * DAY)
    late = replace(step(StepState.EXPIRED), approvals=(Approval(by="omar", at=NOW),))
    assert say("/approve", ruled(rule, late)).changes == ()
    (change,) = say("/ask", ruled(rule, late)).changes
    assert (change.state, change.ask_until) == (StepState.AWAITING, NOW + 2 * DAY)
    assert change.approvals == ()
    nobody = Standing(org_role="member")
    assert say("/ask", ruled(rule, late), by="bob", standing=nobody).changes == ()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (TEAM, "a member of the team `guards`"),
        (replace(TEAM, approvers=3), "3 members of the team `guards`"),
        (ApprovalRule(circle=Circle.OWNERS, approvers=2), "2 owners of the organisation"),
        (MAINTAIN, "somebody with the role `maintain` or `admin` on the repository"),
        (TWO, "2 owners of the organisation or administrators of the repository"),
    ],
)
def test_whose_word_it_takes_is_said_in_words(rule: ApprovalRule, words: str) -> None:
    """As a case tells it."""
    assert str(whose_word(rule)) == words
