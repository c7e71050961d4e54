"""What GitHub had to send again happened when it first tried."""

from datetime import datetime, timedelta

import pytest

from bot.store import Store
from tests.store.samples import LEASE, NOW, make_delivery

HOUR = timedelta(hours=1)


async def taken(store: Store, first_at: datetime | None) -> datetime | None:
    """Return when a delivery, received now, is said to have happened, as a worker gets it."""
    if first_at is not None:
        await store.expect_redelivery("d1", first_at=first_at, now=NOW)
    await store.accept(make_delivery())
    [claimed] = await store.claim_deliveries("w", now=NOW, lease=LEASE, limit=9)
    assert claimed.delivery.received_at == NOW
    assert await store.delivery("d1") == claimed.delivery
    return claimed.delivery.happened_at


async def test_a_delivery_that_came_at_once_has_no_time_but_its_receipt(store: Store) -> None:
    """Nothing was tried before."""
    assert await taken(store, None) is None


@pytest.mark.parametrize("ago", [timedelta(0), HOUR, timedelta(days=3)])
async def test_a_delivery_sent_again_happened_at_the_first_attempt(
    store: Store, ago: timedelta
) -> None:
    """However long GitHub kept it."""
    assert await taken(store, NOW - ago) == NOW - ago


@pytest.mark.parametrize("ago", [-timedelta(seconds=1), timedelta(days=3, hours=2)])
async def test_a_time_that_cannot_be_is_not_believed(store: Store, ago: timedelta) -> None:
    """Neither one in the future nor one before GitHub's memory."""
    assert await taken(store, NOW - ago) is None


async def test_the_first_attempt_stays_the_first(store: Store) -> None:
    """Asking again and again changes neither it nor the count of what was asked."""
    await store.expect_redelivery("d1", first_at=NOW - 2 * HOUR, now=NOW)
    await store.remember_redelivery("d1", NOW)
    assert await taken(store, NOW - HOUR) == NOW - 2 * HOUR
    assert await store.redelivery_asked("d1") == 1
