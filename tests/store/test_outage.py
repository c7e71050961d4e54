from datetime import UTC, datetime

import pytest

from bot.store import Store, StoreUnavailable
from tests.store.postgres import PostgresServer
from tests.store.samples import LEASE, NOW, make_delivery


async def test_after_the_server_dropped_every_connection_work_goes_on(
    postgres: PostgresServer, postgres_url: str
) -> None:
    """A restart of PostgreSQL needs no restart of Tipstaff."""
    store = await Store.open(postgres_url, clock=lambda: datetime.now(UTC))
    await store.accept(make_delivery("before"))
    await store.ping()

    postgres.clean()  # ends every connection

    assert await store.accept(make_delivery("after"))
    [claimed] = await store.claim_deliveries("w1", now=NOW, lease=LEASE, limit=5)
    assert claimed.delivery.id == "after"
    await store.close()


async def test_a_closed_store_says_so(database_url: str) -> None:
    """Whoever comes after the end gets a clear answer, not a hang."""
    store = await Store.open(database_url, clock=lambda: datetime.now(UTC))
    await store.close()

    with pytest.raises(StoreUnavailable, match="closed"):
        await store.accept(make_delivery())
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.claim_deliveries("w1", now=NOW, lease=LEASE, limit=5)
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.ping()
