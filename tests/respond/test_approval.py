"""What people's words on a case lead to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.respond.alert import Answer, CaseFile, CaseState
from bot.respond.approval import answer
from bot.respond.command import parse_commands
from bot.respond.fate import hear, unheard
from bot.respond.standing import Standing
from bot.respond.step import Issue, Receipt, Step, StepState
from bot.respond.word import Word
from tests.respond.story import NOW, OWNER, case, event, planned, step

ADMIN = Standing(org_role="member", repo_roles={"ACME/widgets": "admin"})
MAINTAINER = Standing(org_role="member", repo_roles={"acme/widgets": "maintain"})
SECURITY_ADMIN = Standing(org_role="member", repo_roles={"acme/security": "admin"})
MEMBER = Standing(org_role="member")


def say(text: str, file: CaseFile, *, by: str = "olivia", standing: Standing = OWNER) -> Answer:
    """Return what a comment leads to; by default an owner's."""
    word = Word(by=by, delivery_id="d-9", installation=8, written_at=NOW)
    return answer(parse_commands(text), file, word=word, standing=standing, now=NOW)


def reply(given: Answer) -> str:
    """Return the text of the reply."""
    first = given.steps[0]
    assert first.action == "comment"
    assert first.id == "answer:d-9:0"
    return str(first.params["body"])


WAITING = case(step(StepState.AWAITING))
DONE = case(step(StepState.DONE, undoable=True))
ISSUE = Issue(repository="acme/widgets", number=4, url="https://github.com/acme/widgets/issues/4")
LIVING = replace(WAITING, case=replace(WAITING.case, issue=ISSUE))


@pytest.mark.parametrize("standing", [OWNER, ADMIN])
def test_an_owner_or_the_repositorys_administrator_can_approve(standing: Standing) -> None:
    """The waiting step is planned, with the name of who allowed it."""
    given = say("/approve", WAITING, standing=standing)
    (change,) = given.changes
    assert (change.expected, change.state) == (StepState.AWAITING, StepState.PLANNED)
    assert change.by == "olivia"
    assert "Approved" in reply(given)


@pytest.mark.parametrize("standing", [MEMBER, MAINTAINER, SECURITY_ADMIN, Standing()])
@pytest.mark.parametrize("text", ["/approve", "/deny", "/undo"])
def test_nobody_else_can_decide(text: str, standing: Standing) -> None:
    """Not even an administrator of another repository: nothing changes, and the reply says why."""
    file = case(step(StepState.AWAITING), step(StepState.DONE, 1, undoable=True))
    given = say(text, file, standing=standing)
    assert given.changes == ()
    assert [made.action for made in given.steps] in ([], ["comment"])


@pytest.mark.parametrize("login", ["mallory", "MALLORY", "eve"])
@pytest.mark.parametrize("text", ["/approve", "/deny", "/undo"])
def test_nobody_decides_about_their_own_act_or_favour(text: str, login: str) -> None:
    """Not the one who did it, nor the one it favours, even as owners."""
    file = case(step(StepState.AWAITING), step(StepState.DONE, 1, undoable=True))
    given = say(text, file, by=login)
    assert given.changes == ()
    assert len(given.steps) == 1
    assert "their own act" in reply(given)


def test_a_denied_step_is_denied_with_its_reason() -> None:
    """The reason is shown, inert."""
    given = say("/deny ask @acme/all first", WAITING)
    assert given.changes[0].state is StepState.DENIED
    assert "`ask @acme/all first`" in reply(given)


def test_approving_twice_changes_nothing_the_second_time() -> None:
    """Within one comment, and when nothing waits."""
    given = say("/approve\n/deny", WAITING)
    assert [change.state for change in given.changes] == [StepState.PLANNED]
    assert "nothing waits" in reply(say("/approve", DONE))


