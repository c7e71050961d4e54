"""Guards about what is new here and what is old, at their edges."""

from datetime import timedelta

import pytest

from bot.respond.guards import Allow, Ask, check
from tests.respond.guards.build import NOW, facts

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
QUIET = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("age", "asks"),
    [(timedelta(0), True), (QUIET - SECOND, True), (QUIET, False), (DAY, False)],
)
def test_what_is_new_here_asks_for_a_while(age: timedelta, asks: bool) -> None:
    """To the end of the period, which the sentence tells, and not a second longer."""
    decision = check(facts(new_since=NOW - age, quiet_for=QUIET))
    assert isinstance(decision, Ask if asks else Allow)
    if isinstance(decision, Ask):
        assert f"{NOW - age + QUIET:%H:%M} UTC" in decision.reason


@pytest.mark.parametrize(
    ("age", "asks"), [(timedelta(0), False), (DAY, False), (DAY + SECOND, True), (-DAY, False)]
)
def test_an_old_event_is_not_answered_unasked(age: timedelta, asks: bool) -> None:
    """A day old is still answered; an event from a clock ahead of ours is not old."""
    decision = check(facts(happened_at=NOW - age, stale_after=DAY))
    assert isinstance(decision, Ask if asks else Allow)


@pytest.mark.parametrize(
    ("age", "words"),
    [(timedelta(hours=30), "30 hours ago"), (timedelta(days=3), "3 days ago")],
)
def test_the_question_tells_how_old_it_is(age: timedelta, words: str) -> None:
    """In the unit that people would use."""
    decision = check(facts(happened_at=NOW - age, stale_after=DAY))
    assert isinstance(decision, Ask)
    assert words in decision.reason


def test_without_a_bound_nothing_is_new_or_old() -> None:
    """The operator has switched both off."""
    assert check(facts(new_since=NOW, happened_at=NOW - 999 * DAY)) == Allow()


def test_a_persons_word_lifts_both() -> None:
    """Who approves has seen how old it is."""
    assert (
        check(
            facts(
                new_since=NOW,
                quiet_for=QUIET,
                happened_at=NOW - 9 * DAY,
                stale_after=DAY,
                approved_by="olivia",
            )
        )
        == Allow()
    )


@pytest.mark.parametrize(("age", "asks"), [(DAY, False), (DAY + SECOND, True)])
def test_what_only_a_look_found_is_as_old_as_it_may_be(age: timedelta, asks: bool) -> None:
    """The act lies between two looks; after an outage, nobody knows how long ago."""
    decision = check(facts(happened_at=NOW, possibly_at=NOW - age, stale_after=DAY))
    assert isinstance(decision, Ask if asks else Allow)
    if isinstance(decision, Ask):
        assert decision.reason.startswith("This may have happened up to 24 hours ago")
