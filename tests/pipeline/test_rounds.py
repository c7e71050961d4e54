"""Going round by the clock: what is found wakes the worker, and what fails holds nobody up."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.core.playbook import Level
from bot.core.times import DEFAULTS
from bot.pipeline.digest import Digests
from bot.pipeline.rounds import SPOILT, Rounds, level_of
from bot.respond.alert import Case, CaseFile
from bot.respond.digest import Period, Week
from bot.respond.rounds import Round
from bot.respond.step import Issue, Step
from tests.store.samples import make_plan

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
ISSUE = Issue(repository="acme/site", number=1, url="https://github.com/acme/site/issues/1")


def file(name: str = "a1", *levels: Level, opened: datetime = NOW) -> CaseFile:
    """Return a case with an alert of each level."""
    plans = [make_plan(f"{name}-{level}", level=level, at=opened) for level in levels]
    case = replace(make_plan(name, at=opened).case, issue=ISSUE)
    return CaseFile(case=case, alerts=tuple(plan.alert for plan in plans))


@dataclass
class Shelf:
    """Cases in memory, and what the looks at them led to."""

    files: list[CaseFile]
    found: list[Round] = field(default_factory=list)

    async def make_rounds(
        self, *, now: datetime, limit: int, look: Callable[[CaseFile], Round]
    ) -> Sequence[Round]:
        """Have each looked at once."""
        taken, self.files = self.files[:limit], self.files[limit:]
        made = [look(each) for each in taken]
        self.found += made
        return made


def rounds(shelf: Shelf, woken: list[int]) -> Rounds:
    """Put the parts together."""
    return Rounds(
        cases=shelf,
        times=lambda: DEFAULTS,
        changing=frozenset({"revert"}),
        opening=frozenset({"open-issue"}),
        team=None,
        clock=lambda: NOW,
        woken=lambda: woken.append(1),
    )


async def test_what_is_due_wakes_the_worker() -> None:
    """And what is not due does not."""
    shelf, woken = Shelf([file("a1", Level.HIGH)]), list[int]()
    assert await rounds(shelf, woken).go() == 1
    assert woken == []
    shelf.files = [file("a2", Level.HIGH, opened=NOW - timedelta(days=2))]
    assert await rounds(shelf, woken).go() == 1
    assert [each.action for each in shelf.found[-1].steps] == ["comment"]
    assert woken == [1]


async def test_a_case_that_cannot_be_looked_at_holds_up_no_other() -> None:
    """It is looked at again an hour later."""
    broken = replace(file("a1", Level.HIGH), steps=(None,))  # type: ignore[arg-type]  # a bad file
    shelf = Shelf([broken, file("a2", Level.HIGH)])
    assert await rounds(shelf, []).go() == 2
    assert shelf.found == [Round(next_at=NOW + SPOILT), Round(next_at=NOW + timedelta(hours=24))]


def test_a_case_waits_as_long_as_its_highest_level_says() -> None:
    """One alert of many is enough."""
    assert level_of(file("a1", Level.LOW, Level.CRITICAL, Level.MEDIUM)) is Level.CRITICAL
    assert level_of(file("a1")) is Level.INFORMATIONAL


@dataclass
class Calendar:
    """Two organisations, one of them without anything to tell."""

    recorded: list[tuple[Case, Step | None]] = field(default_factory=list)
    asked: int = 0

    async def organisations(self) -> Mapping[str, int]:
        """Return both."""
        self.asked += 1
        return {"acme": 7, "globex": 8}

    async def has_digest(self, case_id: str) -> bool:
        """Tell whether it was recorded here."""
        return any(case.id == case_id for case, _ in self.recorded)

    async def week(
        self, org: str, installation: int, period: Period, *, changing: Collection[str]
    ) -> Week:
        """Count one case for acme."""
        return Week(
            org=org,
            installation=installation,
            period=period,
            opened={Level.HIGH: 1} if org == "acme" else {},
            ended={},
            done={},
            busy=[],
            standing=[],
            stands=0,
        )

    async def digest_reach(self, org: str) -> tuple[datetime | None, datetime | None]:
        """Tell of all that is recorded here."""
        until = [case.opened_at for case, _ in self.recorded if case.org == org]
        return max(until, default=None), NOW - timedelta(days=1)

    async def record_digest(self, case: Case, step: Step | None) -> bool:
        """Write it down."""
        self.recorded.append((case, step))
        return True


def digests(calendar: Calendar, clock: list[datetime], woken: list[int]) -> Digests:
    """Put the parts together; the clock is the first of a list."""
    return Digests(
        weeks=calendar,
        weekday=0,
        zone=lambda: UTC,
        changing=frozenset({"revert"}),
        team=None,
        clock=lambda: clock[0],
        woken=lambda: woken.append(1),
    )


async def test_a_week_is_summed_up_once_where_there_is_something_to_tell() -> None:
    """A second look, and another worker, find it done; the next week has its own."""
    calendar, clock, woken = Calendar(), [NOW], list[int]()
    mine = digests(calendar, clock, woken)
    assert await mine.look() == 1
    assert await mine.look() == 0
    assert await digests(calendar, clock, woken).look() == 0
    assert ([case.org for case, step in calendar.recorded if step], woken) == (["acme"], [1])
    assert calendar.asked == 2
    clock[0] += timedelta(days=7)
    assert await mine.look() == 1
    ids = [case.id for case, step in calendar.recorded if step]
    assert ids == ["digest:acme:2026-11-23", "digest:acme:2026-11-30"]


async def test_weeks_in_which_nobody_looked_are_told_of_with_the_next() -> None:
    """One issue for all of them; an empty week was looked at, too."""
    calendar, clock, woken = Calendar(), [NOW], list[int]()
    mine = digests(calendar, clock, woken)
    assert await mine.look() == 1
    clock[0] += timedelta(days=21)
    assert await mine.look() == 1
    steps = [step for _, step in calendar.recorded if step is not None]
    assert "2026-11-16 to 2026-11-22" in steps[0].params["title"]
    assert "2026-11-23 to 2026-12-13" in steps[1].params["title"]
