"""A burst of alerts at GitHub's limits: what is put right first, and when the last is told.

``python bench/respond.py [--quick] [--seed N]``. Five hundred outsiders are made administrators of
twenty repositories at once, in an order that the seed shuffles: twenty-five alerts for each of
twenty cases, five cases of each of four levels. Each alert needs its grant put back and its case
told. The simulated GitHub holds Tipstaff to the documented limits: 80 creations of content a
minute and 500 an hour, 900 points a minute, 100 calls at once, 5,000 calls an hour. Tipstaff runs
as `serve` does; time is simulated (`bench.simulated`), so a limit's minute costs no minute.

The last line printed is JSON. ``dropped`` are alerts that were not put back and told, and told
once; ``over_limit`` calls that GitHub refused for a limit. ``out_of_order`` are changes for which
a graver one, of a case that nobody was at, had to wait, and ``comments_first`` comments for which
a change had to wait.
"""

import argparse
import re
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

if __package__ in {None, ""}:
    # Run as a script: the folder above this one holds the packages.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.burst import LEVELS, Story, play
from bench.deliveries import SECRET
from bench.simulated import Simulation
from bot import logs
from bot.core.playbook import Level
from bot.rehearsal.keys import make_keys
from bot.respond.step import StepState
from bot.simulator import Call

ALERTS, QUICK = 500, 100
IN_HAND = timedelta(seconds=3)  # what was claimed, or waits for its turn, already


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """One write at GitHub that took effect, and for which level."""

    what: str
    repository: str
    rank: int
    at: datetime


DEEDS = {
    "revert": re.compile(r"PUT /repos/acme/([^/]+)/collaborators/[^/]+"),
    "issue": re.compile(r"POST /repos/acme/([^/]+)/issues"),
    "comment": re.compile(r"(?:POST /repos/acme/([^/]+)/issues/\d+/comments)"),
    "edit": re.compile(r"(?:PATCH /repos/acme/([^/]+)/issues/comments/\d+)"),
}


def deeds(calls: Iterable[Call]) -> list[Deed]:
    """Return what was done to the burst's repositories, oldest first."""
    found = []
    for call in calls:
        for what, pattern in DEEDS.items():
            match = pattern.fullmatch(f"{call.method} {call.path}")
            if match and call.status < 300:
                level = Level(match[1].partition("-")[0])
                found.append(Deed(what=what, repository=match[1], rank=level.rank, at=call.at))
    return found


def over_limit(calls: Iterable[Call]) -> int:
    """Count the calls that GitHub refused for a limit: nothing else here is forbidden."""
    return sum(call.status in {403, 429} for call in calls)


def dropped(story: Story) -> int:
    """Count the alerts that were not raised, put back and told, exactly once each.

    Told is what people can read, not what the receipts say.
    """
    raised = Counter((alert.repo, alert.fields["user"]) for alert in story.alerts)
    done = Counter(
        (step.alert_id, step.action) for step in story.steps if step.state is StepState.DONE
    )
    fine = {
        (str(alert.repo).partition("/")[2], alert.fields["user"])
        for alert in story.alerts
        if raised[alert.repo, alert.fields["user"]] == 1
        and done[alert.id, "revert"] == done[alert.id, "open-issue"] == 1
    }
    there = Counter(repository for repository, _ in story.grants)
    untold = sum(abs(count - story.told[name]) for name, count in there.items())
    return len(set(story.grants) - fine | set(story.left)) + story.unanswered + untold


def most_within(times: Iterable[tuple[datetime, int]], span: timedelta) -> int:
    """Return the most that was spent within any such span."""
    held: deque[tuple[datetime, int]] = deque()
    total = most = 0
    for at, cost in times:
        while held and held[0][0] <= at - span:
            total -= held.popleft()[1]
        held.append((at, cost))
        total += cost
        most = max(most, total)
    return most


