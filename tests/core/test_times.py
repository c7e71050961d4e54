"""How long cases wait, as the operator writes it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.playbook import Level
from bot.core.times import (
    DEFAULTS,
    KINDS,
    Times,
    changed,
    parse_by_level,
    parse_span,
    schedule,
    spell_by_level,
    spell_span,
    usual,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "span"),
    [("24h", 24 * HOUR), (" 90 m", 90 * HOUR / 60), ("2w", 14 * DAY), ("Never", None)],
)
def test_a_span_is_a_number_and_a_unit_or_never(text: str, span: timedelta | None) -> None:
    """Seconds, minutes, hours, days and weeks."""
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["", "24", "h", "0h", "-1h", "1.5h", "1M", "99999w", "1h2m"])
def test_what_is_no_span_is_refused(text: str) -> None:
    """Also nothing at all, and more than ten years."""
    with pytest.raises(ValueError, match=r".*"):
        parse_span(text)


def test_a_level_that_is_not_named_takes_what_stands_alone_or_the_default() -> None:
    """So one value may hold for all, and one level may differ from the rest."""
    alone = parse_by_level("critical=2h, low=never, 24h", usual("remind"))
    assert alone[Level.CRITICAL] == 2 * HOUR
    assert alone[Level.LOW] is None
    assert alone[Level.HIGH] == alone[Level.INFORMATIONAL] == 24 * HOUR
    named = parse_by_level("critical=2h", usual("remind"))
    assert named == {**usual("remind"), Level.CRITICAL: 2 * HOUR}


@pytest.mark.parametrize("text", ["24h, 12h", "high=1h, high=2h", "grave=1h", "high=", "high"])
def test_what_says_two_things_or_nothing_is_refused(text: str) -> None:
    """A level named twice, two that stand alone, a level that is none."""
    with pytest.raises(ValueError, match=r".*"):
        parse_by_level(text, usual("remind"))


@given(
    st.fixed_dictionaries(
        {
            level: st.none() | st.integers(1, 10**7).map(lambda n: timedelta(seconds=n))
            for level in Level
        }
    )
)
def test_what_is_spelled_is_read_again(spans: dict[Level, timedelta | None]) -> None:
    """`.env.example` shows the defaults in the form that is read."""
    assert parse_by_level(spell_by_level(spans), usual("remind")) == spans


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (24 * HOUR, "24 hours"),
        (48 * HOUR, "48 hours"),
        (7 * DAY, "7 days"),
        (HOUR, "1 hour"),
        (HOUR / 2, "30 minutes"),
        (timedelta(seconds=1), "1 second"),
    ],
)
def test_spans_are_told_in_words(span: timedelta, words: str) -> None:
    """As people say them."""
    assert spell_span(span) == words


def test_kinds_make_times_and_one_of_them_can_be_changed() -> None:
    """Everything that is not named stays."""
    times = schedule(**{kind: usual(kind) for kind in KINDS})
    assert times == DEFAULTS
    given = changed(times, {Level.HIGH: {"remind": HOUR, "expire": None}})
    assert given[Level.LOW] == times[Level.LOW]
    high = times[Level.HIGH]
    assert given[Level.HIGH] == Times(
        remind=HOUR,
        escalate=high.escalate,
        close=high.close,
        expire=None,
        reopen=high.reopen,
    )
