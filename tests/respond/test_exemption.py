"""What an exemption covers, how one is written, and how it ends."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.playbook import Match, Mode
from bot.respond.alert import Answer, CaseFile, CaseState
from bot.respond.approval import answer
from bot.respond.command import parse_commands
from bot.respond.exempting import announcement
from bot.respond.exemption import Exemption, covering, event_key
from bot.respond.plan import plan
from bot.respond.standing import Standing
from bot.respond.step import Issue, StepState
from bot.respond.word import Word
from tests.respond.story import CHANGING, NOW, OWN_LOGIN, OWNER, case, event, planned, playbook

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ADMIN = Standing(org_role="member", repo_roles={"acme/widgets": "admin"})
MEMBER = Standing(org_role="member")
ISSUE = Issue(repository="acme/widgets", number=4, url="https://github.com/acme/widgets/issues/4")


def say(
    text: str, file: CaseFile | None = None, *, by: str = "olivia", standing: Standing = OWNER
) -> Answer:
    """Return what a comment leads to; by default an owner's."""
    word = Word(by=by, delivery_id="d-9", installation=8, written_at=NOW, comment=5)
    return answer(parse_commands(text), file or case(), word=word, standing=standing, now=NOW)


def granted(text: str = "/exempt 30d agreed") -> Exemption:
    """Return the exemption that a comment on the usual case writes."""
    (found,) = say(text).exempts
    return found


def reply(given: Answer) -> str:
    """Return the text of the reply."""
    return str(given.steps[0].params["body"])


@pytest.mark.parametrize("standing", [OWNER, ADMIN])
def test_owners_and_administrators_write_exemptions(standing: Standing) -> None:
    """Of the same act by the same actor on the same subject, with a reason and an end."""
    (found,) = say("/exempt 30d agreed with the team", standing=standing).exempts
    assert (found.actor, found.action) == ("mallory", "repo.add_member")
    assert found.subject == {"repo": "acme/widgets", "user": "eve", "permission": "admin"}
    assert (found.by, found.reason) == ("olivia", "agreed with the team")
    assert (found.since, found.until) == (NOW, NOW + 30 * DAY)
    assert found.announce_at == NOW + 27 * DAY


@pytest.mark.parametrize("login", ["mallory", "eve"])
def test_no_party_writes_one(login: str) -> None:
    """Not even as an owner."""
    given = say("/exempt 30d agreed", by=login)
    assert given.exempts == ()
    assert "their own act" in reply(given)


def test_others_do_not_write_one() -> None:
    """A member who looks after nothing here."""
    assert say("/exempt 30d agreed", by="bob", standing=MEMBER).exempts == ()


@pytest.mark.parametrize("span", ["30m", "91d", "never", "0d", "soon", "-1d", ""])
def test_a_time_within_bounds_is_needed(span: str) -> None:
    """From an hour to the longest that the operator allows."""
    given = say(f"/exempt {span} agreed")
    assert given.exempts == ()
    assert "90 days" in reply(given)


def test_a_short_one_is_announced_at_half_of_its_time() -> None:
    """It would be announced at once, otherwise."""
    assert granted("/exempt 2h agreed").announce_at == NOW + HOUR


def test_its_time_counts_from_the_comment() -> None:
    """However late it comes in, and however often."""
    word = Word(by="olivia", delivery_id="d-9", installation=8, written_at=NOW, comment=5)
    commands = parse_commands("/exempt 2h agreed")
    for late, count in ((HOUR, 1), (2 * HOUR, 0)):
        given = answer(commands, case(), word=word, standing=OWNER, now=NOW + late)
        assert [each.until for each in given.exempts] == [NOW + 2 * HOUR] * count


def test_an_act_of_nobody_known_is_not_exempt() -> None:
    """An exemption is for one actor."""
    made = planned(event(actor=None))
    given = say("/exempt 30d agreed", case(made=made))
    assert given.exempts == ()
    assert "one actor" in reply(given)


@pytest.mark.parametrize(
    ("change", "covered"),
    [
        ({}, True),
        ({"actor": "Mallory", "repo": "ACME/Widgets", "user": "EVE"}, True),
        ({"permission": "maintain"}, False),
        ({"permission": "ADMIN"}, True),
        ({"changed": ["role_name"]}, False),
        ({"read_only": False}, False),
        ({"visibility": "public"}, True),
        ({"actor": "bob"}, False),
        ({"user": "carol"}, False),
        ({"repo": "acme/other"}, False),
        ({"org": "other"}, False),
        ({"team": "acme/admins"}, False),
    ],
)
def test_it_covers_the_same_act_only(change: dict[str, str], covered: bool) -> None:
    """The same actor, action and subject, in any case of letters."""
    key = event_key(event(**change), playbook())
    found = covering([granted()], key, happened_at=NOW + DAY, now=NOW + DAY)
    assert (found is not None) is covered


