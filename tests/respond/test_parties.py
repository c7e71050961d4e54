"""Who is a party to an act, and therefore has no say about the answer to it."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core.playbook import ApprovalRule, Circle, Reason
from bot.respond.alert import Answer, CaseFile
from bot.respond.approval import answer
from bot.respond.command import parse_commands
from bot.respond.consent import approval_objection, teams
from bot.respond.fate import hear
from bot.respond.standing import Standing, ends_silence
from bot.respond.step import StepState
from bot.respond.word import Word
from tests.respond.story import NOW, OWNER, alert, case, event, planned, playbook, step

ADMIN = Standing(org_role="member", repo_roles={"acme/widgets": "admin"})
GUARD = Standing(org_role="member", teams=frozenset({"guards"}))
GUARDS = ApprovalRule(circle=Circle.TEAM, name="Guards")
WORDS = ("/approve", "/deny", "/undo", "/exempt 30d it is fine", "/close it is fine")


def say(text: str, file: CaseFile, *, by: str, standing: Standing = OWNER, via: str = "") -> Answer:
    """Return what a comment leads to."""
    word = Word(by=by, delivery_id="d-9", installation=7, written_at=NOW, comment=5, via=via)
    return answer(parse_commands(text), file, word=word, standing=standing, now=NOW)


def about(*reasons: Reason, rule: ApprovalRule | None = None, **fields: Any) -> CaseFile:
    """Return a case with a step that waits and one that was done, about an event."""
    book = playbook()
    if rule is not None:
        book = replace(book, response=replace(book.response, approval=rule))
    made = planned(event(**fields), book, why=reasons)
    both = (step(StepState.AWAITING), step(StepState.DONE, 1, undoable=True))
    return case(*(replace(each, alert_id=made.alert.id) for each in both), made=made)


def is_followed(given: Answer) -> bool:
    """Tell whether a comment led to more than a reply."""
    return bool(given.changes or given.exempts or given.case_state or len(given.steps) > 1)


@pytest.mark.parametrize("text", WORDS)
@pytest.mark.parametrize("name", ["actor_id", "user_id"])
def test_another_login_makes_nobody_another_person(text: str, name: str) -> None:
    """Logins change hands, the number of an account does not."""
    numbers: dict[str, Any] = {name: 41}
    file = about(**numbers)
    renamed = replace(ADMIN, number=41)
    assert not is_followed(say(text, file, by="malory-the-second", standing=renamed))
    assert is_followed(say(text, file, by="bob", standing=replace(ADMIN, number=42)))


def test_another_login_does_not_keep_a_case_from_being_reminded_of() -> None:
    """While something waits for a decision."""
    file = about(actor_id=41)
    assert ends_silence("bob", file, 42)
    assert not ends_silence("malory-the-second", file, 41)


@pytest.mark.parametrize(
    "name",
    ["added_by", "requester", "merged_by", "triggering_actor", "push_protection_bypassed_by"],
)
@pytest.mark.parametrize("text", WORDS)
def test_whom_an_event_names_besides_the_sender_is_a_party(text: str, name: str) -> None:
    """GitHub itself may be the sender of what a person did."""
    named: dict[str, Any] = {name: "Trent"}
    file = about(actor="github", user=None, **named)
    assert not is_followed(say(text, file, by="trent", standing=ADMIN))


@pytest.mark.parametrize("text", WORDS)
@pytest.mark.parametrize("login", ["Alice", "zed"])
def test_who_had_a_part_in_any_event_of_a_correlation_is_a_party(text: str, login: str) -> None:
    """Not only who completed it."""
    joined = Reason(
        selection="grant",
        field="",
        value="2026-03-01 09:29:00 UTC: repo.add_member by alice of zed in acme/widgets",
        test="event_count: 2",
        sighting=True,
    )
    assert not is_followed(say(text, about(joined), by=login, standing=ADMIN))
    assert is_followed(say(text, about(joined), by="bob", standing=ADMIN))


@pytest.mark.parametrize("text", ["/approve", "/deny", "/undo", "/exempt 30d it is fine"])
def test_a_member_of_the_team_that_profits_has_no_say(text: str) -> None:
    """They may be administrators only by the very act; owners are what they are."""
    file = about(action="team.add_repository", user=None, team="acme/Devs")
    assert teams(file.alerts) == {"devs"}
    favoured = replace(ADMIN, teams=frozenset({"devs"}))
    given = say(text, file, by="carol", standing=favoured)
    assert not is_followed(given)
    assert "in favour of a team they are in" in str(given.steps[0].params["body"])
    assert is_followed(say(text, file, by="bob", standing=ADMIN))
    assert is_followed(say(text, file, by="bob", standing=replace(OWNER, teams=favoured.teams)))


@pytest.mark.parametrize("text", ["/undo", "/exempt 30d it is fine", "/deny"])
@pytest.mark.parametrize(
    ("standing", "may"), [(ADMIN, False), (GUARD, True), (OWNER, True), (Standing(), False)]
)
def test_what_a_team_decides_no_administrator_sets_aside(
    text: str, standing: Standing, *, may: bool
) -> None:
    """One word against a step is that of whoever may approve it, or of an owner."""
    assert is_followed(say(text, about(rule=GUARDS), by="bob", standing=standing)) is may


def test_whoever_may_exempt_may_end_it() -> None:
    """A member of the team that decides; no other member."""
    file = about(rule=GUARDS)
    granted = say("/exempt 30d agreed", file, by="olivia").exempts
    file = replace(file, exemptions=granted)
    assert say("/unexempt", file, by="bob", standing=GUARD).ends == (granted[0].id,)
    member = Standing(org_role="member")
    assert say("/unexempt", file, by="bob", standing=member).ends == ()


def test_whom_a_step_is_about_does_not_put_it_back() -> None:
    """Although the event does not name them."""
    file = about()
    done = replace(file.steps[1], params={"user": "@Trent"}, action="remove-member")
    file = replace(file, steps=(done,))
    assert not is_followed(say("/undo", file, by="trent"))
    assert is_followed(say("/undo", file, by="olivia"))


@pytest.mark.parametrize("standing", [OWNER, GUARD])
def test_an_undo_is_looked_at_again_by_the_same_measure(standing: Standing) -> None:
    """Whoever may ask for it still may when it is made."""
    file = about(rule=GUARDS)
    undo = say("/undo", file, by="bob", standing=standing).steps[1]
    assert [each.comment for each in undo.approvals] == [5]
    assert approval_objection("bob", standing, undo, file.alerts[0]) is None
    assert approval_objection("bob", ADMIN, undo, file.alerts[0]) is not None


@pytest.mark.parametrize("text", ["/ack", "/close it is fine"])
@pytest.mark.parametrize("state", [StepState.FAILED, StepState.EXPIRED, StepState.AWAITING])
def test_who_did_it_cannot_end_the_silence_about_what_stands(text: str, state: StepState) -> None:
    """The change that answers their act was not made: somebody else has to look after that."""
    file = case(replace(step(state), subject="role:eve"))
    given = say(text, file, by="mallory", standing=ADMIN)
    assert (is_followed(given), given.heard) == (False, False)
    assert is_followed(say(text, file, by="bob", standing=ADMIN))
    closed = event("issues.closed", webhook_action="closed", actor="mallory")
    by_hand = hear(closed, file, now=NOW)
    assert by_hand is not None
    assert by_hand.case_state is None
    assert by_hand.steps[0].params["reopen"] is True


def test_who_did_it_may_look_after_what_was_put_right_or_only_told() -> None:
    """It is their case, and nothing of their act stands, or nobody wanted to change it."""
    for steps in ((step(StepState.DONE),), (step(StepState.FAILED),)):  # that one told somebody
        file = case(*steps)
        assert is_followed(say("/ack", file, by="mallory"))
        assert is_followed(say("/close done", file, by="mallory"))


def test_an_app_does_not_speak_for_a_person() -> None:
    """GitHub shows their login, and which App wrote it."""
    given = say("/approve\n/close done", about(), by="olivia", via="helpful")
    assert not is_followed(given)
    assert "the App `helpful` wrote it" in str(given.steps[0].params["body"])


def test_nobody_profits_from_an_alert_without_a_team() -> None:
    """Most are about no team."""
    assert teams((alert(),)) == frozenset()
    joined = alert(action="team.add_member", team="acme/devs", repo=None)
    assert teams((joined,)) == frozenset()
