"""What events mean together: windows, groups, lateness, chains, absence and first sight."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.core.event import Event
from bot.detect.correlation.read import MOST_EVENTS
from bot.detect.correlation.sighting import Sighting
from bot.detect.recall import Recollection
from tests.detect.correlation.stage import (
    START,
    Play,
    base,
    correlation,
    faultless,
    folder,
    happening,
)

THREE = "type: event_count, rules: [a], timespan: 10m, group-by: [actor], condition: {gte: 3}"
FOLLOWED = "type: temporal_ordered, rules: [a, b], timespan: 10m, group-by: [actor]"
ABSENT = FOLLOWED + ", condition: a and not b"


def burst(*minutes: float, actor: str = "eve") -> list[Event]:
    """Return events of one actor at these minutes."""
    return [happening("a", minute, actor=actor, key=f"{actor}{minute}") for minute in minutes]


def play(*documents: str) -> Play:
    """Put faultless documents on stage."""
    return Play(faultless(*documents))


def test_a_count_fires_when_it_is_reached_and_names_what_counted() -> None:
    """The third event within the timespan alerts, with all three as its reasons."""
    stage = play(correlation(THREE), base("a"))
    assert stage.see(*burst(0, 4)) == []
    (match,) = stage.matches(happening("a", 10, actor="EVE", key="last"))
    assert match.event_id == "last"
    assert [reason.selection for reason in match.reasons] == ["a"] * 3
    assert match.reasons[0].value == "2026-11-22 06:00:00 UTC: a by eve in acme"
    assert match.reasons[0].test == "event_count gte 3 within 10m by actor: 3"


def test_a_window_slides_and_holds_both_its_ends() -> None:
    """Ten minutes to the second is within ten minutes; a moment more is not."""
    stage = play(correlation(THREE), base("a"))
    assert stage.see(*burst(1, 5, 11.001)) == []
    assert stage.see(*burst(14.9)) == ["c"]


def test_after_firing_the_same_window_is_silent_until_it_has_passed() -> None:
    """Further events of the same burst are no news; a burst after that is."""
    stage = play(correlation(THREE), base("a"))
    assert stage.see(*burst(0, 1, 2, 3, 4, 11, 12)) == ["c"]
    assert stage.see(*burst(12.5)) == ["c"]


def test_groups_and_organisations_are_apart() -> None:
    """What another actor does, or that login elsewhere, does not count; case is no matter."""
    stage = play(correlation(THREE), base("a"))
    assert stage.see(*burst(0, 1), *burst(0, 1, actor="bob")) == []
    assert stage.see(happening("a", 2, actor="eve", org="other")) == []
    assert stage.see(happening("a", 2)) == []
    assert stage.see(happening("a", 3, actor="Eve", org="ACME")) == ["c"]


def test_a_late_event_completes_the_window_it_belongs_to() -> None:
    """Events in the wrong order are judged by when they happened."""
    stage = play(correlation(THREE), base("a"))
    assert stage.see(*burst(8, 9)) == []
    assert stage.see(*burst(1), late=9) == ["c"]


def test_the_same_event_counts_once() -> None:
    """A second look at an event changes nothing."""
    stage = play(correlation(THREE), base("a"))
    first, second = burst(0, 1)
    assert stage.see(first, first, first, second, second) == []


def test_order_matters_where_it_is_asked() -> None:
    """The second before the first, or at the same moment, is no sequence."""
    stage = play(correlation(FOLLOWED), base("a"), base("b", 2))
    assert stage.see(happening("b", 0, actor="eve"), happening("a", 1, actor="eve")) == []
    assert stage.see(happening("b", 1, actor="eve")) == []
    assert stage.see(happening("b", 2, actor="bob")) == []
    assert stage.see(happening("b", 11, actor="eve")) == ["c"]


def test_base_rules_are_silent_unless_asked_for() -> None:
    """`generate: true` lets the rules of a correlation alert on their own too."""
    assert play(correlation(FOLLOWED), base("a"), base("b", 2)).see(*burst(0)) == []
    loud = play(correlation(FOLLOWED + ", generate: true"), base("a"), base("b", 2))
    assert loud.see(*burst(0)) == ["a"]


def test_an_absence_is_judged_when_its_time_has_passed() -> None:
    """`a and not b` fires after the window's end, once, although nothing happens then."""
    stage = play(correlation(ABSENT), base("a"), base("b", 2))
    assert stage.see(*burst(0)) == []
    assert stage.wait(10.9) == []
    assert stage.wait(11) == [("c", "eve0")]
    assert stage.wait(1_000) == []


