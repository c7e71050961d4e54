"""A burst of grants in a simulated organisation at GitHub's limits, and Tipstaff's answer to it."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bench.deliveries import SECRET
from bench.processes import ROOT
from bench.simulated import Simulation
from bot.app import App, running
from bot.core.playbook import Level, Mode
from bot.manifest import read_manifest
from bot.rehearsal.keys import KeyPair
from bot.respond.alert import Alert
from bot.respond.step import Step
from bot.settings import Settings
from bot.simulator import AppIdentity, Call, Simulator
from bot.simulator.limits import Limits

LEVELS = (Level.CRITICAL, Level.HIGH, Level.MEDIUM, Level.LOW)
CASES_EACH = 5
ACTOR = "mallory"
APP_ID = 20260101
PATIENCE = timedelta(hours=6)
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
                while unanswered(sim) or not await app.store.settled():
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
                unanswered=unanswered(sim),
                left=[each for each in grants if sim.collaborator(*each) != "push"],
                told=Counter({name: told_in(sim, name) for name, _ in grants}),
            )


def unanswered(sim: Simulator) -> int:
    """Count the deliveries that were never accepted; Tipstaff asks for those again by itself."""
    accepted = {each.guid for each in sim.deliveries if each.status_code == 202}
    return len({each.guid for each in sim.deliveries} - accepted)


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