@pytest.mark.parametrize(
    ("granted_for", "then"),
    [
        ({"action": "public_key.create", "read_only": True}, {"read_only": False}),
        ({"action": "repo.access", "visibility": "internal"}, {"visibility": "public"}),
        ({"action": "repo.update_member", "permission": "push"}, {"permission": "admin"}),
        (
            {"action": "protected_branch.update_name", "changed": ["name"]},
            {"changed": ["name", "admin_enforced"]},
        ),
        ({"branch": "x" * 250}, {"branch": "x" * 249 + "y"}),
        ({"actor_id": 41}, {"actor_id": 42}),  # another account by the former login
    ],
)
def test_it_never_covers_what_goes_further(
    granted_for: dict[str, Any], then: dict[str, Any]
) -> None:
    """The same actor on the same subject, but more than somebody called right."""
    made = planned(event(**granted_for))
    (found,) = say("/exempt 30d agreed", case(made=made)).exempts
    for fields, covered in ((granted_for, True), ({**granted_for, **then}, False)):
        key = event_key(event(**fields), playbook())
        held = covering([found], key, happened_at=NOW + DAY, now=NOW + DAY)
        assert (held is not None) is covered


@pytest.mark.parametrize(
    "text", ["/exempt 30D agreed", "/exempt  30d\tagreed", "/exempt 4w agreed"]
)
def test_a_time_is_read_as_people_write_it(text: str) -> None:
    """In capitals too, and with whatever blanks."""
    (found,) = say(text).exempts
    assert found.reason == "agreed"


def test_another_action_or_playbook_is_not_covered() -> None:
    """It is for what this playbook says about this action."""
    moment = NOW + DAY
    other = event_key(event("repo.update_member"), playbook())
    book = event_key(event(), replace(playbook(), id="pb-2"))
    for key in (other, book):
        assert covering([granted()], key, happened_at=moment, now=moment) is None


@pytest.mark.parametrize(
    ("happened", "judged", "covered"),
    [
        (timedelta(0), timedelta(0), True),
        (-HOUR, HOUR, False),  # before the comment: nobody meant it
        (29 * DAY, 29 * DAY, True),
        (29 * DAY, 30 * DAY, False),  # judged too late to be sure
        (30 * DAY, 30 * DAY, False),
    ],
)
def test_it_holds_for_its_time(happened: timedelta, judged: timedelta, covered: bool) -> None:
    """By when it happened, and by when it is judged."""
    key = event_key(event(), playbook())
    found = covering([granted()], key, happened_at=NOW + happened, now=NOW + judged)
    assert (found is not None) is covered


def test_what_was_ended_early_covers_nothing() -> None:
    """From that moment on."""
    ended = replace(granted(), ended_at=NOW + HOUR, ended_by="omar")
    key = event_key(event(), playbook())
    assert covering([ended], key, happened_at=NOW, now=NOW + DAY) is None


def test_a_covered_match_is_only_recorded() -> None:
    """In a case of its own that is closed, whatever the playbook's mode is."""
    exemption = granted()
    later = replace(event(), id="d-2", at=NOW + DAY)
    made = plan(
        later,
        Match(playbook=playbook(mode=Mode.ENFORCE), event_id="d-2", reasons=()),
        own_login=OWN_LOGIN,
        ceiling=Mode.ENFORCE,
        now=NOW + DAY,
        changing=CHANGING,
        exemptions=[exemption],
    )
    assert made is not None
    assert (made.alert.mode, made.alert.exemption) == (Mode.OBSERVE, exemption.id)
    assert made.case.state is CaseState.CLOSED
    assert made.case.key != planned().case.key
    assert {each.state for each in made.steps} == {StepState.OBSERVED}
    assert made.reopens is None


def test_heard_again_it_is_the_same_exemption() -> None:
    """Its id follows from the delivery."""
    assert granted() == granted()


def test_a_comment_ends_what_was_exempt_on_the_case() -> None:
    """By an owner, an administrator, or whoever wrote it."""
    file = replace(case(), exemptions=(granted(),))
    assert say("/unexempt", file).ends == (granted().id,)
    assert say("/unexempt", file, by="bob", standing=ADMIN).ends == (granted().id,)
    assert say("/unexempt", file, by="olivia", standing=MEMBER).ends == (granted().id,)
    assert say("/unexempt", file, by="bob", standing=MEMBER).ends == ()


def test_its_end_is_announced_on_its_case() -> None:
    """With what it covers, who wrote it and how to go on; without an issue, nowhere."""
    file = case()
    assert announcement(granted(), file, NOW) is None
    file = replace(file, case=replace(file.case, issue=ISSUE))
    step = announcement(granted(), file, NOW + 27 * DAY)
    assert step is not None
    for words in ("`repo.add_member`", "`mallory`", "`agreed`", "`olivia`", "/exempt 30d"):
        assert words in step.params["body"]
    assert "@" not in step.params["body"]