def test_undo_puts_back_every_done_change_newest_first() -> None:
    """Each in a step of its own, allowed by the owner who asked."""
    file = case(
        step(StepState.DONE, 0, undoable=True),
        step(StepState.DONE, 1, undoable=True),
        step(StepState.DONE, 2, undoable=False),
    )
    given = say("/undo", file)
    undo = given.steps[1:]
    assert [made.undo_of for made in undo] == [file.steps[1].id, file.steps[0].id]
    assert undo[0].id == f"undo:{file.steps[1].id}:1"
    assert {made.kind for made in undo} == {"undo"}
    assert {made.approved_by for made in undo} == {"olivia"}
    assert {made.alert_id for made in undo} == {None}


def test_an_undo_under_way_is_not_begun_again() -> None:
    """Until it failed: then it is a new try, with a new id."""
    under_way = say("/undo", DONE).steps[1]
    assert "being undone already" in reply(say("/undo", case(*DONE.steps, under_way)))
    failed = replace(under_way, state=StepState.FAILED)
    assert say("/undo", case(*DONE.steps, failed)).steps[1].id.endswith(":2")


def test_the_person_concerned_can_acknowledge_and_close() -> None:
    """It is their case; a reason closes it, and the issue with it."""
    acknowledged = say("/ack", DONE, by="mallory", standing=MEMBER)
    assert acknowledged.case_state is CaseState.ACKNOWLEDGED
    closed = say("/close false alarm", DONE, by="mallory", standing=MEMBER)
    assert closed.case_state is CaseState.CLOSED
    assert [made.action for made in closed.steps] == ["comment", "close-issue"]
    assert closed.steps[1].id == "answer:d-9:close"
    assert closed.steps[1].params == {"reason": "false alarm"}


@pytest.mark.parametrize("standing", [OWNER, ADMIN, MAINTAINER, SECURITY_ADMIN])
def test_those_who_look_after_it_can_close(standing: Standing) -> None:
    """Owners, administrators and maintainers."""
    assert say("/close settled", DONE, standing=standing).case_state is CaseState.CLOSED


def test_an_ordinary_member_cannot_close() -> None:
    """It does not concern them."""
    given = say("/close settled", DONE, by="bob", standing=MEMBER)
    assert given.case_state is None
    assert "not followed" in reply(given)


def test_closing_asks_for_a_reason() -> None:
    """Without one the case stays open."""
    given = say("/close", DONE)
    assert given.case_state is None
    assert "with a reason" in reply(given)


def test_closing_denies_what_waits() -> None:
    """Nothing stays waiting in a closed case."""
    given = say("/close settled", WAITING)
    assert given.changes[0].state is StepState.DENIED


def test_the_person_concerned_cannot_close_away_what_waits() -> None:
    """Closing would deny the very step that answers their act."""
    given = say("/close false alarm", WAITING, by="mallory")
    assert given.case_state is None
    assert given.changes == ()
    assert "their own act" in reply(given)


def test_closing_the_issue_by_hand_does_not_decide_what_waits() -> None:
    """The case stays open, and a reply says what to write."""
    closed = event("issues.closed", webhook_action="closed")
    given = hear(closed, WAITING, now=NOW)
    assert given is not None
    assert given.case_state is None
    assert "waits for a decision" in given.steps[0].params["body"]
    assert given.steps[0].params["reopen"] is True


def test_closing_the_issue_by_hand_closes_a_case_in_which_nothing_waits() -> None:
    """GitHub shows who closed it; nothing more is said."""
    given = hear(event("issues.closed", webhook_action="closed"), DONE, now=NOW)
    assert given == Answer(
        case_id=DONE.case.id, expected=CaseState.OPEN, case_state=CaseState.CLOSED
    )


