"""What the sources remember between two looks: owners, and deliveries asked for again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.core.delivery import Delivery
from bot.store.intake import take_in
from bot.store.tables import redeliveries, rosters
from bot.store.upsert import insert

Owners = frozenset[tuple[str, int]]


def known(connection: Connection, org: str) -> tuple[int, Owners] | None:
    """Return the version and the owners (login, id) last seen in an organisation."""
    row = connection.execute(
        select(rosters.c.version, rosters.c.owners).where(rosters.c.org == org.lower())
    ).one_or_none()
    return None if row is None else (row.version, row.owners)


def advance(
    connection: Connection,
    org: str,
    *,
    expected_version: int | None,
    owners: Owners,
    deliveries: Sequence[Delivery],
    now: datetime,
) -> bool:
    """Replace what is known, and record what differed, if nobody else did meanwhile."""
    changed = {"owners": owners, "at": now}
    if expected_version is None:
        moved = connection.execute(
            insert(connection, rosters)
            .values(org=org.lower(), version=1, **changed)
            .on_conflict_do_nothing(index_elements=[rosters.c.org])
            .returning(rosters.c.version)
        )
    else:
        moved = connection.execute(
            update(rosters)
            .where(rosters.c.org == org.lower(), rosters.c.version == expected_version)
            .values(version=expected_version + 1, **changed)
            .returning(rosters.c.version)
        )
    if moved.one_or_none() is None:
        return False
    if deliveries:
        take_in(connection, deliveries)
    return True


def times_asked(connection: Connection, guid: str) -> int:
    """Count how often GitHub was asked to send a delivery again."""
    found = select(redeliveries.c.asked).where(redeliveries.c.guid == guid)
    return connection.scalar(found) or 0


def remember_asking(connection: Connection, guid: str, now: datetime) -> None:
    """Remember that GitHub was asked once more to send a delivery again."""
    asked = insert(connection, redeliveries).values(guid=guid, asked=1, last_at=now)
    connection.execute(
        asked.on_conflict_do_update(
            index_elements=[redeliveries.c.guid],
            set_={"asked": redeliveries.c.asked + 1, "last_at": now},
        )
    )
