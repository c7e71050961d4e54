"""The weekly issue for owners: which days it tells of, and that nothing in it comes alive."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.playbook import Level
from bot.respond.alert import CaseState
from bot.respond.digest import (
    HOUR,
    Line,
    Period,
    Week,
    digest_body,
    digest_case,
    digest_marker,
    digest_step,
    digest_title,
    last_period,
    reaching_back,
)
from bot.respond.life import Stage
from bot.respond.marker import bears
from bot.respond.render import LONGEST_BODY
from bot.respond.step import Issue, StepState
from tests.respond.story import NOW
from tests.respond.test_render import HOSTILE, alive

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def week(title: str = "Deploy key added", stands: int = 3) -> Week:
    """Return a week with something of everything in it."""
    line = Line(
        title=title,
        level=Level.HIGH,
        stage=Stage.AWAITING,
        alerts=41,
        issue=Issue(repository="acme/pay", number=7, url="https://github.com/acme/pay/issues/7"),
        opened_at=NOW,
    )
    return Week(
        org="acme",
        installation=7,
        period=last_period(MONDAY, weekday=0, zone=UTC),
        opened={Level.HIGH: 2, Level.CRITICAL: 1},
        ended={CaseState.CLOSED: 4, CaseState.EXPIRED: 1},
        done={("revert", StepState.DONE): 5, (title or "x", StepState.FAILED): 1},
        busy=[(title, 44)],
        standing=[line, replace(line, issue=None)],
        stands=stands,
    )


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (MONDAY, "2026-11-23"),
        (MONDAY - timedelta(seconds=1), "2026-11-16"),
        (MONDAY + timedelta(days=6, hours=23), "2026-11-23"),
        (datetime(2026, 11, 23, 6, 59, tzinfo=UTC), "2026-11-16"),
    ],
)
def test_a_week_is_due_from_eight_in_the_morning_of_its_day(now: datetime, day: str) -> None:
    """Also later, when nobody was there to look."""
    assert last_period(now, weekday=0, zone=UTC).day == date.fromisoformat(day)


def test_days_are_those_of_the_organisations_zone() -> None:
    """Eight in Berlin is seven by UTC, and a week with a change of clocks has its hours."""
    early = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    period = last_period(early, weekday=0, zone=BERLIN)
    assert period.day == date(2026, 11, 23)
    assert period.since.astimezone(UTC) == datetime(2026, 11, 15, 23, tzinfo=UTC)
    autumn = last_period(datetime(2026, 10, 26, 12, tzinfo=UTC), weekday=0, zone=BERLIN)
    hours = autumn.until.astimezone(UTC) - autumn.since.astimezone(UTC)
    assert hours == timedelta(days=7, hours=1)


@given(st.integers(0, 730 * 24 * 60), st.integers(0, 6))
def test_weeks_follow_each_other_without_gap_or_overlap(minutes: int, weekday: int) -> None:
    """Each day is told of once."""
    now = MONDAY + timedelta(minutes=minutes)
    this = last_period(now, weekday=weekday, zone=BERLIN)
    before = last_period(now - timedelta(days=7), weekday=weekday, zone=BERLIN)
    assert this.day.weekday() == weekday
    assert this.since == before.until or this.day == before.day
    assert datetime.combine(this.day, HOUR, BERLIN) <= now


def test_the_same_week_gives_the_same_case_and_step() -> None:
    """So that it is recorded once, whoever comes first."""
    told = week()
    case = digest_case("Acme", 7, told.period)
    assert case == digest_case("Acme", 7, told.period)
    step = digest_step(case, told, team=None, now=NOW)
    assert (step.id, step.action) == ("digest:acme:2026-11-23:0", "digest")
    assert bears(str(step.params["body"]), digest_marker(case.id))


def test_a_digest_says_what_there_was_and_what_needs_somebody() -> None:
    """With links to the issues, and how many more there are."""
    body = digest_body(week(), team="guards")
    for part in (
        "@acme/guards, for your information.",
        "- New: 1 🔴 critical, 2 🟠 high",
        "- Ended: 4 closed, 1 expired",
        "| awaiting approval | 41 |",
        "[`acme/pay#7`](https://github.com/acme/pay/issues/7)",
        "And 1 more.",
        "| `revert` | ✅ done | 5 |",
        "| `Deploy key added` | 44 |",
    ):
        assert part in body
    assert digest_title(week()) == "Tipstaff in acme, 2026-11-16 to 2026-11-22: 3 new cases, 3 open"
    assert "@" not in digest_body(week(), team=None)


def test_a_week_in_which_nothing_was_is_empty() -> None:
    """And one in which something still stands is not."""
    nothing = replace(week(), opened={}, ended={}, done={}, busy=[], standing=[], stands=0)
    assert nothing.is_empty
    assert not replace(nothing, stands=1).is_empty
    assert "Nothing is open." in digest_body(nothing, team=None)


@given(HOSTILE)
@settings(max_examples=60, deadline=None)
def test_nothing_in_a_digest_comes_alive(text: str) -> None:
    """Whatever a playbook is called."""
    body = digest_body(week(text), team=None)
    ours = ("heading_open", "html_block: <!-- tipstaff:digest:")
    (link,) = [found for found in alive(body) if not found.startswith(ours)]
    assert "https://github.com/acme/pay/issues/7" in link
    assert len(body) < LONGEST_BODY


def test_a_period_is_told_by_the_day_after_it() -> None:
    """The digest of Monday tells of the week up to Sunday."""
    period = last_period(MONDAY, weekday=0, zone=UTC)
    assert period == Period(
        day=date(2026, 11, 23),
        since=datetime(2026, 11, 16, tzinfo=UTC),
        until=datetime(2026, 11, 23, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("told", "began", "since"),
    [
        (None, None, "2026-11-16"),
        ("2026-11-16", "2026-01-01", "2026-11-16"),
        ("2026-10-26", "2026-01-01", "2026-10-26"),
        (None, "2026-11-03", "2026-11-02"),
        (None, "2026-01-01", "2026-10-19"),
        ("2026-11-20", None, "2026-11-16"),
    ],
)
def test_a_digest_reaches_back_to_the_last_that_was_made(
    told: str | None, began: str | None, since: str
) -> None:
    """Over whole weeks, through a change of clocks, and not for ever."""

    def at(day: str | None) -> datetime | None:
        return None if day is None else datetime.combine(date.fromisoformat(day), time(), BERLIN)

    period = last_period(MONDAY, weekday=0, zone=BERLIN)
    reached = reaching_back(period, told_until=at(told), began=at(began))
    assert (reached.since, reached.until) == (at(since), period.until)