def test_what_came_in_time_prevents_the_alert() -> None:
    """The answer within the window, told of late but before judgement, is an answer."""
    stage = play(correlation(ABSENT), base("a"), base("b", 2))
    assert stage.see(*burst(0)) == []
    assert stage.see(happening("b", 10, actor="eve"), late=0.9) == []
    assert stage.wait(60) == []


@pytest.mark.parametrize("minute", [-1, 10.01])
def test_what_came_too_early_or_too_late_is_no_answer(minute: float) -> None:
    """Only what follows within the timespan counts."""
    stage = play(correlation(ABSENT), base("a"), base("b", 2))
    assert stage.see(*burst(0), happening("b", minute, actor="eve")) == []
    assert stage.wait(60) == [("c", "eve0")]


UNANNOUNCED = (
    "type: temporal_ordered, rules: [a, b], timespan: 10m, group-by: [actor], "
    "condition: b and not a"
)


def test_an_absence_before_an_event_is_told_as_soon_as_nothing_can_change_it() -> None:
    """`not a` before `b` in the rules asks whether a went before; nobody waits a timespan."""
    stage = play(correlation(UNANNOUNCED), base("a"), base("b", 2))
    assert stage.see(happening("b", 20, actor="eve")) == []
    assert stage.wait(20.9) == []
    assert stage.wait(21) == [("c", "b@20")]
    assert stage.see(happening("a", 21, actor="eve"), happening("b", 40, actor="eve")) == []
    assert stage.wait(60) == [("c", "b@40")]


@pytest.mark.parametrize("minute", [10, 15, 20])
def test_what_went_before_in_time_prevents_the_alert(minute: float) -> None:
    """From one timespan before to the very moment, even when it is told of afterwards."""
    stage = play(correlation(UNANNOUNCED), base("a"), base("b", 2))
    assert stage.see(happening("b", 20, actor="eve")) == []
    assert stage.see(happening("a", minute, actor="eve"), late=20.9 - minute) == []
    assert stage.wait(60) == []


@pytest.mark.parametrize("minute", [9.99, 20.01])
def test_what_went_too_long_before_or_came_after_does_not(minute: float) -> None:
    """Only its place in the order counts, within the timespan."""
    stage = play(correlation(UNANNOUNCED), base("a"), base("b", 2))
    seen = [happening("b", 20, actor="eve"), happening("a", minute, actor="eve")]
    assert stage.see(*sorted(seen, key=lambda each: each.at)) == []
    assert stage.wait(60) == [("c", "b@20")]


LISTED = (
    "title: a\nname: a\nid: 11111111-2222-4333-8444-000000000001\nlevel: low\n"
    "logsource: {product: github, service: audit}\n"
    "detection: {s: {action: a, user|expand: '%org_owners%'}, condition: s}\n"
)


@pytest.mark.parametrize("body", [ABSENT.replace("a and not b", "b and not a"), UNANNOUNCED])
def test_what_may_have_been_there_does_not_pass_for_seen(body: str) -> None:
    """A negated match that is presumed, its list unknown, prevents no alert: that one asks."""
    stage = play(correlation(body), LISTED, base("b", 2))
    stage.see(happening("a", 19.5, actor="eve", user="x"), happening("b", 20, actor="eve"))
    (deadline,) = stage.memory.deadlines.values()
    opener = stage.events[deadline.event_id]
    (match,) = stage.detector.elapse(deadline, opener, stage.memory, now=deadline.due)
    assert match.presumed
    sure = play(correlation(body), base("a"), base("b", 2))
    sure.see(happening("a", 19.5, actor="eve"), happening("b", 20, actor="eve"))
    assert sure.wait(60) == []


