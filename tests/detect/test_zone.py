"""Hours and days are counted in the organisation's time zone, summer time included."""

from pathlib import Path

import pytest

from bot.detect.coverage import measure
from bot.detect.matcher import compile_rules
from bot.detect.overlay import parse_overlay
from bot.detect.trial import run_tests
from bot.detect.verdict import judge
from bot.detect.zone import in_zone
from bot.playbooks import load
from tests.detect.build import NOW, event, playbook, rule

NIGHT = playbook(
    "event: {action: e}\n"
    "late: {'@timestamp|hour|gte': 22}\nearly: {'@timestamp|hour|lt': 6}\n"
    "condition: event and (late or early)"
)


@pytest.mark.parametrize(
    ("zone", "time", "night"),
    [
        ("UTC", "2026-01-15T21:30:00Z", False),
        ("Europe/Berlin", "2026-01-15T21:30:00Z", True),
        ("Europe/Berlin", "2026-01-15T20:30:00Z", False),
        ("Europe/Berlin", "2026-07-15T20:30:00Z", True),  # summer time
        ("Europe/Berlin", "2026-07-15T04:30:00Z", False),
        ("Asia/Kolkata", "2026-01-15T16:29:00Z", False),  # half an hour off
        ("Asia/Kolkata", "2026-01-15T16:31:00Z", True),
        ("America/New_York", "2026-01-15T23:00:00-05:00", True),
        ("Asia/Tokyo", "0001-01-01T01:00:00Z", False),
        ("America/New_York", "0001-01-01T01:00:00Z", True),  # no zone can move it further
    ],
)
def test_hours_are_those_of_the_zone(zone: str, time: str, *, night: bool) -> None:
    """Whatever zone the time itself is written in."""
    matcher = compile_rules([in_zone(rule(NIGHT), zone)], {})
    found = matcher.match(event({"action": "e", "@timestamp": time}))
    assert bool(found) is night


def test_a_day_begins_when_it_does_in_the_zone() -> None:
    """Days, months and years turn with the zone's midnight."""
    text = playbook("s: {'t|day': 1, 't|month': 1, 't|year': 2027}\ncondition: s")
    matcher = compile_rules([in_zone(rule(text), "Europe/Berlin")], {})
    assert matcher.match(event({"action": "e", "t": "2026-12-31T23:30:00Z"}))


def test_playbooks_of_two_zones_do_not_share_an_answer() -> None:
    """The same words in another zone ask something else."""
    here, there = (
        playbook("s: {t|hour: 3}\ncondition: s", number=1),
        playbook("s: {t|hour: 3}\ncondition: s", number=2),
    )
    matcher = compile_rules([in_zone(rule(here), "UTC"), in_zone(rule(there), "Europe/Berlin")], {})
    for time, number in (("2026-01-01T03:00:00Z", 1), ("2026-01-01T02:00:00Z", 2)):
        (found,) = matcher.match(event({"action": "e", "t": time}))
        assert found.playbook.id.endswith(str(number))
        (reason,) = found.reasons
        assert ("(Europe/Berlin)" in reason.test) is (number == 2)


def test_a_test_names_the_zone_it_is_about() -> None:
    """So that what a playbook promises holds wherever it is run."""
    test = (
        "tests:\n  - {name: n, time-zone: Asia/Tokyo, match: true,"
        " event: {action: e, '@timestamp': '2026-01-15T14:00:00Z'}}\n"
    )
    given = in_zone(rule(NIGHT + test), "Europe/Berlin")
    (outcome,) = run_tests(given, {}, now=NOW)
    assert outcome.failure == ""
    (covered,) = measure([given], {}, now=NOW)
    assert "late" in covered.covered


def test_the_overlay_names_the_zone_of_the_organisation(tmp_path: Path) -> None:
    """It holds for every playbook, and the rest of the condition stays."""
    (tmp_path / "p.yml").write_text(NIGHT)
    (tmp_path / "tipstaff.yml").write_text("time-zone: Europe/Berlin\n")
    loaded = load(tmp_path, config=tmp_path / "tipstaff.yml")
    assert loaded.problems == ()
    late = event({"action": "e", "@timestamp": "2026-01-15T21:30:00Z"})
    assert loaded.ruleset.match(late, {})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("Europe/Berln", "o.yml:1:12: there is no time zone 'Europe/Berln'; did you mean"),
        ("Mars", "there is no time zone 'Mars'"),
        ("../etc/passwd", "there is no time zone '../etc/passwd'"),
        ("5", "'time-zone' must be a name such as Europe/Berlin, not 5"),
        ("''", "there is no time zone ''"),
    ],
)
def test_a_zone_that_is_none_is_an_error(value: str, message: str) -> None:
    """Silence would shift every night by hours."""
    (problem,) = parse_overlay(f"time-zone: {value}\n", "o.yml").problems
    assert message in str(problem)
    assert problem.severity == "error"


def test_a_verdict_shows_the_clock_of_the_zone() -> None:
    """Whoever asks why sees the hour that was compared, not milliseconds."""
    text = playbook("s: {'@timestamp|hour': 3, n|hour: 3}\ncondition: s")
    given = in_zone(rule(text), "Europe/Berlin")
    found = judge(given, event({"action": "e", "@timestamp": 1795312800000, "n": "never"}), {})
    values = [part.values for part in found.parts]
    assert values == [("2026-11-22 03:00:00 Europe/Berlin",), ("never",)]
