"""What the sources remember between two looks: owners, settings, and what was asked for again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select, update

from bot.core.delivery import Delivery
from bot.store.intake import take_in
from bot.store.tables import redeliveries, rosters, surveys
from bot.store.upsert import insert

Owners = frozenset[tuple[str, int]]
SettingValues = Mapping[str, bool | str]


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
    return _advance(
        connection,
        rosters,
        org,
        expected_version=expected_version,
        changed=changed,
        deliveries=deliveries,
    )


def seen_at(connection: Connection, table: Table, org: str) -> datetime | None:
    """Return when what is known of an organisation was last seen to be so."""
    return connection.scalar(select(table.c.at).where(table.c.org == org.lower()))


def saw(connection: Connection, table: Table, org: str, now: datetime) -> None:
    """Remember that what is known of an organisation was just seen to be so."""
    connection.execute(
        update(table).where(table.c.org == org.lower(), table.c.at < now).values(at=now)
    )


def surveyed(connection: Connection, org: str) -> tuple[int, SettingValues] | None:
    """Return the version and the settings last seen in an organisation."""
    row = connection.execute(
        select(surveys.c.version, surveys.c.settings).where(surveys.c.org == org.lower())
    ).one_or_none()
    return None if row is None else (row.version, row.settings)


def advance_survey(
    connection: Connection,
    org: str,
    *,
    expected_version: int | None,
    settings: SettingValues,
    deliveries: Sequence[Delivery],
    now: datetime,
) -> bool:
    """Replace what is known, and record what differed, if nobody else did meanwhile."""
    changed = {"settings": dict(settings), "at": now}
    return _advance(
        connection,
        surveys,
        org,
        expected_version=expected_version,
        changed=changed,
        deliveries=deliveries,
    )


def _advance(
    connection: Connection,
    table: Table,
    org: str,
    *,
    expected_version: int | None,
    changed: Mapping[str, Any],
    deliveries: Sequence[Delivery],
) -> bool:
    if expected_version is None:
        moved = connection.execute(
            insert(connection, table)
            .values(org=org.lower(), version=1, **changed)
            .on_conflict_do_nothing(index_elements=[table.c.org])
            .returning(table.c.version)
        )
    else:
        moved = connection.execute(
            update(table)
            .where(table.c.org == org.lower(), table.c.version == expected_version)
            .values(version=expected_version + 1, **changed)
            .returning(table.c.version)
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