def test_an_absence_between_two_events_is_told_when_the_second_came() -> None:
    """`a`, then `c` with no `b` in between."""
    body = "type: temporal_ordered, rules: [a, b, c], timespan: 10m, condition: a and c and not b"
    rules = (correlation(body, name="gap"), base("a"), base("b", 2), base("c", 3))
    stage = play(*rules)
    assert stage.see(happening("a", 0), happening("b", 1), happening("c", 5)) == []
    assert stage.wait(30) == []
    assert stage.see(happening("a", 40), happening("c", 45), happening("b", 46)) == []
    (alert,) = stage.wait(46)
    assert alert == ("gap", "c@45")


def test_an_absence_on_both_sides_is_a_chain() -> None:
    """Neither announced nor taken back: a correlation over the one that looks back."""
    lone = correlation(UNANNOUNCED, name="lone", position=91)
    body = (
        "type: temporal_ordered, rules: [lone, a], timespan: 10m, group-by: [actor], "
        "condition: lone and not a"
    )
    for minute, alerts in ((15, []), (25, []), (31, [("c", "b@20")])):
        stage = play(correlation(body), lone, base("a"), base("b", 2))
        events = [happening("b", 20, actor="eve"), happening("a", minute, actor="eve")]
        found = []
        for event in sorted(events, key=lambda each: each.at):
            found += stage.wait((event.at - START).total_seconds() / 60)
            stage.see(event)
        assert [*found, *stage.wait(90)] == alerts


class Reading(Recollection):
    """A memory that counts how often a group is read."""

    reads = 0

    def between(
        self, correlation: str, group: str, first: datetime, last: datetime
    ) -> Sequence[Sighting]:
        """Read a group, and count it; `extent` does without."""
        self.reads += 1
        return super().between(correlation, group, first, last)

    def extent(
        self, correlation: str, group: str, first: datetime, last: datetime
    ) -> tuple[int, datetime | None]:
        """Count without reading."""
        found = super().extent(correlation, group, first, last)
        self.reads -= 1
        return found


@pytest.mark.parametrize("body", [THREE.replace("gte: 3", "gte: 40"), UNANNOUNCED, ABSENT])
def test_a_flood_of_events_does_not_read_its_group_for_each(body: str) -> None:
    """Before the threshold, after the alert, and where only a wait can tell, nothing is read."""
    stage = play(correlation(body), base("a"), base("b", 2))
    memory = stage.memory = Reading()
    action = "b" if body == UNANNOUNCED else "a"
    events = [happening(action, n / 100, actor="eve", key=f"e{n}") for n in range(100)]
    found = stage.see(*events) + [title for title, _ in stage.wait(60)]
    assert found == ["c"]
    assert memory.reads == 1


def test_correlations_build_on_correlations() -> None:
    """Many failures, then a success: the sequence sees every moment at which the count holds."""
    many = correlation(THREE, name="many", position=91)
    then = correlation(
        "type: temporal_ordered, rules: [many, b], timespan: 5m, group-by: [actor]", name="then"
    )
    stage = play(then, many, base("a"), base("b", 2))
    assert stage.see(*burst(0, 1, 2, 3, 9, 10)) == []
    assert stage.see(happening("b", 14, actor="eve")) == ["then"]


def test_a_count_of_counts_counts_news() -> None:
    """Two bursts are two, however many events each has."""
    many = correlation(THREE, name="many", position=91)
    twice = correlation(
        "type: event_count, rules: [many], timespan: 1h, condition: {gte: 2}", name="twice"
    )
    stage = play(twice, many, base("a"))
    assert stage.see(*burst(0, 1, 2, 3, 4, 5)) == []
    assert stage.see(*burst(30, 31, 32)) == ["twice"]


