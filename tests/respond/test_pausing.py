"""What ``/pause`` and ``/resume`` lead to, and what holds while Tipstaff is paused."""

from collections.abc import Sequence

import pytest

from bot.respond.alert import Answer, CaseFile
from bot.respond.approval import answer
from bot.respond.command import parse_commands
from bot.respond.pause import EVERYWHERE, SWITCH, Pause
from bot.respond.standing import Standing
from bot.respond.step import StepState
from bot.respond.word import Word
from tests.respond.story import NOW, OWNER, case, step

ADMIN = Standing(org_role="member", repo_roles={"acme/widgets": "admin"})
STOP = Pause(org="acme", by="omar", reason="a test", since=NOW)
ALL = Pause(org=EVERYWHERE, by="root", since=NOW)
WAITING = case(step(StepState.AWAITING))
DONE = case(step(StepState.DONE, undoable=True))


def say(
    text: str,
    *pauses: Pause,
    file: CaseFile = WAITING,
    standing: Standing = OWNER,
    by: str = "olivia",
) -> Answer:
    """Return what a comment leads to while pauses hold."""
    word = Word(by=by, delivery_id="d-9", installation=8, written_at=NOW)
    commands = parse_commands(text)
    return answer(commands, file, word=word, standing=standing, now=NOW, pauses=pauses)


def reply(given: Answer) -> str:
    """Return the text of the reply."""
    return str(given.steps[0].params["body"])


def test_an_owner_pauses_the_whole_organisation() -> None:
    """With their name and reason; no step of the case moves."""
    given = say("/pause the merger")
    assert given.pauses == Pause(org="acme", by="olivia", reason="the merger", since=NOW)
    assert (given.resumes, given.changes) == (None, ())
    assert "Paused in all of `acme`, because: `the merger`" in reply(given)


@pytest.mark.parametrize("text", ["/pause", "/resume"])
def test_nobody_else_does(text: str) -> None:
    """Not even an administrator of the repository."""
    given = say(text, STOP, standing=ADMIN)
    assert (given.pauses, given.resumes) == (None, None)
    assert "only an owner" in reply(given)


def test_a_pause_is_not_begun_twice() -> None:
    """The reply tells which one holds, and since when."""
    given = say("/pause again", STOP)
    assert given.pauses is None
    assert "since 2026-03-01 09:30 UTC by omar: a test" in reply(given)


def test_an_organisation_is_paused_although_all_are() -> None:
    """The operator's end of theirs then does not end the owner's."""
    assert say("/pause", ALL).pauses is not None


def test_an_owner_lets_it_go_on() -> None:
    """What was planned meanwhile still asks, and the reply says so."""
    given = say("/resume", STOP)
    assert given.resumes == "acme"
    assert "still waits for approval" in reply(given)
    assert "⏸" not in reply(given)


def test_there_may_be_nothing_to_end() -> None:
    """Then the reply says that."""
    given = say("/resume")
    assert given.resumes is None
    assert "not paused" in reply(given)


@pytest.mark.parametrize(
    ("pauses", "ends", "how"),
    [
        ((ALL,), None, "tipstaff resume"),
        ((SWITCH,), None, "TIPSTAFF_PAUSED"),
        ((STOP, ALL), "acme", "tipstaff resume"),
    ],
)
def test_a_wider_pause_is_not_the_owners_to_end(
    pauses: Sequence[Pause], ends: str | None, how: str
) -> None:
    """Their own ends; the reply says who can end the other."""
    given = say("/resume", *pauses)
    assert given.resumes == ends
    assert how in reply(given)


def test_an_owners_approval_counts_while_paused() -> None:
    """A person decides then; the reply reminds of the pause."""
    given = say("/approve", STOP)
    assert [change.state for change in given.changes] == [StepState.PLANNED]
    assert "⏸ `Tipstaff is paused in acme" in reply(given)


@pytest.mark.parametrize("text", ["/approve", "/undo"])
@pytest.mark.parametrize(
    ("pause", "standing", "why"),
    [(STOP, ADMIN, "only an owner"), (SWITCH, OWNER, "whoever approves")],
)
def test_others_wait_until_it_goes_on(
    text: str, pause: Pause, standing: Standing, why: str
) -> None:
    """A repository's administrator does; under the environment's switch everybody does."""
    given = say(text, pause, standing=standing, file=WAITING if text == "/approve" else DONE)
    assert (given.changes, len(given.steps)) == ((), 1)
    assert why in reply(given)


def test_to_deny_is_no_change() -> None:
    """So whoever may can do so while paused."""
    given = say("/deny no", STOP, standing=ADMIN)
    assert [change.state for change in given.changes] == [StepState.DENIED]
