"""The pace never goes beyond GitHub's limits, and never stands still without need."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.github.pace import Cost, Pace, Pacer, Window, cost_of

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
READ = Cost(points=1, creations=0)
CREATE = Cost(points=5, creations=1)


def seconds(number: float) -> timedelta:
    """Return a span."""
    return timedelta(seconds=number)


def drive(pacer: Pacer, cost: Cost, times: int, *, start: datetime = NOW) -> list[datetime]:
    """Ask again and again, waiting whenever told to; return when each call went."""
    went = []
    now = start
    for _ in range(times):
        now = pacer.earliest(now, cost)
        pacer.book(now, cost)
        went.append(now)
    return went


@pytest.mark.parametrize(
    ("method", "path", "points", "creations"),
    [
        ("GET", "/orgs/acme", 1, 0),
        ("POST", "/repos/acme/app/issues", 5, 1),
        ("PUT", "/orgs/acme/memberships/eve", 5, 0),
        ("DELETE", "/orgs/acme/memberships/eve", 5, 0),
        ("POST", "/app/installations/1/access_tokens", 5, 0),
        ("POST", "/app/hook/deliveries/1/attempts", 5, 0),
    ],
)
def test_a_call_costs_what_github_counts(
    method: str, path: str, points: int, creations: int
) -> None:
    """A read is one point, a write five, and only what makes content is a creation."""
    assert cost_of(method, path) == Cost(points=points, creations=creations)


def test_the_limit_is_free_and_the_next_waits_for_the_window() -> None:
    """900 reads go at once; the 901st when the first has left the window, however late it came."""
    went = drive(Pacer(Pace()), READ, 901)
    assert went[899] == NOW
    assert went[900] == NOW + seconds(62)


def test_creations_have_a_minute_and_an_hour() -> None:
    """80 creations a minute and 500 an hour hold together."""
    went = drive(Pacer(Pace(points_per_minute=None)), CREATE, 501)
    assert went[79] == NOW
    assert went[80] == NOW + seconds(62)
    assert went[500] == NOW + timedelta(hours=1, seconds=2)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 5)), max_size=80))
def test_no_window_ever_holds_more_than_its_limit(asks: list[tuple[int, int]]) -> None:
    """Whenever calls are asked for, any minute holds at most the limit."""
    pacer = Pacer(Pace(points_per_minute=20))
    booked: list[tuple[datetime, int]] = []
    now = NOW
    for gap, points in asks:
        now += seconds(gap)
        cost = Cost(points=points, creations=0)
        at = pacer.earliest(now, cost)
        if at - now <= seconds(30):
            pacer.book(at, cost)
            booked.append((at, points))
    for end, _ in booked:
        within = sum(points for at, points in booked if end - seconds(60) < at <= end)
        assert within <= 20


def test_a_window_waits_no_longer_than_needed() -> None:
    """A small cost waits only for as many bookings to leave as it needs."""
    window = Window(10, seconds(60))
    window.spend(NOW, 4)
    window.spend(NOW + seconds(10), 6)
    assert window.earliest(NOW + seconds(20), 4) == NOW + seconds(60)
    assert window.earliest(NOW + seconds(20), 5) == NOW + seconds(70)


def test_a_hold_stops_everything_until_it_is_over() -> None:
    """After GitHub's own limit even a read waits until then, and not longer."""
    pacer = Pacer(Pace.off())
    pacer.hold(NOW, NOW + seconds(90))
    assert pacer.earliest(NOW + seconds(5), READ) == NOW + seconds(90)
    assert pacer.earliest(NOW + seconds(91), READ) == NOW + seconds(91)


def test_the_backoff_doubles_by_strike_and_ends_with_an_answer() -> None:
    """One minute, two, four, at most sixteen; calls refused together are one strike."""
    pacer = Pacer(Pace.off())
    assert pacer.backoff() == seconds(60)
    pacer.hold(NOW, NOW + seconds(60))
    pacer.hold(NOW, NOW + seconds(60))
    assert pacer.backoff() == seconds(120)
    for minute in range(2, 20):
        pacer.hold(NOW + timedelta(hours=minute), NOW + timedelta(hours=minute, seconds=1))
    assert pacer.backoff() == timedelta(minutes=16)
    pacer.release()
    assert pacer.backoff() == seconds(60)


def test_nothing_is_limited_when_switched_off() -> None:
    """Without limits a thousand creations go at once."""
    assert set(drive(Pacer(Pace.off()), CREATE, 1000)) == {NOW}


def test_a_clock_put_back_does_not_block() -> None:
    """Bookings that seem to lie in the future are forgotten."""
    pacer = Pacer(Pace(points_per_minute=5))
    pacer.book(NOW, CREATE)
    earlier = NOW - timedelta(hours=1)
    assert pacer.earliest(earlier, CREATE) == earlier