def test_an_absence_can_be_part_of_more() -> None:
    """A correlation over one that waits sees it when it fires."""
    silent = correlation(ABSENT, name="silent", position=91)
    both = correlation("type: event_count, rules: [silent], timespan: 1d, condition: {gte: 2}")
    stage = play(both, silent, base("a"), base("b", 2))
    assert stage.see(*burst(0), *burst(5, actor="bob")) == []
    assert stage.wait(60) == [("c", "bob5")]


def test_aliases_join_different_fields() -> None:
    """Who was added is later who acts."""
    body = (
        "type: temporal_ordered, rules: [a, b], timespan: 10m, group-by: [who], "
        "aliases: {who: {a: user, b: actor}}"
    )
    stage = play(correlation(body), base("a"), base("b", 2))
    assert stage.see(happening("a", 0, user="eve", actor="bob")) == []
    assert stage.see(happening("b", 1, actor="bob")) == []
    assert stage.see(happening("b", 2, actor="eve")) == ["c"]


def test_values_are_counted_and_summed() -> None:
    """Different values count once; numbers may be spelt; what is none is left out."""
    count = correlation(
        "type: value_count, rules: [a], timespan: 1h, condition: {gte: 3, field: repo}"
    )
    total = correlation(
        "type: value_sum, rules: [a], timespan: 1h, condition: {gt: 10, field: n}",
        name="total",
        position=91,
    )
    stage = play(count, total, base("a"))
    assert stage.see(happening("a", 0, repo="x", n=4), happening("a", 1, repo="X", n="6")) == []
    assert stage.see(happening("a", 2, repo="y", n="many")) == []
    assert stage.see(happening("a", 3, repo=["y", "z"], n=0.5)) == ["c", "total"]


def test_no_count_can_be_asked_for_that_is_not_kept() -> None:
    """The bound of what is kept of a group is the bound of what a condition may ask."""
    body = THREE.replace("gte: 3", f"gte: {MOST_EVENTS + 1}")
    rules, problems = folder(correlation(body), base("a"))
    assert [rule.name for rule in rules] == ["a"]
    assert "at most 2,000 events" in problems[0]
    faultless(correlation(THREE.replace("gte: 3", f"gte: 3, lte: {MOST_EVENTS + 1}")), base("a"))


BASELINE = (
    base("a") + "baseline: {type: first_seen, field: country, group-by: [actor], memory: 30d, "
    "learning: 2d}\n"
)
DAY = 24 * 60


def test_a_baseline_learns_in_silence_and_then_tells_what_is_new() -> None:
    """New values of the learning time are known; a new one afterwards matches once."""
    stage = play(BASELINE)
    one = [happening("a", day * DAY, actor="eve", country="DE") for day in (0, 1, 3)]
    assert stage.see(one[0], happening("a", DAY, actor="eve", country="FR"), *one[1:]) == []
    (match,) = stage.matches(happening("a", 4 * DAY, actor="eve", country="BR"))
    assert match.reasons[-1].test == "first seen within 30d by actor"
    assert (match.reasons[-1].field, match.reasons[-1].value) == ("country", "BR")
    assert stage.see(happening("a", 5 * DAY, actor="eve", country="br")) == []
    assert stage.see(happening("a", 5 * DAY, actor="eve", country="fr")) == []


def test_each_key_of_a_baseline_learns_for_itself() -> None:
    """A new actor begins to learn when first seen; what lacks the field is nothing."""
    stage = play(BASELINE)
    assert stage.see(happening("a", 0, actor="eve", country="DE")) == []
    assert stage.see(happening("a", 5 * DAY, actor="bob", country="DE")) == []
    assert stage.see(happening("a", 6 * DAY, actor="eve"), happening("a", 6 * DAY)) == []
    assert stage.see(happening("a", 8 * DAY, actor="bob", country="FR")) == ["a"]


