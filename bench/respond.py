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
import asyncio
import random
import re
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from pydantic import SecretStr

if __package__ in {None, ""}:
    # Run as a script: the folder above this one holds the packages.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.deliveries import SECRET
from bench.processes import ROOT
from bench.simulated import Simulation
from bot import logs
from bot.app import App, running
from bot.core.playbook import Level, Mode
from bot.manifest import read_manifest
from bot.rehearsal.keys import KeyPair, make_keys
from bot.respond.alert import Alert
from bot.respond.step import Step, StepState
from bot.settings import Settings
from bot.simulator import AppIdentity, Call, Simulator
from bot.simulator.limits import Limits

ALERTS, QUICK = 500, 100
LEVELS = (Level.CRITICAL, Level.HIGH, Level.MEDIUM, Level.LOW)
CASES_EACH = 5
ACTOR = "mallory"
APP_ID = 20260101
PATIENCE = timedelta(hours=6)
IN_HAND = timedelta(seconds=3)  # what was claimed, or waits for its turn, already
NO_CAP = 1_000_000

PLAYBOOK = """\
title: Made Administrator Of A {title} Repository
id: 11111111-2222-4333-8444-0000000005{number:02}
status: test
description: Somebody was made administrator of a repository.
logsource: {{product: github, service: audit}}
detection:
  selection:
    action: [repo.add_member, repo.update_member]
    permission: admin
    repo|startswith: acme/{level}-
  condition: selection
level: {level}
response:
  mode: enforce
  about: actor
  group-by: [org, repo]
  steps:
    - action: revert
    - action: open-issue
"""

Grant = tuple[str, str]  # repository, login
FOLDED = re.compile(r"\*\*And (\d+) more\.\*\*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """What happened: who was let in where and when it began, and what came of it.

    ``left`` are those whose grant stands, ``told`` how many alerts each repository's issue tells.
    """

    grants: Sequence[Grant]
    began: datetime
    calls: Sequence[Call]
    alerts: Sequence[Alert]
    steps: Sequence[Step]
    unanswered: int
    left: Sequence[Grant]
    told: Mapping[str, int]


async def play(
    folder: Path, simulation: Simulation, *, keys: KeyPair, seed: int, count: int
) -> Story:
    """Let the burst happen, and Tipstaff do all that it does about it."""
    wants = read_manifest((ROOT / "app.yml").read_text(encoding="utf-8"))
    identity = AppIdentity(
        id=APP_ID,
        slug="tipstaff",
        public_key=keys.public,
        webhook_secret=SECRET,
        permissions=wants.permissions,
        events=wants.events,
    )
    async with Simulator(
        identity, clock=simulation.clock, limits=Limits.as_github(), seed=seed
    ) as sim:
        grants = prepare(sim, count)
        random.Random(seed).shuffle(grants)
        settings = _settings(folder, sim, keys)
        async with running(settings, clock=simulation.clock) as app:
            sim.hook_url = f"{app.url}/webhooks"
            await _ready(app)
            began = simulation.clock()
            for repository, login in grants:
                await sim.by(ACTOR).set_collaborator(repository, login, "admin")
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await sim.settled(timeout=60)
                while not await app.store.settled():
                    await asyncio.sleep(1)
                    await sim.settled(timeout=60)
                # The last thing that was done may have been told of only now.
                await sim.settled(timeout=60)
            return Story(
                grants=grants,
                began=began,
                calls=tuple(sim.calls),
                alerts=await app.store.alerts(10 * count),
                steps=await app.store.steps(limit=10 * count),
                unanswered=sum(each.status_code != 202 for each in sim.deliveries),
                left=[each for each in grants if sim.collaborator(*each) != "push"],
                told=Counter({name: told_in(sim, name) for name, _ in grants}),
            )


def told_in(sim: Simulator, repository: str) -> int:
    """Count the alerts that the issues of a repository tell people of, by what is written there."""
    issues = sim.issues(repository)
    comments = [
        str(comment["body"])
        for issue in issues
        for comment in sim.comments(repository, issue["number"])
    ]
    folded = [int(found[1]) for body in comments if (found := FOLDED.search(body))]
    again = sum("It happened again" in body for body in comments)
    return len(issues) + again + sum(folded)


def prepare(sim: Simulator, count: int) -> list[Grant]:
    """Let outsiders write to repositories; return who, where."""
    sim.add_owner("olivia")
    sim.add_member(ACTOR)
    sim.add_repository("security")
    names = [f"{level}-{number}" for level in LEVELS for number in range(CASES_EACH)]
    for name in names:
        sim.add_repository(name)
    grants = [(names[number % len(names)], f"user-{number:03}") for number in range(count)]
    for repository, login in grants:
        sim.add_collaborator(repository, login, "push")
    return grants


def _settings(folder: Path, sim: Simulator, keys: KeyPair) -> Settings:
    """Return the settings: as delivered, but without the caps that ask people in a burst."""
    playbooks = folder / "playbooks"
    playbooks.mkdir()
    for number, level in enumerate(LEVELS):
        text = PLAYBOOK.format(title=str(level).title(), level=level, number=number)
        (playbooks / f"{level}.yml").write_text(text, encoding="utf-8")
    return Settings(
        app_id=APP_ID,
        private_key=SecretStr(keys.private),
        webhook_secret=SecretStr(SECRET),
        database_url=SecretStr(f"sqlite:///{folder}/tipstaff.db"),
        github_api_url=sim.url,
        port=0,
        mode=Mode.ENFORCE,
        playbooks=str(playbooks),
        lists=str(ROOT / "lists"),
        quiet_period=timedelta(0),
        cap_per_hour=NO_CAP,
        cap_per_actor=NO_CAP,
        cap_share=100,
    )


async def _ready(app: App) -> None:
    async with asyncio.timeout(60):
        while await app.store.known("acme") is None:  # noqa: ASYNC110 - a state, not an event
            await asyncio.sleep(0.1)


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
