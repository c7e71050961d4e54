"""When GitHub first tried to send what it had to be asked to send again.

After an outage many deliveries come at once. What they tell of happened when GitHub first tried,
and correlations count by that time.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from bot.core.delivery import Delivery
from bot.store.tables import redeliveries
from bot.store.upsert import insert

REACH: Final = timedelta(days=3, hours=1)
"""How long before its receipt a delivery may have happened: GitHub sends again for three days."""


def expect(connection: Connection, guid: str, *, first_at: datetime, now: datetime) -> None:
    """Remember when GitHub first tried a delivery; what is remembered already stays."""
    new = insert(connection, redeliveries).values(
        guid=guid, asked=0, last_at=now, first_at=first_at
    )
    known = func.coalesce(redeliveries.c.first_at, new.excluded.first_at)
    connection.execute(
        new.on_conflict_do_update(index_elements=[redeliveries.c.guid], set_={"first_at": known})
    )


def dated(connection: Connection, found: Sequence[Delivery]) -> list[Delivery]:
    """Return deliveries with the time at which they happened, where GitHub had to try again.

    A time after the receipt, or further before it than GitHub keeps deliveries, is not believed.
    """
    columns = redeliveries.c
    rows = connection.execute(
        select(columns.guid, columns.first_at).where(
            columns.guid.in_({each.id for each in found}), columns.first_at.is_not(None)
        )
    )
    tried = {row.guid: row.first_at for row in rows}
    return [
        replace(each, happened_at=tried[each.id])
        if each.id in tried and timedelta(0) <= each.received_at - tried[each.id] <= REACH
        else each
        for each in found
    ]
