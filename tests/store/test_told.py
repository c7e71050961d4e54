"""What events told of who may do what, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.respond.alert import Plan
from bot.respond.step import Receipt, StepState
from bot.respond.told import Told
from bot.store import Store
from tests.store.samples import LEASE, NOW, SOON, claim, make_delivery, make_plan, record

OWN = "tipstaff[bot]"
GIVEN = Told(thing="role:5:6", state="maintain", exact=True, at=NOW, delivery_id="d1", by="olivia")
SHOWN = Told(thing="visibility:5", state="internal", exact=True, at=NOW, delivery_id="d1")


async def tell(store: Store, *told: Told, plans: tuple[Plan, ...] = ()) -> None:
    """Complete a delivery that told this."""
    name = told[0].delivery_id
    assert await store.accept(make_delivery(name))
    await store.claim_deliveries("w", now=NOW, lease=LEASE, limit=1)
    assert await store.complete(name, worker="w", now=NOW, action="x", plans=plans, tells=told)


async def last(store: Store, thing: str = "role:5:6", but: str = "") -> Told | None:
    """Return what was last told."""
    return await store.last_told(thing, until=SOON, but=but, own=OWN)


async def test_what_was_told_comes_back_as_it_was(store: Store) -> None:
    """Every part of it; and nothing of other things."""
    await tell(store, GIVEN)
    assert await last(store) == GIVEN
    assert await last(store, "role:5:7") is None


async def test_the_last_one_before_a_time_counts(store: Store) -> None:
    """By the time of the events, not by when they were handled, and without the event itself."""
    await tell(store, replace(GIVEN, delivery_id="d2", state="triage"))
    await tell(store, replace(GIVEN, at=NOW - timedelta(days=1)))
    after = replace(GIVEN, delivery_id="d3", state="admin", at=SOON + timedelta(microseconds=1))
    await tell(store, after)
    found, before = await last(store), await last(store, but="d2")
    assert (found and found.state, before and before.state) == ("triage", "maintain")


async def test_that_somebody_has_none_is_told_too(store: Store) -> None:
    """It is not the same as nothing being known."""
    await tell(store, replace(GIVEN, state=None))
    assert await last(store) == replace(GIVEN, state=None)


@pytest.mark.parametrize("exempt", [False, True])
async def test_an_alert_on_the_event_is_noted_unless_it_was_exempted(
    store: Store, exempt: bool
) -> None:
    """What a person has allowed is no reason for doubt."""
    plan = make_plan()
    if exempt:
        plan = replace(plan, alert=replace(plan.alert, exemption="e1"))
    await tell(store, GIVEN, SHOWN, plans=(plan,))
    assert await last(store) == replace(GIVEN, alerted=not exempt)
    # The alert was not about what the event merely shows.
    assert await last(store, "visibility:5") == SHOWN


async def test_what_is_only_shown_is_kept_when_it_is_new(store: Store) -> None:
    """A busy repository leaves one row, and since when it is so stays known."""
    await tell(store, SHOWN)
    await tell(store, replace(SHOWN, delivery_id="d2", at=SOON))
    assert await last(store, "visibility:5") == SHOWN


async def test_private_is_kept_only_where_it_was_something_else(store: Store) -> None:
    """Most organisations have no internal repository, and need no row for each."""
    private = replace(SHOWN, state="private")
    await tell(store, private)
    assert await last(store, "visibility:5") is None
    await tell(store, replace(SHOWN, delivery_id="d2"))
    await tell(store, replace(private, delivery_id="d3", at=SOON))
    found = await last(store, "visibility:5")
    assert found is not None
    assert found.state == "private"


@pytest.mark.parametrize(
    ("by", "state", "known"),
    [
        (OWN, "write", ("maintain", True)),
        ("mallory", "write", ("write", False)),
        (OWN, "read", ("read", False)),
    ],
)
async def test_what_our_own_event_leaves_open_our_receipt_tells(
    store: Store, by: str, state: str, known: tuple[str, bool]
) -> None:
    """GitHub calls maintain write; the step says what it gave. Nobody else's event gains by it."""
    await record(store, make_plan(), name="d0")
    assert await claim(store) == ["a1:0"]
    receipt = Receipt(state=StepState.DONE, summary="Put back.", effect="role:5:6=maintain")
    await store.finish_step("a1:0", worker="w1", now=NOW, state=StepState.DONE, receipt=receipt)
    await tell(store, replace(GIVEN, state=state, exact=False, by=by))
    found = await last(store)
    assert found is not None
    assert (found.state, found.exact) == known


async def test_a_receipt_of_another_time_tells_nothing(store: Store) -> None:
    """What we gave last week is not what a later act of ours gave."""
    await record(store, make_plan(), name="d0")
    assert await claim(store) == ["a1:0"]
    receipt = Receipt(state=StepState.DONE, summary="Put back.", effect="role:5:6=maintain")
    earlier = NOW - timedelta(hours=1)
    await store.finish_step("a1:0", worker="w1", now=earlier, state=StepState.DONE, receipt=receipt)
    ours = replace(GIVEN, state="write", exact=False, by=OWN)
    await tell(store, ours)
    assert await last(store) == ours


async def test_a_delivery_handled_by_another_worker_tells_nothing(store: Store) -> None:
    """Its claim was lost; whoever holds it tells it."""
    assert await store.accept(make_delivery("d1"))
    assert not await store.complete("d1", worker="w", now=NOW, action="x", tells=(GIVEN,))
    assert await last(store) is None
