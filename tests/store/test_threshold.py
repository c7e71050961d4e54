"""Correlations judged by several workers at once, on both databases, with the real detector."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from bot.core.event import Event
from bot.detect.detector import Detector
from bot.detect.live_ruleset import compile_live
from bot.respond.alert import Plan
from bot.store import Store
from bot.store.sightings import Remembrance
from tests.detect.correlation.stage import START, base, correlation, faultless, happening
from tests.store.samples import make_delivery, make_plan

LEASE = timedelta(minutes=5)
GROUPED = "timespan: 10m, group-by: [actor]"
BODIES = {
    "a count": f"type: event_count, rules: [a], {GROUPED}, condition: {{gte: 7}}",
    "values": f"type: value_count, rules: [a], {GROUPED}, condition: {{gte: 7, field: repo}}",
    "a sum": f"type: value_sum, rules: [a], {GROUPED}, condition: {{gte: 7, field: n}}",
}


async def work(store: Store, name: str, detector: Detector, events: Mapping[str, Event]) -> None:
    """Judge deliveries until there are none."""
    while claimed := await store.claim_deliveries(name, now=START, lease=LEASE, limit=3):
        for one in claimed:
            event = events[one.delivery.id]

            def conclude(memory: Remembrance, event: Event = event) -> Sequence[Plan]:
                found = detector.conclude(event, detector.match(event, {}), memory, now=START)
                return [make_plan(f"{event.id}-{match.playbook.title}") for match in found]

            assert await store.complete(
                event.id, worker=name, now=START, action="a", conclude=conclude
            )


@pytest.mark.parametrize("body", BODIES)
async def test_a_burst_on_four_workers_is_one_alert(database_url: str, body: str) -> None:
    """Whoever sees the event that reaches the threshold alerts; nobody else does."""
    rules = faultless(correlation(BODIES[body]), base("a"))
    detectors = [Detector(rules, compile_live(rules[1:], {})) for _ in range(4)]
    events = {
        f"d{number}": happening(
            "a", number / 10, actor="eve", key=f"d{number}", repo=f"r{number}", n=1
        )
        for number in range(24)
    }
    stores = [await Store.open(database_url, clock=lambda: START) for _ in detectors]
    try:
        await asyncio.gather(*[stores[0].accept(make_delivery(name, START)) for name in events])
        await asyncio.gather(
            *[
                work(store, f"w{number}", detector, events)
                for number, (store, detector) in enumerate(zip(stores, detectors, strict=True))
            ]
        )
        assert len(await stores[0].alerts()) == 1
        for name in events:  # GitHub sends them again: they are known
            assert not await stores[0].accept(make_delivery(name, START))
    finally:
        for store in stores:
            await store.close()


async def test_a_restart_in_the_middle_of_a_burst_loses_nothing(database_url: str) -> None:
    """The first events are seen by a process that is gone, the last one by its successor."""
    rules = faultless(correlation(BODIES["a count"]), base("a"))
    events = {f"d{n}": happening("a", n, actor="eve", key=f"d{n}") for n in range(7)}
    for number, name in enumerate(events):
        store = await Store.open(database_url, clock=lambda: START)
        await store.accept(make_delivery(name, START))
        detector = Detector(rules, compile_live(rules[1:], {}))
        await work(store, f"w{number}", detector, events)
        assert len(await store.alerts()) == (name == "d6")
        await store.close()
