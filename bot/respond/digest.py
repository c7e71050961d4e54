"""The weekly issue for owners: what there was, what was done, and what still needs somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from bot.core.playbook import Level
from bot.respond.account import STATES
from bot.respond.alert import Case, CaseState
from bot.respond.facts import LEVEL_WORDS, when
from bot.respond.inert import Markdown, cell, link
from bot.respond.life import Stage
from bot.respond.marker import marker, sealed
from bot.respond.step import Issue, Step, StepState

DIGEST: Final = "digest"
HOUR: Final = time(8)
"""From then on, by the organisation's clocks, the digest of a day is due."""

MOST_LINES: Final = 20
MOST_BUSY: Final = 5

_WEEK: Final = timedelta(days=7)
_MOST_WEEKS: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """Seven days, or more weeks; ``day`` is the one after them, whose digest tells of them."""

    day: date
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A case that stands: ``title`` is its playbook's, ``alerts`` how many it took."""

    title: str
    level: Level
    stage: Stage
    alerts: int
    issue: Issue | None
    opened_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """What a digest tells of.

    ``opened`` counts cases by level, ``ended`` by how they ended, ``done`` the changing steps that
    ended by action and state, ``busy`` the alerts of the playbooks with most of them. ``standing``
    are the cases that stand, those that need somebody most first, up to `MOST_LINES` of ``stands``.
    """

    org: str
    installation: int
    period: Period
    opened: Mapping[Level, int]
    ended: Mapping[CaseState, int]
    done: Mapping[tuple[str, StepState], int]
    busy: Sequence[tuple[str, int]]
    standing: Sequence[Line]
    stands: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.opened or self.ended or self.done or self.stands)


def last_period(now: datetime, *, weekday: int, zone: tzinfo) -> Period:
    """Return the seven days whose digest was due last; ``weekday`` counts from 0 for Monday."""
    local = now.astimezone(zone)
    day = local.date() - timedelta(days=(local.weekday() - weekday) % 7)
    if day == local.date() and local.time() < HOUR:
        day -= _WEEK
    return Period(
        day=day,
        since=datetime.combine(day - _WEEK, time(), zone),
        until=datetime.combine(day, time(), zone),
    )


def reaching_back(period: Period, *, told_until: datetime | None, began: datetime | None) -> Period:
    """Return the period with the whole weeks before it that no digest told of, up to four.

    ``told_until`` is the end of the last one that was made, ``began`` when the first case opened.
    """
    since, untold = period.since, told_until or began
    for _ in range(_MOST_WEEKS):
        if untold is None or untold >= since:
            break
        # By the clocks of the zone: a week may have an hour more, or less.
        since -= _WEEK
    return replace(period, since=since)


def digest_case(org: str, installation: int, period: Period) -> Case:
    """Return the case under which a digest is recorded; the same for the same week."""
    name = f"{DIGEST}:{org.lower()}:{period.day}"
    return Case(
        id=name,
        key=name,
        org=org,
        installation=installation,
        state=CaseState.CLOSED,
        opened_at=period.until,
    )


def digest_marker(case_id: str) -> Markdown:
    """Return the hidden line by which a week's issue is found again."""
    return marker(DIGEST, case_id.removeprefix(f"{DIGEST}:"))


def digest_step(case: Case, week: Week, *, team: str | None, now: datetime) -> Step:
    """Return the step that opens the issue."""
    return Step(
        id=f"{case.id}:0",
        case_id=case.id,
        alert_id=None,
        installation=case.installation,
        position=0,
        action=DIGEST,
        params={"title": digest_title(week), "body": str(digest_body(week, team=team))},
        next_at=now,
    )


def digest_title(week: Week) -> str:
    """Return the title: the organisation, the week, and how much there is to do."""
    first, last = week.period.since.date(), week.period.until.date() - timedelta(days=1)
    new = _count(sum(week.opened.values()), "new case")
    return f"Tipstaff in {week.org}, {first} to {last}: {new}, {week.stands} open"


def digest_body(week: Week, *, team: str | None) -> Markdown:
    """Return the issue's text; ``team`` is mentioned, if there is one."""
    case = digest_case(week.org, week.installation, week.period)
    whom = f"\n\n@{week.org}/{team}, for your information." if team else ""
    span = f"from {when(week.period.since)} to {when(week.period.until)}"
    parts = [
        f"What Tipstaff saw in {cell(week.org)} {span}.{whom}",
        f"### Cases\n\n{_cases(week)}",
        f"### What still needs somebody\n\n{_standing(week)}",
        f"### What was done\n\n{_done(week)}",
    ]
    if week.busy:
        rows = "\n".join(f"| {cell(name)} | {count} |" for name, count in week.busy)
        parts.append(f"### Playbooks with most alerts\n\n| Playbook | Alerts |\n|---|---|\n{rows}")
    return sealed("\n\n".join(parts), digest_marker(case.id))


def _cases(week: Week) -> str:
    levels = sorted(week.opened, key=lambda level: -level.rank)
    new = ", ".join(f"{week.opened[level]} {LEVEL_WORDS[level]}" for level in levels) or "none"
    ended = ", ".join(f"{count} {state}" for state, count in sorted(week.ended.items())) or "none"
    return f"- New: {new}\n- Ended: {ended}\n- Open now: {week.stands}"


def _standing(week: Week) -> str:
    if not week.standing:
        return "Nothing is open."
    rows = "\n".join(
        f"| {LEVEL_WORDS[line.level]} | {cell(line.title)} | {line.stage} | {line.alerts} | "
        f"{when(line.opened_at)} | {_issue(line.issue)} |"
        for line in week.standing
    )
    more = week.stands - len(week.standing)
    rest = f"\n\nAnd {more} more." if more > 0 else ""
    head = "| Level | Playbook | The case is | Alerts | Since | Issue |\n|---|---|---|---|---|---|"
    return f"{head}\n{rows}{rest}"


def _issue(issue: Issue | None) -> str:
    return "none" if issue is None else link(f"{issue.repository}#{issue.number}", issue.url)


def _done(week: Week) -> str:
    if not week.done:
        return "Nothing was changed."
    rows = "\n".join(
        f"| {cell(action)} | {STATES[state]} | {count} |"
        for (action, state), count in sorted(week.done.items())
    )
    return f"| Step | What came of it | How often |\n|---|---|---|\n{rows}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