@pytest.mark.parametrize("action", ["deleted", "transferred"])
def test_an_issue_that_is_taken_away_is_told_anew_in_the_security_repository(action: str) -> None:
    """Each alert with something that waits; the case itself goes on."""
    taken = event("issue.destroy", webhook_action=action)
    given = hear(taken, LIVING, now=NOW)
    assert given is not None
    (told,) = given.steps
    assert given.issue_gone
    assert given.case_state is None
    assert (told.action, told.params) == ("open-issue", {"repository": "security"})
    assert (told.alert_id, told.position) == (LIVING.alerts[0].id, 1)


def test_an_issue_of_a_closed_case_may_go() -> None:
    """There is nothing left to tell."""
    closed = replace(LIVING, case=replace(LIVING.case, state=CaseState.CLOSED))
    assert hear(event("issue.destroy", webhook_action="deleted"), closed, now=NOW) is None


def test_reopening_the_issue_opens_a_closed_case_again() -> None:
    """With a reply that says so; an open case needs no word."""
    reopened = event("issues.reopened", webhook_action="reopened")
    for ended in (CaseState.CLOSED, CaseState.EXPIRED):
        closed = replace(DONE, case=replace(DONE.case, state=ended))
        given = hear(reopened, closed, now=NOW)
        assert given is not None
        assert (given.case_state, given.expected, given.heard) == (CaseState.OPEN, ended, True)
        assert "so is the case" in given.steps[0].params["body"]
    assert hear(reopened, DONE, now=NOW) is None


def test_what_happened_to_the_issue_before_the_case_moved_on_is_over() -> None:
    """Its delivery was lost, and came in when the issue stood otherwise again."""
    hour = timedelta(hours=1)
    closed = event("issues.closed", webhook_action="closed")
    assert hear(replace(closed, at=NOW - hour), DONE, now=NOW) is None
    ended = replace(DONE.case, state=CaseState.CLOSED, closed_at=NOW + hour)
    reopened = event("issues.reopened", webhook_action="reopened")
    assert hear(reopened, replace(DONE, case=ended), now=NOW + hour) is None
    assert hear(replace(reopened, at=NOW + hour), replace(DONE, case=ended), now=NOW) is not None


def test_help_shows_every_command_to_everybody_here() -> None:
    """Whoever can read the case can ask."""
    text = reply(say("/help", DONE, by="bob", standing=MEMBER))
    for command in ("/ack", "/approve", "/deny reason", "/undo", "/close reason", "/help"):
        assert f"`{command}`" in text


def test_a_misspelt_command_gets_the_right_one() -> None:
    """And the table."""
    assert "Did you mean `/approve`?" in reply(say("/aprove", WAITING))


def test_one_comment_gets_one_reply() -> None:
    """However many commands it holds."""
    given = say("/ack\n/approve\n/nonsense\n/close", WAITING)
    assert [made.action for made in given.steps] == ["comment"]
    assert given.case_state is CaseState.ACKNOWLEDGED


@pytest.mark.parametrize(
    ("login", "standing"),
    [
        ("helpful[bot]", OWNER),
        ("robot", Standing(org_role="admin", is_bot=True)),
        ("stranger", Standing()),
        ("stranger", Standing(repo_roles={"acme/widgets": "none"})),
    ],
)
def test_bots_and_strangers_get_no_reply(login: str, standing: Standing) -> None:
    """Or they could make Tipstaff talk without end."""
    given = say("/approve\n/help", WAITING, by=login, standing=standing)
    assert given == Answer(case_id=WAITING.case.id)


def test_no_reply_mentions_anybody() -> None:
    """A refusal calls in nobody, and repeats no mention of the commenter's."""
    for text in ("/approve", "/close @acme/all", "/undo", "/@acme", "/deny @olivia"):
        for file in (WAITING, DONE):
            given = say(text, file, by="mallory")
            outside = "".join(str(made.params) for made in given.steps).split("`")[::2]
            assert not any("@" in part for part in outside if "reason" not in part)


