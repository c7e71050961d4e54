"""A burst of deliveries that each need an action, and what must have come of it in the end."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from bot.simulator import Call, Simulator
from bot.store import Store
from tests.acceptance.process import Tipstaff
from tests.acceptance.stage import BOT

SIZE = 200
REPOSITORIES = 20
ACTOR = "mallory"

Grant = tuple[str, str]  # repository, login


def prepare(sim: Simulator, size: int = SIZE) -> list[Grant]:
    """Let every outsider of the burst write to one repository; return who, where."""
    sim.add_member(ACTOR)
    grants = [(f"repo-{n % REPOSITORIES:02d}", f"user-{n:03d}") for n in range(size)]
    for repository in sorted({repository for repository, _ in grants}):
        sim.add_repository(repository)
    for repository, login in grants:
        sim.add_collaborator(repository, login, "push")
    return grants


async def raise_all(sim: Simulator, grants: Iterable[Grant], *, every: float) -> None:
    """Raise one after the other to admin, at an interval in seconds."""
    for repository, login in grants:
        await sim.by(ACTOR).set_collaborator(repository, login, "admin")
        await asyncio.sleep(every)


def missing(sim: Simulator) -> dict[str, int]:
    """Return the deliveries that were never answered with 202: the last attempt's id by GUID."""
    fine = {each.guid for each in sim.deliveries if each.status_code == 202}
    return {each.guid: each.id for each in sim.deliveries if each.guid not in fine}


def redeliver_failed(sim: Simulator) -> None:
    """Press GitHub's button for every delivery that did not arrive and is not under way."""
    pending = {each.guid for each in sim.deliveries if each.status == "pending"}
    for guid, number in missing(sim).items():
        if guid not in pending:
            sim.redeliver(number)


async def settle(sim: Simulator, store: Store, *, patience: float = 180.0) -> None:
    """Redeliver what did not arrive, and wait until nothing is left to do."""
    async with asyncio.timeout(patience):
        while missing(sim) or not await store.settled():
            redeliver_failed(sim)
            await sim.settled()
            await asyncio.sleep(0.1)


async def finish(sim: Simulator, store: Store, process: Tipstaff) -> None:
    """Let a process end when nothing is left to do; what came while it ended, a restart handles."""
    while True:
        await settle(sim, store)
        await process.stop()
        await sim.settled()
        if not missing(sim) and await store.settled():
            return
        process.start()
        await process.ready()


async def confirm(sim: Simulator, store: Store, grants: list[Grant]) -> None:
    """Hold the end against the promise: everything handled, nothing twice, nothing lost."""
    for attempt in sim.deliveries:
        assert await store.has(attempt.guid), f"{attempt.event} {attempt.guid} was lost"
    overview = await store.overview()
    assert set(overview.deliveries) == {"done"}
    alerts = await store.alerts(10 * len(grants))
    assert Counter((alert.repo, alert.fields["user"]) for alert in alerts) == Counter(
        {(f"acme/{repository}", login): 1 for repository, login in grants}
    )
    wrong = [grant for grant in grants if sim.collaborator(*grant) != "push"]
    assert wrong == [], "not put back"
    # A minute later a label says where each case stands.
    told = {"comment", "label"}
    states = {key: count for key, count in overview.steps.items() if key[0] not in told}
    assert states == {("revert", "done"): len(grants), ("open-issue", "done"): len(grants)}
    assert reverts(sim.calls) == Counter(
        {f"/repos/acme/{repository}/collaborators/{login}": 1 for repository, login in grants}
    )
    opened = Counter(
        (repository, issue["title"])
        for repository in {repository for repository, _ in grants}
        for issue in sim.issues(repository)
    )
    assert opened == Counter(
        (repository, f"{ACTOR} made {login} administrator of acme/{repository}")
        for repository, login in grants
    )
    assert twice_said(sim, grants) == []


def reverts(calls: Iterable[Call]) -> Counter[str]:
    """Count, by subject, the calls that put a collaborator back."""
    return Counter(
        call.path for call in calls if call.method == "PUT" and "/collaborators/" in call.path
    )


def twice_said(sim: Simulator, grants: Iterable[Grant]) -> list[str]:
    """Return the markers of steps that two of Tipstaff's comments bear."""
    seen = Counter(
        found[0]
        for repository in {repository for repository, _ in grants}
        for issue in sim.issues(repository)
        for comment in sim.comments(repository, issue["number"])
        if comment["user"]["login"] == BOT and (found := _marker(comment))
    )
    return [marker for marker, count in seen.items() if count > 1]


def _marker(comment: dict[str, Any]) -> re.Match[str] | None:
    return re.search(r"<!-- tipstaff:step:\S+ -->", comment["body"])