def test_a_baseline_forgets_what_was_not_seen_for_its_memory() -> None:
    """A value comes as new again when it was away for longer than the memory."""
    stage = play(BASELINE)
    days = (0, 30, 60, 91)
    seen = [happening("a", day * DAY, actor="eve", country="DE", key=f"d{day}") for day in days]
    assert stage.see(*seen[:3]) == []
    assert stage.see(seen[3]) == ["a"]


def test_a_key_that_slept_for_twice_the_memory_learns_anew() -> None:
    """Until then whoever wakes it is news; afterwards the key is as good as a new one."""
    stage = play(BASELINE)
    see = [happening("a", day * DAY, actor="eve", country=f"c{day}") for day in (0, 59, 120, 121)]
    assert stage.see(*see) == ["a"]
    assert stage.see(happening("a", 123 * DAY, actor="eve", country="new")) == ["a"]


def test_a_correlation_of_a_baseline_counts_what_is_new() -> None:
    """A known value is no sighting."""
    body = "type: event_count, rules: [a], timespan: 1d, condition: {gte: 2}"
    stage = play(correlation(body), BASELINE)
    assert stage.see(happening("a", 0, actor="eve", country="DE")) == []
    for country in ("DE", "FR"):
        assert stage.see(happening("a", 5 * DAY, actor="eve", country=country, key=country)) == []
    assert stage.see(happening("a", 5 * DAY, actor="eve", country="US")) == ["c"]


REDEFINED = {
    "other rules": "type: temporal_ordered, rules: [a, z], timespan: 10m, group-by: [actor]",
    "numbers": "type: value_sum, rules: [a], timespan: 10m, group-by: [actor], "
    "condition: {field: repo, gt: 5}",
    "texts": "type: value_count, rules: [a, b], timespan: 10m, group-by: [actor], "
    "condition: {field: n, gte: 9}",
    "an absence": "type: temporal_ordered, rules: [z, a], timespan: 10m, group-by: [actor], "
    "condition: a and not z",
}


@pytest.mark.parametrize("name", REDEFINED)
def test_what_was_seen_before_a_change_of_the_playbook_does_no_harm(name: str) -> None:
    """A reload may give a correlation other rules and another measure; events go on."""
    counting = (
        "type: value_count, rules: [a, b], timespan: 10m, group-by: [actor], "
        "condition: {field: repo, gte: 99}"
    )
    parts = (base("a"), base("b", 2), base("z", 3))
    stage = play(correlation(counting), *parts)
    for minute, action in enumerate("abab"):
        assert stage.see(happening(action, minute, actor="eve", repo=f"r{minute}", n=1)) == []
    after = play(correlation(REDEFINED[name]), *parts)
    after.memory, after.events = stage.memory, stage.events
    assert after.see(happening("a", 5, actor="eve", repo="7", n=1)) == (
        ["c"] if name == "numbers" else []
    )
    after.wait(60)


def test_windows_of_a_playbook_that_is_gone_lead_to_nothing() -> None:
    """A reload that takes a correlation away ends what it waited for."""
    stage = play(correlation(ABSENT), base("a"), base("b", 2))
    stage.see(*burst(0))
    after = Play(faultless(base("a"), base("b", 2)))
    after.memory, after.events = stage.memory, stage.events
    assert after.wait(60) == []
    assert not after.memory.deadlines


def test_the_clock_of_a_deadline_leaves_time_after_an_outage() -> None:
    """What arrives long after it happened is still waited for before its absence is told."""
    stage = play(correlation(ABSENT), base("a"), base("b", 2))
    assert stage.see(*burst(0), late=120) == []
    (deadline,) = stage.memory.deadlines.values()
    assert deadline.due > START + timedelta(minutes=120)
    assert stage.see(happening("b", 5, actor="eve"), late=116) == []
    assert stage.wait(500) == []