def test_each_step_is_judged_by_its_own_alert() -> None:
    """In a case of two people's acts, each may decide about the other's only."""
    other = planned(replace(event(actor="olivia", user="bob"), id="d-2"))
    second = replace(step(StepState.AWAITING, 1), id="other:0", alert_id=other.alert.id)
    file = case(step(StepState.AWAITING), second)
    file = replace(file, alerts=(*file.alerts, other.alert))
    given = say("/approve", file)
    assert [change.step_id for change in given.changes] == [file.steps[0].id]
    assert "Not followed for the rest" in reply(given)


def told(alert: str, url: str) -> Step:
    """Return the step that told an alert at this address."""
    receipt = Receipt(state=StepState.DONE, summary="Told.", url=url)
    return replace(
        step(StepState.DONE, 1),
        id=f"{alert}:1",
        alert_id=alert,
        action="open-issue",
        receipt=receipt,
    )


def late(text: str, file: CaseFile, *, seconds: float, comment: int | None = None) -> Answer:
    """Return what an owner's comment leads to that was written so long before the alerts."""
    word = Word(
        by="olivia",
        delivery_id="d-9",
        installation=7,
        written_at=NOW - timedelta(seconds=seconds),
        comment=comment,
    )
    return answer(parse_commands(text), file, word=word, standing=OWNER, now=NOW)


@pytest.mark.parametrize("text", ["/approve", "/deny", "/close it is fine"])
def test_a_comment_does_not_decide_about_what_came_after_it(text: str) -> None:
    """However late its delivery comes in; the reply says to read what is new."""
    given = late(text, WAITING, seconds=90)
    assert given.changes == ()
    assert given.case_state is None
    assert "came in after that comment" in reply(given)


def test_a_late_undo_does_not_put_back_what_was_done_after_it() -> None:
    """It was written about something else."""
    assert [made.action for made in late("/undo", DONE, seconds=90).steps] == ["comment"]


def test_the_numbers_of_comments_say_which_came_first() -> None:
    """Where an alert was told in a comment of its own, clocks do not matter."""
    url = "https://github.com/acme/widgets/issues/4#issuecomment-500"
    file = case(*WAITING.steps, told(WAITING.alerts[0].id, url))
    assert late("/approve", file, seconds=0, comment=499).changes == ()
    assert late("/approve", file, seconds=90, comment=501).changes != ()


def test_what_an_issue_opened_with_was_there_before_any_comment_on_it() -> None:
    """A clock that is half a minute ahead takes nobody's word away."""
    file = case(*WAITING.steps, told(WAITING.alerts[0].id, ISSUE.url))
    assert late("/approve", file, seconds=30, comment=1).changes != ()


def test_an_answer_says_what_it_was_decided_from() -> None:
    """So that it is decided anew when that is not so any more."""
    assert say("/ack", DONE).expected is CaseState.OPEN
    assert say("/undo", DONE).holds == ((DONE.steps[0].id, StepState.DONE),)


def test_what_a_word_leads_to_goes_by_the_installation_it_came_through() -> None:
    """The one the step was planned for may be gone."""
    assert say("/approve", WAITING).changes[0].installation == 8
    assert {made.installation for made in say("/undo", DONE).steps} == {8}
    assert {made.installation for made in say("/close done", DONE).steps} == {8}


@pytest.mark.parametrize("standing", [OWNER, ADMIN])
def test_only_owners_decide_about_who_accepted_an_invitation(standing: Standing) -> None:
    """GitHub names no inviter: an administrator of the repository may be the one."""
    accepted = planned(event(actor="eve", user="eve"))
    waiting = replace(step(StepState.AWAITING), alert_id=accepted.alert.id)
    given = say("/approve", case(waiting, made=accepted), standing=standing)
    assert bool(given.changes) is (standing is OWNER)


def test_a_word_that_cannot_be_weighed_is_answered() -> None:
    """With what GitHub said, inert."""
    given = unheard(event("issue_comment.create"), WAITING, why="403 lacks @members", now=NOW)
    assert "`403 lacks @members`" in given.steps[0].params["body"]