def comments_first(story: Story, done: Sequence[Deed]) -> int:
    """Count the comments that went ahead of a change that was recorded well before."""
    finished = {step.alert_id: step.finished_at for step in story.steps if step.action == "revert"}
    spans = [(alert.created_at, finished[alert.id]) for alert in story.alerts]
    return sum(
        any(
            since + IN_HAND < deed.at and (until is None or deed.at + IN_HAND < until)
            for since, until in spans
        )
        for deed in done
        if deed.what in {"comment", "edit"}
    )


def out_of_order(story: Story, done: Sequence[Deed]) -> int:
    """Count the changes made while a graver case waited that nothing was done about."""
    finished = {step.alert_id: step.finished_at for step in story.steps if step.action == "revert"}
    at_work: dict[str, list[datetime]] = {}
    for deed in done:
        at_work.setdefault(deed.repository, []).append(deed.at)
    waits = [
        (alert.playbook.level.rank, str(alert.repo).partition("/")[2], alert.created_at, until)
        for alert in story.alerts
        if (until := finished[alert.id]) is not None
    ]

    def idle(repository: str, at: datetime) -> bool:
        return not any(abs(each - at) <= IN_HAND for each in at_work.get(repository, ()))

    return sum(
        any(
            rank > deed.rank
            and since + IN_HAND < deed.at < until - IN_HAND
            and idle(repository, deed.at)
            for rank, repository, since, until in waits
        )
        for deed in done
        if deed.what == "revert"
    )


def told(story: Story) -> dict[str, Any]:
    """Return the figures."""
    done = deeds(story.calls)
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    points = [
        (call.at, 5 if call.writes else 1)
        for call in story.calls
        if call.token_kind == "installation" and call.status not in {403, 429}
    ]
    contents = [(deed.at, 1) for deed in done if deed.what in {"issue", "comment"}]

    def seconds(what: set[str], rank: int | None = None) -> list[float]:
        return [
            round((deed.at - story.began).total_seconds(), 1)
            for deed in done
            if deed.what in what and rank in {None, deed.rank}
        ]

    print(f"{'level':<10}{'first revert':>14}{'last revert':>14}{'first issue':>14}", end="")
    print(f"{'last issue':>14}{'last comment':>14}   (simulated seconds)")
    for level in LEVELS:
        reverts, issues = seconds({"revert"}, level.rank), seconds({"issue"}, level.rank)
        last = max(seconds({"comment", "edit"}, level.rank), default=0.0)
        cells = (min(reverts), max(reverts), min(issues), max(issues), last)
        print(f"{level:<10}" + "".join(f"{cell:>14,.1f}" for cell in cells))
    return {
        "alerts": len(story.grants),
        "dropped": dropped(story),
        "over_limit": over_limit(story.calls),
        "first_revert_s": min(seconds({"revert"})),
        "last_revert_s": max(seconds({"revert"})),
        "first_issue_s": min(seconds({"issue"})),
        "last_issue_s": max(seconds({"issue"})),
        "last_told_s": max(seconds({"issue", "comment", "edit"})),
        "out_of_order": out_of_order(story, done),
        "comments_first": comments_first(story, done),
        "reverts": len(seconds({"revert"})),
        "issues": len(seconds({"issue"})),
        "comments": len(seconds({"comment"})),
        "calls": len(story.calls),
        "most_points_a_minute": most_within(points, minute),
        "most_contents_a_minute": most_within(contents, minute),
        "most_contents_an_hour": most_within(contents, hour),
    }


def main() -> None:
    """Read the arguments, let it happen, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100 alerts; under a minute")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    logs.configure(level="error", json=True, stream=sys.stderr, secrets=[SECRET])
    simulation, keys = Simulation(), make_keys()
    count = QUICK if given.quick else ALERTS
    with tempfile.TemporaryDirectory(prefix="tipstaff-bench-") as name:
        story = simulation.run(
            lambda: play(Path(name), simulation, keys=keys, seed=given.seed, count=count)
        )
    print(orjson.dumps({**told(story), "seed": given.seed}).decode())


if __name__ == "__main__":
    main()
